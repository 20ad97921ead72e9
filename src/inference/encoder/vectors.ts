/** The vector at unit length; one of no length is left as it is. */
export function normalise(vector: Float32Array): Float32Array {
  const length = Math.hypot(...vector);
  return length > 0 ? vector.map((value) => value / length) : vector;
}

/** Probabilities of classes (Bridle 1990), the largest logit taken off first so that none overflows. */
export function softmax(logits: Float32Array): readonly number[] {
  const most = Math.max(...logits);
  const weights = Array.from(logits, (logit) => Math.exp(logit - most));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}
