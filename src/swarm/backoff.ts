import type { Random } from '#vocabulary';

export interface BackoffLimits {
  readonly firstMs: number;
  readonly longestMs: number;
}

/**
 * Wait before retry number `attempt` (0 first): doubles up to the longest, with "equal jitter" (half fixed, half
 * uniform), so that tabs which lost the same relay at once do not come back at once.
 */
export function backoffMs(limits: BackoffLimits, attempt: number, random: Random): number {
  const wholeMs = Math.min(limits.longestMs, limits.firstMs * 2 ** Math.min(attempt, 30));
  return wholeMs / 2 + (wholeMs / 2) * random.next();
}
