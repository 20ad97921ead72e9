/** ONNX Runtime's session driven by the shortest loop that writes greedily: the same graph, no tasks, no stops, no sampling. */
import { readTensorTable } from '../../../../src/inference/gguf/gguf-tensors.ts';
import { createKeyValueCache } from '../../../../src/inference/ort/key-value-cache.ts';
import { type Embedding, readEmbedding } from '../../../../src/inference/ort/embedding.ts';
import type { RunPass } from '../../../../src/inference/ort/decoder.ts';
import { readEndTokens } from '../../../../src/inference/ort/end-tokens.ts';
import { type LlamaShape, readLlamaShape } from '../../../../src/inference/ort/llama-shape.ts';
import { openNetwork } from '../../../../src/inference/ort/network.ort.ts';
import { type GgufModel, openGgufModel } from '../../../../src/inference/tokens/gguf-language.ts';
import { packGguf } from '#inference';
import type { WriteRequest } from './side.ts';

export type BareOrtMessage =
  | { readonly file: Blob; readonly threads: number; readonly contextTokens: number }
  | WriteRequest;

interface Opened {
  readonly model: GgufModel;
  readonly shape: LlamaShape;
  readonly embedding: Embedding;
  readonly run: RunPass;
}
let opened: Promise<Opened> | undefined;

addEventListener('message', ({ data }: MessageEvent<BareOrtMessage>) => void answer(data));

async function answer(message: BareOrtMessage): Promise<void> {
  if ('file' in message) {
    opened = open(message);
    await opened;
  } else if (opened !== undefined) await write(await opened, message);
  postMessage('done');
}

async function open({ file, threads, contextTokens }: Extract<BareOrtMessage, { file: Blob }>): Promise<Opened> {
  const model = await openGgufModel(packGguf(file));
  if (!model.ok) throw new Error(model.error.message);
  const tensors = await readTensorTable(file, model.value.header);
  if (!tensors.ok) throw new Error(tensors.error.message);
  const shape = readLlamaShape(model.value.header, tensors.value);
  const entry = tensors.value.get('token_embd.weight');
  if (!shape.ok || entry === undefined) throw new Error('The model has no shape.');
  const start = { type: 'start', file, tensors: tensors.value, precision: 'float32' } as const;
  return {
    model: model.value,
    shape: shape.value,
    embedding: await readEmbedding(file, entry),
    run: await openNetwork({ ...start, shape: shape.value, threads, contextTokens }),
  };
}

async function write({ model, shape, embedding, run }: Opened, { question, maxTokens }: WriteRequest): Promise<void> {
  const { template, tokeniser } = model.language;
  const rendered = template.render([{ role: 'user', content: question }]);
  if (!rendered.ok || !tokeniser.ok) throw new Error('The prompt cannot be read.');
  const ends = new Set(readEndTokens(model.header));
  const decoder = new TextDecoder();
  const size = { tensors: 2 * shape.layers, heads: shape.keyHeads, headWidth: shape.headWidth };
  const cache = createKeyValueCache(size);
  let tokens = tokeniser.value.encodePrompt(rendered.value);
  for (let count = 0; count < maxTokens; count++) {
    const cached = cache.tokens.length;
    cache.reserve(tokens.length);
    const { fresh, logits } = await run({
      cache,
      hidden: embedding.embed(tokens),
      positions: tokens.map((_, index) => cached + index),
      bias: new Float32Array(tokens.length * (cached + tokens.length)),
      rows: [tokens.length - 1],
    });
    cache.append(tokens, fresh, tokens.length);
    const next = logits.reduce((best, logit, token) => (logit > (logits[best] as number) ? token : best), 0);
    if (ends.has(next)) return;
    postMessage({ text: decoder.decode(tokeniser.value.bytesOf(next), { stream: true }), tokens: count + 1 });
    tokens = [next];
  }
}
