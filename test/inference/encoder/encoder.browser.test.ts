import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Engine, LoadRequest } from '#inference';
import { asModelId, systemClock } from '#vocabulary';
import { encoderBackend } from '../../../src/inference/encoder/backend.ort.ts';
import { openTextClassifier } from '../../../src/inference/encoder/classifier.ort.ts';
import { normalise, softmax } from '../../../src/inference/encoder/vectors.ts';
import { createServedEngine } from '../../../src/inference/serving/served-engine.ts';
import { read, valueOf } from '../../contracts/engine.ts';
import { applyLinear, runBert } from './bert-reference.ts';
import { type TinyBert, writeTinyBert } from './tiny-bert.ts';

const text = 'The sky is blue, seeing skys.';
/** [CLS] the sky is blue , s [UNK] sky ##s . [SEP], where "seeing" is no word of so small a vocabulary. */
const ids = [2, 4, 5, 6, 7, 37, 1, 5, 9, 36, 3];

const loadOf = ({ files }: TinyBert): LoadRequest => ({
  modelId: asModelId('tiny-bert'),
  engine: 'ort',
  model: { format: 'safetensors', files },
  threads: 2,
  contextTokens: 512,
});

function meanOf(rows: readonly (readonly number[])[]): Float32Array {
  const [first = []] = rows;
  return Float32Array.from(first, (_, index) => rows.reduce((sum, row) => sum + (row[index] ?? 0), 0) / rows.length);
}

function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Math.max(...Array.from(a, (value, index) => Math.abs(value - (b[index] ?? Number.NaN))));
}

describe('an encoder of random weights', () => {
  let engine: Engine;
  beforeAll(() => {
    engine = createServedEngine(encoderBackend(), systemClock);
  });
  afterAll(() => engine.unload());

  test.for(['mean', 'first'] as const)('R85: pooled by %s, it says what BERT says', async (pooling) => {
    const bert = writeTinyBert({ pooling });
    const facts = valueOf(await engine.load(loadOf(bert)));
    expect(facts).toMatchObject({ kind: 'ort', canEmbed: true, contextTokens: 24, vocabularySize: 38 });
    const [vector] = valueOf(await engine.embed([text]));
    const states = runBert(bert.tensors, '', ids);
    const pooled = pooling === 'mean' ? meanOf(states) : Float32Array.from(states[0] ?? []);
    expect(distance(vector ?? [], normalise(pooled))).toBeLessThan(1e-5);
  });

  test('R11: embeddings have unit length, and texts one after the other the same as alone', async () => {
    valueOf(await engine.load(loadOf(writeTinyBert())));
    const texts = ['', 'sky', text, 'sky'];
    const vectors = valueOf(await engine.embed(texts));
    for (const vector of vectors) expect(Math.hypot(...vector)).toBeCloseTo(1, 5);
    expect(vectors[3]).toEqual(vectors[1]);
    expect(valueOf(await engine.embed(['sky']))[0]).toEqual(vectors[1]);
  });

  test('R86: it neither replies nor scores', async () => {
    const reply = await read(engine, {
      messages: [{ role: 'user', content: 'the sky' }],
      maxTokens: 3,
      temperature: 0,
      topP: 1,
      seed: 1,
    });
    expect(reply.error).toMatchObject({ type: 'unsupported' });
    const prompt = { plain: 'the sky' };
    const score = await engine.score({ prompt, continuations: [{ text: 'is', ends: false }] });
    expect(score).toMatchObject({ ok: false, error: { type: 'unsupported' } });
    expect(await engine.predict({ prompt, candidates: ['is'] })).toMatchObject({ error: { type: 'unsupported' } });
    expect(engine.countTokens('the sky is')).toEqual({ ok: true, value: 3 });
  });

  test('R7: a text longer than the model can hold is refused, and the next one served', async () => {
    for (const long of ['sky '.repeat(30), 'a'.repeat(100_000)])
      expect(await engine.embed([long])).toMatchObject({ ok: false, error: { type: 'context-overflow' } });
    expect(valueOf(await engine.embed(['sky '.repeat(22)]))).toHaveLength(1);
  });

  test('R9: marks in a text are text', async () => {
    const [plain, marked] = valueOf(await engine.embed(['the sky', 'the sky [SEP]']));
    expect(distance(plain ?? [], marked ?? [])).toBeGreaterThan(0.01);
    expect(valueOf(engine.countTokens('[SEP]'))).toBeGreaterThan(1);
  });

  test('R1: files that are missing, malformed or of another model leave no model', async () => {
    const load = loadOf(writeTinyBert());
    const changed = async (name: string, file: Blob | undefined): Promise<string> => {
      const files = new Map(load.model.files);
      if (file === undefined) files.delete(name);
      else files.set(name, file);
      const loaded = await engine.load({ ...load, model: { ...load.model, files } });
      return loaded.ok ? 'none' : loaded.error.type;
    };
    const weights = load.model.files.get('model.safetensors') ?? new Blob();
    const config = JSON.parse((await load.model.files.get('config.json')?.text()) ?? '') as object;
    expect(await changed('tokenizer.json', undefined)).toBe('load-failed');
    expect(await changed('model.safetensors', weights.slice(0, -4))).toBe('load-failed');
    expect(await changed('config.json', new Blob([JSON.stringify({ ...config, model_type: 'gpt2' })]))).toBe(
      'load-failed',
    );
    expect(await changed('config.json', new Blob([JSON.stringify({ ...config, hidden_size: 20 })]))).toBe(
      'load-failed',
    );
    expect(engine.facts()).toBeUndefined();
    expect(await changed('1_Pooling/config.json', undefined)).toBe('none');
    const abort = new AbortController();
    const loading = engine.load({ ...load, signal: abort.signal });
    setTimeout(() => abort.abort(), 20);
    expect(await loading).toMatchObject({ error: { type: 'aborted' } });
    expect(await engine.embed(['sky'])).toMatchObject({ ok: false, error: { type: 'not-loaded' } });
  });
});

describe('a classifier of random weights', () => {
  const labels = ['calm', 'angry', 'sad'];
  const bert = writeTinyBert({ labels });

  test('R87: it gives each label its probability', async () => {
    const { model, threads } = loadOf(bert);
    const classifier = valueOf(await openTextClassifier({ model, threads }));
    expect(classifier.labels).toEqual(labels);
    const [first = []] = runBert(bert.tensors, 'bert.', ids);
    const part = (name: string) => {
      const tensor = bert.tensors.get(name);
      if (tensor === undefined) throw new Error(`There is no ${name}.`);
      return tensor;
    };
    const pooled = applyLinear([first], part('bert.pooler.dense.weight'), part('bert.pooler.dense.bias'));
    const bent = pooled.map((row) => row.map(Math.tanh));
    const [logits = []] = applyLinear(bent, part('classifier.weight'), part('classifier.bias'));
    const [probabilities, again] = await Promise.all([classifier.classify(text), classifier.classify(text)]);
    expect(distance(valueOf(probabilities), softmax(Float32Array.from(logits)))).toBeLessThan(1e-5);
    expect(again).toEqual(probabilities);
    classifier.close();
    expect(await classifier.classify(text)).toMatchObject({ ok: false });
  });

  test('R87: an encoder without a head is refused', async () => {
    const { model, threads } = loadOf(writeTinyBert());
    expect(await openTextClassifier({ model, threads })).toMatchObject({ ok: false, error: { type: 'load-failed' } });
  });
});
