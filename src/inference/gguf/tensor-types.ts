/** How GGUF stores the numbers of a tensor (ggml.h, `enum ggml_type`). */
export type TensorType = 'F32' | 'F16' | 'BF16' | 'Q4_0' | 'Q4_1' | 'Q5_0' | 'Q5_1' | 'Q8_0' | 'Q4_K' | 'Q5_K' | 'Q6_K';

export interface BlockShape {
  /** Numbers in a block; a row is a whole number of blocks. */
  readonly length: number;
  readonly sizeBytes: number;
}

/** By the number that stands in the file; types that are missing here are not read. */
export const tensorTypes: ReadonlyMap<number, TensorType> = new Map([
  [0, 'F32'],
  [1, 'F16'],
  [2, 'Q4_0'],
  [3, 'Q4_1'],
  [6, 'Q5_0'],
  [7, 'Q5_1'],
  [8, 'Q8_0'],
  [12, 'Q4_K'],
  [13, 'Q5_K'],
  [14, 'Q6_K'],
  [30, 'BF16'],
]);

export const blockShapes: Readonly<Record<TensorType, BlockShape>> = {
  F32: { length: 1, sizeBytes: 4 },
  F16: { length: 1, sizeBytes: 2 },
  BF16: { length: 1, sizeBytes: 2 },
  Q4_0: { length: 32, sizeBytes: 18 },
  Q4_1: { length: 32, sizeBytes: 20 },
  Q5_0: { length: 32, sizeBytes: 22 },
  Q5_1: { length: 32, sizeBytes: 24 },
  Q8_0: { length: 32, sizeBytes: 34 },
  Q4_K: { length: 256, sizeBytes: 144 },
  Q5_K: { length: 256, sizeBytes: 176 },
  Q6_K: { length: 256, sizeBytes: 210 },
};
