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
  const written: Record<string, Tensor> = {};
  const pasts: Record<string, Tensor> = {};
  for (const [name, { tensor }] of caches) {
    written[name] = tensor;
    pasts[`past.${name}`] = tensor;
  }
  let held = 0;

  /** One pass; the values of one of its outputs. */
  const pass = async (tokens: readonly number[], rows: readonly number[], output = 'logits'): Promise<Float32Array> => {
    const total = held + tokens.length;
    if (total > contextTokens) throw new Error(`${total} tokens are more than ${contextTokens}.`);
    const feeds = {
      ...pasts,
      hidden: new TensorOf('float32', embed(tokens), [1, tokens.length, width]),
      last: new TensorOf('int32', Int32Array.of(total - 1), [1]),
      total: new TensorOf('int32', Int32Array.of(total), []),
      rows: new TensorOf('int64', BigInt64Array.from(rows, BigInt), [rows.length]),
    };
    const outputs = await session.run(feeds, { ...written, [output]: null });
    held = total;
    return (await outputs[output]?.getData(true)) as Float32Array;
  };

  return {
    vocabulary,
    stateLayers: layers,
    passTokens: 256,
    held: () => held,
    truncate(length) {
      held = Math.min(held, length);
      return Promise.resolve();
    },
    read: (tokens, rows) => pass(tokens, rows === 'all' ? tokens.map((_, index) => index) : [tokens.length - 1]),
    readStates: (tokens, layer) => pass(tokens, [tokens.length - 1], `states.${layer - 1}`),
    async release() {
      await session.release();
      for (const { buffer } of caches.values()) buffer.destroy();
    },
  };
}
