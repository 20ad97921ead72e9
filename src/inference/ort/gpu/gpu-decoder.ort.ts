import type { InferenceSession, Tensor, TensorConstructor, TensorFactory } from 'onnxruntime-web';
import type { DecoderSession } from '../../onnx/decoder.ts';
import type { LlamaShape } from '../llama-shape.ts';

export interface GpuDecoderParts {
  readonly session: InferenceSession;
  readonly Tensor: TensorConstructor & TensorFactory;
  readonly device: GPUDevice;
  readonly shape: LlamaShape;
  readonly contextTokens: number;
  readonly embed: (tokens: readonly number[]) => Float32Array;
}

/** Tokens read in one pass: more take more memory for what lies between the layers. */
const tokensAtOnce = 256;
/** Storage, and copied from and to (WebGPU, 5.1.2). */
const bufferUsage = 0x80 | 0x04 | 0x08;

/** A decoder whose caches are made once, as large as the context, and never leave the graphics processor. */
export function createGpuDecoder(parts: GpuDecoderParts): DecoderSession {
  const { session, Tensor: TensorOf, device, shape, contextTokens, embed } = parts;
  const { width, layers, keyHeads, headWidth, vocabulary } = shape;
  const names = Array.from({ length: layers }, (_, layer) => [`key.${layer}`, `value.${layer}`]).flat();
  const caches = new Map(
    names.map((name) => {
      const buffer = device.createBuffer({
        size: 4 * keyHeads * contextTokens * headWidth,
        usage: bufferUsage,
      });
      const dims = [1, keyHeads, contextTokens, headWidth];
      return [name, { buffer, tensor: TensorOf.fromGpuBuffer(buffer as never, { dataType: 'float32', dims }) }];
    }),
  );
  // Written where they are read: the library sees that both are one buffer and appends in place.
  const fetches: Record<string, Tensor | null> = { logits: null };
  const pasts: Record<string, Tensor> = {};
  for (const [name, { tensor }] of caches) {
    fetches[name] = tensor;
    pasts[`past.${name}`] = tensor;
  }
  let held = 0;

  const pass = async (tokens: readonly number[], rows: readonly number[]): Promise<Float32Array> => {
    const total = held + tokens.length;
    if (total > contextTokens) throw new Error(`${total} tokens are more than ${contextTokens}.`);
    const feeds = {
      ...pasts,
      hidden: new TensorOf('float32', embed(tokens), [1, tokens.length, width]),
      last: new TensorOf('int32', Int32Array.of(total - 1), [1]),
      total: new TensorOf('int32', Int32Array.of(total), []),
      rows: new TensorOf('int64', BigInt64Array.from(rows, BigInt), [rows.length]),
    };
    const { logits } = await session.run(feeds, fetches);
    held = total;
    const values = (await logits?.getData(true)) as Float32Array;
    if (values.length !== rows.length * vocabulary) throw new Error(`${values.length} logits were computed.`);
    return values;
  };

  return {
    vocabulary,
    held: () => held,
    truncate(length) {
      held = Math.min(held, length);
      return Promise.resolve();
    },
    async read(tokens, rows) {
      const parts_: Float32Array[] = [];
      for (let begin = 0; begin < tokens.length; begin += tokensAtOnce) {
        const some = tokens.slice(begin, begin + tokensAtOnce);
        const wanted = rows === 'all' ? some.map((_, index) => index) : [some.length - 1];
        const logits = await pass(some, wanted);
        if (rows === 'all' || begin + tokensAtOnce >= tokens.length) parts_.push(logits);
      }
      const [only] = parts_;
      if (parts_.length === 1 && only !== undefined) return only;
      const joined = new Float32Array(parts_.reduce((length, part) => length + part.length, 0));
      let offset = 0;
      for (const part of parts_) {
        joined.set(part, offset);
        offset += part.length;
      }
      return joined;
    },
    async release() {
      await session.release();
      for (const { buffer } of caches.values()) buffer.destroy();
    },
  };
}
