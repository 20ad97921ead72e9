import { ACK_BYTES, MAX_RPC_FRAME_BYTES } from './rpc-limits.ts';

/*
 * How much may be under way to one peer. The transport takes megabytes without a word, and what waits there delays
 * every small message behind it. So the receiver confirms every ACK_BYTES, and the sender keeps the queueing delay,
 * the round trip less the shortest one seen, near a target: the window doubles in each round trip below it and shrinks
 * above it (the idea of LEDBAT, RFC 6817). Both sides count the same bytes, so each knows which message completes an
 * ACK_BYTES and is confirmed.
 */

/** Below it a connection of 1 ms could not carry 50 MB/s, and confirmations come every 64 KiB. */
export const MIN_SEND_WINDOW_BYTES = 128 * 1024;
export const FIRST_SEND_WINDOW_BYTES = 256 * 1024;
/** Under the 2 MiB at which the data channel's stream waits until it is empty. */
export const MAX_SEND_WINDOW_BYTES = 1536 * 1024;
/** What a small call waits behind large ones: unnoticed by a person, and longer than a busy page's pauses. */
export const TARGET_DELAY_MS = 8;
/**
 * A queue stands when no message of so long a time was quicker (CoDel, RFC 8289). Single slow ones are a busy page or
 * machine, which a smaller window does not help.
 */
const STANDING_MS = 100;
/** The shortest round trip is forgotten after one to two of these: networks change. */
const BASE_PERIOD_MS = 120_000;

export interface SendWindow {
  /** Bytes that may be sent; zero or less: wait for a confirmation. */
  room(): number;
  /** How long a message may be: at most a quarter of the window, so that several are always on their way. */
  messageBytes(): number;
  sent(bytes: number, nowMs: number): void;
  /** False when nothing was sent that this could confirm. */
  acked(total: number, nowMs: number): boolean;
  /** The path is another one: what was learnt of the old one is void. */
  forgetPath(): void;
}

export function createSendWindow(): SendWindow {
  const marks: { readonly total: number; readonly sentAtMs: number; readonly wasFull: boolean }[] = [];
  let window = FIRST_SEND_WINDOW_BYTES;
  let outstanding = 0;
  let total = 0;
  let sinceMark = 0;
  let base = Infinity;
  let previousBase = Infinity;
  let baseSinceMs: number | undefined;
  /** The shortest round trip of late: what is left of it without the path's own is a queue that stands. */
  let standing = Infinity;
  let standingSinceMs: number | undefined;
  let hasShrunk = false;

  const adapt = (roundTripMs: number, wasFull: boolean, nowMs: number): void => {
    baseSinceMs ??= nowMs;
    if (nowMs - baseSinceMs > BASE_PERIOD_MS) {
      previousBase = base;
      base = Infinity;
      baseSinceMs = nowMs;
    }
    base = Math.min(base, roundTripMs);
    const shortest = Math.min(base, previousBase);
    const wanted = shortest + TARGET_DELAY_MS;
    standing = Math.min(standing, roundTripMs);
    if (roundTripMs <= wanted) {
      // Doubles in each round trip until it was too large once; from then on it gains ACK_BYTES in each.
      const gain = !hasShrunk ? ACK_BYTES : (ACK_BYTES * ACK_BYTES) / window;
      if (wasFull) window = Math.min(MAX_SEND_WINDOW_BYTES, window + gain);
    }
    standingSinceMs ??= nowMs;
    if (nowMs - standingSinceMs < Math.max(STANDING_MS, roundTripMs)) return;
    if (standing > wanted) {
      // To what the path carried in one round trip of the wanted length.
      hasShrunk = true;
      window = Math.max(MIN_SEND_WINDOW_BYTES, (window * wanted) / standing);
    }
    standing = Infinity;
    standingSinceMs = nowMs;
  };

  return {
    room: () => window - outstanding,
    messageBytes: () => Math.max(MAX_RPC_FRAME_BYTES, Math.floor(window / 4)),
    sent(bytes, nowMs) {
      outstanding += bytes;
      total = (total + bytes) >>> 0;
      sinceMark += bytes;
      if (sinceMark < ACK_BYTES) return;
      // A window that is not used up says nothing about whether it is large enough.
      marks.push({ total, sentAtMs: nowMs, wasFull: outstanding * 2 >= window });
      sinceMark = 0;
    },
    acked(confirmed, nowMs) {
      // A receiver that was busy may confirm several at once.
      const at = marks.findIndex((candidate) => candidate.total === confirmed);
      const mark = marks[at];
      if (mark === undefined) return false;
      marks.splice(0, at + 1);
      outstanding = (total - confirmed) >>> 0;
      adapt(Math.max(0, nowMs - mark.sentAtMs), mark.wasFull, nowMs);
      return true;
    },
    forgetPath() {
      window = FIRST_SEND_WINDOW_BYTES;
      base = Infinity;
      previousBase = Infinity;
      baseSinceMs = undefined;
      standing = Infinity;
      standingSinceMs = undefined;
      hasShrunk = false;
    },
  };
}

/** The receiver's side of it. */
export interface ReceiptCount {
  /** What to confirm after this message, if anything. */
  received(bytes: number): number | undefined;
}

export function createReceiptCount(): ReceiptCount {
  let total = 0;
  let sinceMark = 0;
  return {
    received(bytes) {
      total = (total + bytes) >>> 0;
      sinceMark += bytes;
      if (sinceMark < ACK_BYTES) return undefined;
      sinceMark = 0;
      return total;
    },
  };
}
