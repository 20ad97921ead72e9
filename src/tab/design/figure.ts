const minus = '\u2212';

/** `71 %`; never `0 %` or `100 %` for what is neither impossible nor certain. */
export function formatShare(share: number): string {
  if (!Number.isFinite(share)) return 'unknown';
  if (share > 0 && share < 0.005) return '<1 %';
  if (share < 1 && share > 0.995) return '>99 %';
  return `${Math.round(Math.min(1, Math.max(0, share)) * 100)} %`;
}

/** `+0.62`, `−1.08`, `0.00`: logits and strengths. */
export function formatSigned(value: number, digits = 2): string {
  if (!Number.isFinite(value)) return 'unknown';
  const text = Math.abs(value).toFixed(digits);
  if (Number(text) === 0) return text;
  return `${value < 0 ? minus : '+'}${text}`;
}

/** `12`, `1.2`: tokens a second. */
export function formatRate(perSecond: number): string {
  return perSecond < 9.95 ? perSecond.toFixed(1) : String(Math.round(perSecond));
}

/** `98 MB`, decimal as browsers and shops write it. */
export function formatBytes(sizeBytes: number): string {
  if (sizeBytes < 1e6) return `${Math.max(0, Math.round(sizeBytes / 1e3))} kB`;
  if (sizeBytes < 1e9) return `${Math.round(sizeBytes / 1e6)} MB`;
  return `${(sizeBytes / 1e9).toFixed(1)} GB`;
}

/** `410 kB/s`, `1.2 MB/s`, `12 MB/s`. */
export function formatSpeed(bytesPerSecond: number): string {
  if (!Number.isFinite(bytesPerSecond) || bytesPerSecond < 0) return 'unknown';
  if (bytesPerSecond < 999_500) return `${Math.round(bytesPerSecond / 1e3)} kB/s`;
  return `${formatRate(bytesPerSecond / 1e6)} MB/s`;
}

/** `12,480`. */
export function formatCount(count: number): string {
  return Math.round(count).toLocaleString('en');
}

/** `1 peer`, `3 peers`. */
export function countOf(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** `Ada`, `Ada and Bo`, `Ada, Bo and 3 others`. */
export function listOf(names: readonly string[], shown = 2): string {
  if (names.length <= 1) return names[0] ?? '';
  if (names.length <= shown) return `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`;
  const rest = names.length - shown;
  return `${names.slice(0, shown).join(', ')} and ${countOf(rest, 'other')}`;
}
