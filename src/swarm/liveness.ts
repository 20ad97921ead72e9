import type { Clock } from '#vocabulary';

/** A closed tab must be gone within 5 s even when nobody says so: asked every 1.5 s, given up after three silences. */
export const PING_INTERVAL_MS = 1_500;
export const SILENCE_MS = 4_500;
/** When the relay says that a peer left, one quick question decides. Generous for a busy tab, short for a person. */
export const SUSPECT_MS = 1_500;
/** A timer that runs this late means that this tab was stalled, and that news may be waiting behind the timer. */
const STALL_MS = 500;

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
  let cancel: () => void = () => undefined;

  const arm = (): void => {
    cancel();
    const armedForMs = dueMs;
    cancel = clock.after(Math.max(0, armedForMs - clock.now()), () => {
      if (dueMs > armedForMs) return arm();
      if (clock.now() - armedForMs > STALL_MS) {
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
    },
    suspect(withinMs) {
      dueMs = Math.min(dueMs, clock.now() + withinMs);
      arm();
    },
    stop: () => cancel(),
  };
}
