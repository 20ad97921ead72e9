import type { Precision } from './llama-graph.ts';
import type { LlamaShape } from './llama-shape.ts';

/** Bytes the weights take while the model runs; loading takes about twice as much for a moment. */
export function weightBytes(shape: LlamaShape, precision: Precision): number {
  const { width, heads, keyHeads, headWidth, hidden, layers, vocabulary } = shape;
  const attention = width * headWidth * (2 * heads + 2 * keyHeads);
  const matrices = layers * (attention + 3 * width * hidden) + vocabulary * width;
  return matrices * (precision === 'float32' ? 4 : 1);
}

/** Keys and values of a full context, in the cache and once more in the library. */
export function cacheBytes({ layers, keyHeads, headWidth }: LlamaShape, contextTokens: number): number {
  return 2 * (2 * layers * keyHeads * headWidth * 4) * contextTokens;
}

/** WebAssembly ends at 4 GiB; a part is for what lies between the layers. */
const mostHeapBytes = 3.5 * 2 ** 30;

/** The exact weights where they fit well, else the rounded ones; undefined where neither fits. */
export function choosePrecision(
  shape: LlamaShape,
  contextTokens: number,
  availableBytes: number,
): Precision | undefined {
  const limit = Math.min(availableBytes, mostHeapBytes);
  const choices: readonly Precision[] = ['float32', 'int8'];
  return choices.find((precision) => weightBytes(shape, precision) * 2 + cacheBytes(shape, contextTokens) <= limit);
}
