/**
 * How much of the time a model worked, over a window that slides: what lenders set a cap for. The window is cut into slots,
 * so that memory is bounded whatever happens in it; of the oldest slot as much counts as still lies in the window.
 */
import type { Clock } from '#vocabulary';
import { DUTY_WINDOW_MS } from './sharing-defaults.ts';

const SLOT_COUNT = 120;

export interface DutyReading {
  /** Of the whole window, whenever the tab was opened; 0 to 1. */
  readonly share: number;
  readonly windowMs: number;
  readonly isWorking: boolean;
  /** Tokens in the window for each second of work; undefined without work. */
  readonly tokensPerSecond: number | undefined;
  /** When the share falls below one it has reached, if no work is done from now on; undefined where it never does. */
  belowAtMs(share: number): number | undefined;
}

export interface WorkUnit {
  addTokens(count: number): void;
  /** Further calls do nothing. */
  end(): void;
}

export interface DutyMeter {
  /** Units that overlap count once. */
  begin(): WorkUnit;
  read(): DutyReading;
}

interface Slot {
  /** Number of the stretch of time it stands for. */
  index: number;
  workMs: number;
  tokens: number;
}

export function createDutyMeter(clock: Clock, windowMs = DUTY_WINDOW_MS): DutyMeter {
  const slotMs = windowMs / SLOT_COUNT;
  // One more than the window has: it cuts through the oldest.
  const slots = Array.from({ length: SLOT_COUNT + 1 }, (): Slot => ({ index: -1, workMs: 0, tokens: 0 }));
  let openUnits = 0;
  let countedUntilMs = 0;

  const slotAt = (index: number): Slot => {
    const slot = slots[((index % slots.length) + slots.length) % slots.length] as Slot;
    if (slot.index !== index) Object.assign(slot, { index, workMs: 0, tokens: 0 });
    return slot;
  };

  /** Writes down the work that is going on, so far. A clock that was set back loses a moment. */
  const settle = (nowMs: number): void => {
    let fromMs = Math.max(countedUntilMs, nowMs - windowMs);
    countedUntilMs = nowMs;
    if (openUnits === 0) return;
    while (fromMs < nowMs) {
      const index = Math.floor(fromMs / slotMs);
      const toMs = Math.min(nowMs, (index + 1) * slotMs);
      slotAt(index).workMs += toMs - fromMs;
      fromMs = toMs;
    }
  };

  /** Sum over the window that ends at a time; slots of the future, after a clock was set back, are not in it. */
  const sumUntil = (atMs: number, what: 'workMs' | 'tokens'): number => {
    const beginMs = atMs - windowMs;
    return slots.reduce((sum, slot) => {
      const slotBeginMs = slot.index * slotMs;
      if (slot.index < 0 || slotBeginMs > atMs) return sum;
      const inside = Math.min(1, (slotBeginMs + slotMs - beginMs) / slotMs);
      return inside > 0 ? sum + slot[what] * inside : sum;
    }, 0);
  };
  const shareAt = (atMs: number): number => Math.min(1, sumUntil(atMs, 'workMs') / windowMs);

  /** Between the ends of slots the share falls in a straight line. */
  const findBelow = (nowMs: number, share: number): number | undefined => {
    if (share <= 0) return undefined;
    let [beforeMs, before] = [nowMs, shareAt(nowMs)];
    if (before < share) return nowMs;
    for (let step = 1; step <= slots.length; step++) {
      const atMs = (Math.floor(nowMs / slotMs) + step) * slotMs;
      const at = shareAt(atMs);
      if (at < share) return Math.ceil(beforeMs + ((before - share) / (before - at)) * (atMs - beforeMs)) + 1;
      [beforeMs, before] = [atMs, at];
    }
    return undefined;
  };

  return {
    begin() {
      settle(clock.now());
      openUnits += 1;
      let isOpen = true;
      return {
        addTokens(count) {
          if (isOpen) slotAt(Math.floor(clock.now() / slotMs)).tokens += count;
        },
        end() {
          if (!isOpen) return;
          isOpen = false;
          settle(clock.now());
          openUnits -= 1;
        },
      };
    },
    read() {
      const nowMs = clock.now();
      settle(nowMs);
      const workMs = sumUntil(nowMs, 'workMs');
      return {
        share: shareAt(nowMs),
        windowMs,
        isWorking: openUnits > 0,
        tokensPerSecond: workMs > 0 ? sumUntil(nowMs, 'tokens') / (workMs / 1000) : undefined,
        belowAtMs: (share) => findBelow(nowMs, share),
      };
    },
  };
}
