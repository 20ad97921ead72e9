/** Two methods on the same rounds. */
export interface Paired {
  /** Means. */
  readonly ours: number;
  readonly theirs: number;
  /** Mean of the differences in standard errors of it; 0 where they never differ. */
  readonly z: number;
}

export function comparePaired(ours: readonly number[], rival: readonly number[]): Paired {
  const count = ours.length;
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / count;
  const differences = ours.map((value, index) => value - (rival[index] as number));
  const difference = mean(differences);
  const variance = mean(differences.map((value) => (value - difference) ** 2));
  // With few differing rounds the variance itself is uncertain: one differing round is the least that is assumed.
  const error = Math.sqrt(Math.max(variance, 1 / count) / count);
  return { ours: mean(ours), theirs: mean(rival), z: difference === 0 ? 0 : difference / error };
}

/**
 * Kendall's tau-a of two orders given by scores: 1 for the same order, -1 for the reverse. A tie counts as half right, so
 * that leaving pairs open wins nothing.
 */
export function kendallTau(a: readonly number[], b: readonly number[]): number {
  let score = 0;
  for (let i = 0; i < a.length; i++)
    for (let j = 0; j < i; j++)
      score += Math.sign((a[i] as number) - (a[j] as number)) * Math.sign((b[i] as number) - (b[j] as number));
  return score / ((a.length * (a.length - 1)) / 2);
}
