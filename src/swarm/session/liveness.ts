import type { Clock } from '#vocabulary';

/** A closed tab must be gone within 5 s even when nobody says so: asked every 1.5 s, given up after three silences. */
export const PING_INTERVAL_MS = 1_500;
export const SILENCE_MS = 4_500;
/** When the relay says that a peer left, one quick question decides. Generous for a busy tab, short for a person. */
export const SUSPECT_MS = 1_500;
/**
 * A peer that sends but answers no ping for so many has stopped reading. Half a minute: over a slow line an answer
 * waits behind megabytes of messages.
 */
export const MAX_UNANSWERED_PINGS = 20;
/** When this tab wakes up, or the network changed, all are asked; many answer at once, over a line just come up. */
export const WAKE_MS = 2_500;
/** A timer that runs this late means that this tab was stalled, and that news may be waiting behind the timer. */
const STALL_MS = 500;
/** On a machine so busy that every timer is late, excuses must not keep a ghost for ever. */
const MAX_EXCUSES = 3;

/** Watches one connection for silence. */
export interface SilenceWatch {
  heard(): void;
  /** Wants to hear something within `withinMs` from now. */
  suspect(withinMs: number): void;
  stop(): void;
}

/**
 * Calls `onSilent` once when nothing was heard for `silenceMs`. A stall of this tab itself is not held against the
 * peer: what arrived meanwhile gets the chance to be read first.
 */
export function watchSilence(clock: Clock, silenceMs: number, onSilent: () => void): SilenceWatch {
  let dueMs = clock.now() + silenceMs;
  let excuses = 0;
  let cancel: () => void = () => undefined;

  const arm = (): void => {
    cancel();
    const armedForMs = dueMs;
    cancel = clock.after(Math.max(0, armedForMs - clock.now()), () => {
      if (dueMs > armedForMs) return arm();
      if (clock.now() - armedForMs > STALL_MS && excuses < MAX_EXCUSES) {
        excuses++;
        dueMs = clock.now() + STALL_MS;
        return arm();
      }
      onSilent();
    });
  };
  arm();

  return {
    heard() {
      // The armed timer finds out that the end has moved.
      dueMs = clock.now() + silenceMs;
      excuses = 0;
    },
    suspect(withinMs) {
      dueMs = Math.min(dueMs, clock.now() + withinMs);
      arm();
    },
    stop: () => cancel(),
  };
}
