import { dequantise } from '../gguf/dequantise.ts';
import type { TensorEntry } from '../gguf/gguf-tensors.ts';
import { blockShapes } from '../gguf/tensor-types.ts';

/** The vectors of tokens, kept as the file stores them and decoded one by one. */
export interface Embedding {
  readonly width: number;
  readonly vocabulary: number;
  /** Vectors of the tokens, one after the other. */
  embed(tokens: readonly number[]): Float32Array<ArrayBuffer>;
}

export async function readEmbedding(file: Blob, entry: TensorEntry): Promise<Embedding> {
  const [width = 0, vocabulary = 0] = entry.shape;
  const bytes = new Uint8Array(await file.slice(entry.offsetBytes, entry.offsetBytes + entry.sizeBytes).arrayBuffer());
  const block = blockShapes[entry.type];
  const rowBytes = (width / block.length) * block.sizeBytes;
  return {
    width,
    vocabulary,
    embed(tokens) {
      const vectors = new Float32Array(tokens.length * width);
      for (const [place, token] of tokens.entries()) {
        if (!(token >= 0 && token < vocabulary)) throw new Error(`Token ${token} is not in the vocabulary.`);
        const row = bytes.subarray(token * rowBytes, (token + 1) * rowBytes);
        dequantise(entry.type, row, vectors.subarray(place * width, (place + 1) * width));
      }
      return vectors;
    },
  };
}
