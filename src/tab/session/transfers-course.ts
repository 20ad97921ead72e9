/** What the exchange of files did, today and since this peer first came. */
import type { Clock } from '#vocabulary';
import type { ContentExchange, ContentState } from '#swarm';
import type { TransferTotals, TransfersView } from '../session.ts';
import { NO_TOTALS } from './network-defaults.ts';
import type { RememberedTraffic } from './network-memory.ts';

export interface TransfersPorts {
  readonly clock: Clock;
  readonly content: Pick<ContentExchange, 'getState' | 'subscribe'>;
  readonly memory: { load(): RememberedTraffic; save(traffic: RememberedTraffic): void };
  readonly onChange: () => void;
}

export interface TransfersCourse {
  getView(): TransfersView;
  close(): void;
}

/** A download changes its figures four times a second; storage needs them only so that few are lost with the tab. */
const SAVE_INTERVAL_MS = 5_000;

export function createTransfersCourse({ clock, content, memory, onChange }: TransfersPorts): TransfersCourse {
  let now = content.getState();
  let counted: TransferTotals = NO_TOTALS;
  let traffic = memory.load();
  let cancelSave: (() => void) | undefined;

  const save = (): void => {
    cancelSave?.();
    cancelSave = undefined;
    memory.save(traffic);
  };

  const count = (): void => {
    const grown = differenceOf(now, counted);
    counted = now;
    if (grown.givenBytes + grown.takenBytes + grown.serverBytes === 0) return;
    const day = dayOf(clock.now());
    const today = traffic.day === day ? traffic.today : NO_TOTALS;
    traffic = { day, today: sumOf(today, grown), total: sumOf(traffic.total, grown) };
    cancelSave ??= clock.after(SAVE_INTERVAL_MS, save);
  };

  const unsubscribe = content.subscribe(() => {
    now = content.getState();
    count();
    onChange();
  });
  count();

  return {
    getView: () => ({
      now,
      today: traffic.day === dayOf(clock.now()) ? traffic.today : NO_TOTALS,
      total: traffic.total,
    }),
    close() {
      unsubscribe();
      if (cancelSave !== undefined) save();
    },
  };
}

/** `2026-03-14`, where the person is. */
function dayOf(timeMs: number): string {
  const time = new Date(timeMs);
  const pad = (value: number): string => String(value).padStart(2, '0');
  return `${time.getFullYear()}-${pad(time.getMonth() + 1)}-${pad(time.getDate())}`;
}

function differenceOf(state: ContentState, before: TransferTotals): TransferTotals {
  return {
    givenBytes: Math.max(0, state.givenBytes - before.givenBytes),
    takenBytes: Math.max(0, state.takenBytes - before.takenBytes),
    serverBytes: Math.max(0, state.serverBytes - before.serverBytes),
  };
}

function sumOf(a: TransferTotals, b: TransferTotals): TransferTotals {
  return {
    givenBytes: a.givenBytes + b.givenBytes,
    takenBytes: a.takenBytes + b.takenBytes,
    serverBytes: a.serverBytes + b.serverBytes,
  };
}
