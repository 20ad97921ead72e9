import type { InferenceSession, Tensor, TensorConstructor } from 'onnxruntime-web';
import { type Result, ok } from '#vocabulary';
import type { EngineError } from '../engine.ts';
import type { DecoderSession } from './decoder.ts';
import { type DecoderPlan, type DecoderSizes, type SessionValue, planDecoder } from './decoder-plan.ts';
import { readFloats } from './half-floats.ts';

/** The sessions of every entry point of ONNX Runtime look alike; each brings its own tensors. */
export interface OpenedSession {
  readonly session: InferenceSession;
  readonly Tensor: TensorConstructor;
}

/** A decoder as Hugging Face's exporters write it. */
export function openDecoderSession(opened: OpenedSession, sizes: DecoderSizes): Result<DecoderSession, EngineError> {
  const { session } = opened;
  const plan = planDecoder(session.inputMetadata.map(describe), session.outputMetadata.map(describe), sizes);
  return plan.ok ? ok(createDecoder(opened, plan.value)) : plan;
}

function createDecoder({ session, Tensor: TensorOf }: OpenedSession, plan: DecoderPlan): DecoderSession {
  const { caches, cacheType, keyHeads, headWidth, vocabulary } = plan;
  const rowBytes = headWidth * (cacheType === 'float32' ? 4 : 2);
  const emptyCache = (): Tensor => cacheOf(new Uint8Array(), 0);
  const cacheOf = (bytes: Uint8Array<ArrayBuffer>, length: number): Tensor => {
    const shape = [1, keyHeads, length, headWidth];
    return cacheType === 'float32'
      ? new TensorOf('float32', new Float32Array(bytes.buffer), shape)
      : new TensorOf('float16', new Uint16Array(bytes.buffer), shape);
  };
  let held = 0;
  let past: readonly Tensor[] = caches.map(emptyCache);

  const replace = (next: readonly Tensor[], length: number): void => {
    for (const tensor of past) tensor.dispose();
    past = next;
    held = length;
  };
  const feedsOf = (tokens: readonly number[], keptLogits: number): Record<string, Tensor> => {
    const count = tokens.length;
    const total = held + count;
    const integers = (values: readonly bigint[]): Tensor =>
      new TensorOf('int64', BigInt64Array.from(values), [1, values.length]);
    const feeds: Record<string, Tensor> = { input_ids: integers(tokens.map(BigInt)) };
    if (plan.hasMask) feeds['attention_mask'] = integers(Array.from({ length: total }, () => 1n));
    if (plan.hasPositions) feeds['position_ids'] = integers(tokens.map((_, index) => BigInt(held + index)));
    if (plan.hasBranch) feeds['use_cache_branch'] = new TensorOf('bool', Uint8Array.of(held > 0 ? 1 : 0), [1]);
    if (plan.hasKeptLogits)
      feeds['num_logits_to_keep'] = new TensorOf('int64', BigInt64Array.of(BigInt(keptLogits)), []);
    for (const [index, { input }] of caches.entries()) feeds[input] = past[index] as Tensor;
    return feeds;
  };

  return {
    vocabulary,
    stateLayers: 0,
    passTokens: 64,
    held: () => held,
    async truncate(length) {
      if (length >= held) return;
      const cut = past.map(async (tensor) => {
        const data = (await tensor.getData()) as Float32Array | Uint16Array;
        const from = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
        const bytes = new Uint8Array(keyHeads * length * rowBytes);
        for (let head = 0; head < keyHeads; head++) {
          const begin = head * held * rowBytes;
          bytes.set(from.subarray(begin, begin + length * rowBytes), head * length * rowBytes);
        }
        return cacheOf(bytes, length);
      });
      replace(await Promise.all(cut), length);
    },
    async read(tokens, rows) {
      const outputs = await session.run(feedsOf(tokens, rows === 'last' ? 1 : 0));
      const present = caches.map(({ output }) => outputs[output] as Tensor);
      replace(present, held + tokens.length);
      const logits = outputs['logits'] as Tensor;
      const values = readFloats((await logits.getData()) as Float32Array | Uint16Array);
      logits.dispose();
      const count = rows === 'last' ? 1 : tokens.length;
      if (values.length % vocabulary !== 0 || values.length < count * vocabulary)
        throw new Error(`${values.length} logits are not those of ${count} tokens of ${vocabulary}.`);
      return values.subarray(values.length - count * vocabulary);
    },
    readStates: () => Promise.reject(new Error('This decoder shows no states.')),
    async release() {
      replace([], 0);
      await session.release();
    },
  };
}

function describe(value: InferenceSession.ValueMetadata): SessionValue {
  return value.isTensor
    ? { name: value.name, type: value.type, shape: value.shape }
    : { name: value.name, type: 'no tensor', shape: [] };
}
