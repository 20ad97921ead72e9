/** Enough to ride out one hiccup, few enough to follow a change of network within half a minute. */
const WINDOW = 9;

/** Median of the last round trips, so that one stall of a busy tab does not show as distance. */
export interface RoundTrips {
  add(roundTripMs: number): void;
  /** Rounded to 0.1 ms; undefined before the first. */
  medianMs(): number | undefined;
}

export function createRoundTrips(): RoundTrips {
  const last: number[] = [];
  return {
    add(roundTripMs) {
      last.push(Math.max(0, roundTripMs));
      if (last.length > WINDOW) last.shift();
    },
    medianMs() {
      if (last.length === 0) return undefined;
      const sorted = last.toSorted((a, b) => a - b);
      const middle = sorted.length >> 1;
      const upper = sorted[middle] as number;
      const median = sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] as number)) / 2;
      return Math.round(median * 10) / 10;
    },
  };
}
