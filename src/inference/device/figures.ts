/** `98 MB`, `2.1 GB`: decimal, as browsers and shops write it. */
export function formatBytes(sizeBytes: number): string {
  return sizeBytes < 1e9 ? `${Math.round(sizeBytes / 1e6)} MB` : `${(sizeBytes / 1e9).toFixed(1)} GB`;
}

/** Tokens a second: `0.4`, `7.3`, `41`. */
export function formatSpeed(tokensPerSecond: number): string {
  return tokensPerSecond < 10 ? tokensPerSecond.toFixed(1) : String(Math.round(tokensPerSecond));
}
