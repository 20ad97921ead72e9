import type { Clock, Random } from '#vocabulary';
import { backoffMs } from '../backoff.ts';
import type { RelayView } from '../swarm.ts';

/** A restarting relay takes a second or two; tabs that lost it together come back spread over the wait. */
const RETRY = { firstMs: 500, longestMs: 4_000 };
/** After so many failures in a row the relay is down rather than restarting: asked more seldom, it costs nothing. */
const PATIENT_AFTER = 12;
const PATIENT_RETRY = { firstMs: 15_000, longestMs: 15_000 };
/** How long a preferred relay that failed is left alone while there is a place elsewhere. Doubles with every failure. */
const RETURN = { firstMs: 60_000, longestMs: 30 * 60_000 };
/** A stay of this length proves a relay good again: its failures are forgotten. */
const STEADY_MS = 60_000;

interface RelayRecord {
  readonly address: string;
  failures: number;
  reason: string | undefined;
  triedAtMs: number;
  /** Not before this time when there is no place at all. */
  tryAtMs: number;
  /** Not before this time when there is a place at another relay. */
  returnAtMs: number;
}

/** The relays this tab may use, the preferred first, with what became of each. */
export interface RelayList {
  /**
   * A relay that may be tried now, or else when the first may be: of those not tried for longest the most preferred, so
   * that preferred ones which are long in failing do not keep the others from their turn.
   */
  next(except?: string): { readonly address: string } | { readonly atMs: number };
  /** The same among those preferred to `address`, for a tab that has a place there. */
  better(address: string): { readonly address: string } | { readonly atMs: number };
  tried(address: string): void;
  failed(address: string, reason: string, stayedMs: number): void;
  joined(address: string): void;
  /** Whatever kept them away may be over. */
  forgiveAll(): void;
  has(address: string): boolean;
  replace(addresses: readonly string[]): void;
  view(active: string | undefined, trying: string | undefined): readonly RelayView[];
}

export function createRelayList(clock: Clock, random: Random, addresses: readonly string[]): RelayList {
  let records: RelayRecord[] = [];

  const replace = (wanted: readonly string[]): void => {
    if (wanted.length === 0) throw new RangeError('a swarm needs a relay');
    const known = new Map(records.map((record) => [record.address, record]));
    records = [...new Set(wanted)].map(
      (address) =>
        known.get(address) ?? { address, failures: 0, reason: undefined, triedAtMs: 0, tryAtMs: 0, returnAtMs: 0 },
    );
  };
  replace(addresses);

  const firstDue = (
    candidates: readonly RelayRecord[],
    dueMs: (record: RelayRecord) => number,
  ): { readonly address: string } | { readonly atMs: number } => {
    const ready = candidates.find((record) => dueMs(record) <= clock.now());
    return ready ?? { atMs: Math.min(...candidates.map(dueMs)) };
  };

  return {
    next: (except) =>
      firstDue(
        records.filter(({ address }) => address !== except).toSorted((a, b) => a.triedAtMs - b.triedAtMs),
        ({ tryAtMs }) => tryAtMs,
      ),
    better(address) {
      const at = records.findIndex((record) => record.address === address);
      // Two addresses of one relay are no choice.
      const preferred = records.slice(0, Math.max(0, at)).filter((record) => !isSameRelay(record.address, address));
      return firstDue(preferred, ({ returnAtMs }) => returnAtMs);
    },
    tried(address) {
      const record = records.find((candidate) => candidate.address === address);
      if (record !== undefined) record.triedAtMs = clock.now();
    },
    failed(address, reason, stayedMs) {
      const record = records.find((candidate) => candidate.address === address);
      if (record === undefined) return;
      if (stayedMs >= STEADY_MS) record.failures = 0;
      const retry = record.failures < PATIENT_AFTER ? RETRY : PATIENT_RETRY;
      record.tryAtMs = clock.now() + backoffMs(retry, record.failures, random);
      record.returnAtMs = clock.now() + backoffMs(RETURN, record.failures, random);
      record.failures++;
      record.reason = reason;
    },
    joined(address) {
      const record = records.find((candidate) => candidate.address === address);
      if (record !== undefined) record.reason = undefined;
    },
    forgiveAll() {
      for (const record of records) record.tryAtMs = record.returnAtMs = 0;
    },
    has: (address) => records.some((record) => record.address === address),
    replace,
    view: (active, trying) =>
      records.map(({ address, reason }): RelayView => {
        if (address === active) return { address, status: 'active' };
        if (address === trying) return { address, status: 'trying' };
        return reason === undefined ? { address, status: 'standby' } : { address, status: 'failed', reason };
      }),
  };
}

function isSameRelay(a: string, b: string): boolean {
  return a.slice(a.lastIndexOf('/')) === b.slice(b.lastIndexOf('/'));
}
