import type { EngineError } from '../engine.ts';
import type { BertShape } from './bert-shape.ts';

export interface EncoderFiles {
  readonly weights: Blob;
  readonly config: Blob;
  readonly pooling: Blob | undefined;
}

/** What the page asks of the encoder's worker, one thing at a time. */
export type EncoderTask =
  | { readonly type: 'load'; readonly files: EncoderFiles; readonly threads: number }
  | { readonly type: 'encode'; readonly ids: readonly number[] };

export interface EncoderOutcomes {
  readonly load: BertShape;
  readonly encode: Encoding;
}

export interface Encoding {
  /** Pooled over the tokens, not normalised. */
  readonly vector: Float32Array;
  /** Of a classifier's classes, else empty. */
  readonly logits: Float32Array;
}

export type EncoderNews =
  | { readonly ok: true; readonly value: BertShape | Encoding }
  | { readonly ok: false; readonly error: EngineError };
