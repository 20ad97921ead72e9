/** `0.8 s`, `12 s`, `2 min 5 s`. A made-up negative (clocks of two peers differ) reads as zero. */
export function formatDuration(durationMs: number): string {
  const seconds = Math.max(0, durationMs) / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  if (seconds < 89.5) return `${Math.round(seconds)} s`;
  const whole = Math.round(seconds);
  const rest = whole % 60;
  return rest === 0 ? `${Math.floor(whole / 60)} min` : `${Math.floor(whole / 60)} min ${rest} s`;
}

/** What is left until a moment, in whole seconds rounded up: `12 s`; undefined once it has passed. */
export function formatCountdown(untilMs: number, nowMs: number): string | undefined {
  const seconds = Math.ceil((untilMs - nowMs) / 1000);
  if (seconds <= 0) return undefined;
  if (seconds < 90) return `${seconds} s`;
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** `8 ms`, `140 ms`, `1.2 s`: a round trip. */
export function formatRoundTrip(roundTripMs: number): string {
  return roundTripMs < 999.5 ? `${Math.max(1, Math.round(roundTripMs))} ms` : formatDuration(roundTripMs);
}

/** `just now`, `5 min ago`, `3 h ago`, then the date. */
export function formatAgo(timeMs: number, nowMs: number): string {
  const minutes = Math.floor((nowMs - timeMs) / 60_000);
  if (minutes < 1) return 'just now';
  if (minutes < 60) return `${minutes} min ago`;
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)} h ago`;
  return new Date(timeMs).toISOString().slice(0, 10);
}
