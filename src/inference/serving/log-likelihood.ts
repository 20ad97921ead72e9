/** Log of the sum of the exponentials: what turns a logit into a log probability by subtraction. */
export function logSumExp(logits: Float32Array): number {
  let most = -Infinity;
  for (const logit of logits) if (logit > most) most = logit;
  let sum = 0;
  for (const logit of logits) sum += Math.exp(logit - most);
  return most + Math.log(sum);
}

/** Log probability (natural) of a token before any temperature or cut; undefined where the model computes no numbers. */
export function logProbabilityOf(logits: Float32Array, token: number): number | undefined {
  const logit = logits[token];
  if (logit === undefined) return undefined;
  // The least bit above 0 by rounding is none.
  const value = Math.min(0, logit - logSumExp(logits));
  return Number.isFinite(value) ? value : undefined;
}

/** Log probability of the least likely token. */
export function leastLogProbability(logits: Float32Array): number {
  let least = Infinity;
  for (const logit of logits) if (logit < least) least = logit;
  return Math.min(0, least - logSumExp(logits));
}
