import type { Clock } from '#vocabulary';

/** Speed over the last seconds, for windows, slow sources and the page. */
export interface Meter {
  add(bytes: number): void;
  readonly totalBytes: () => number;
  readonly bytesPerSecond: () => number;
}

const SPAN_MS = 4_000;
const SLOT_MS = 250;

export function createMeter(clock: Clock): Meter {
  const slots = new Map<number, number>();
  const startedMs = clock.now();
  let totalBytes = 0;
  const forget = (): void => {
    const oldest = Math.floor((clock.now() - SPAN_MS) / SLOT_MS);
    for (const slot of slots.keys()) if (slot < oldest) slots.delete(slot);
  };
  return {
    add(bytes) {
      forget();
      const slot = Math.floor(clock.now() / SLOT_MS);
      slots.set(slot, (slots.get(slot) ?? 0) + bytes);
      totalBytes += bytes;
    },
    totalBytes: () => totalBytes,
    bytesPerSecond() {
      forget();
      const spanMs = Math.min(SPAN_MS, Math.max(SLOT_MS, clock.now() - startedMs));
      return ([...slots.values()].reduce((sum, bytes) => sum + bytes, 0) * 1_000) / spanMs;
    },
  };
}
