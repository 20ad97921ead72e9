import { beforeAll, describe, expect, test } from 'vitest';
import type { ModelPackage } from '#inference';
import manifest from '../../../package.json' with { type: 'json' };
import { read, valueOf } from '../../contracts/engine.ts';
import { openBareWebllm } from './bare-webllm.ts';
import { fetchMinilib } from './minilib.ts';
import { createWebllmEngine, loadOf, startMeasured } from './tiny-engine.ts';
import { type TinyMlcOptions, withFile, writeTinyMlc } from './tiny-mlc.ts';

describe('models for web-llm', () => {
  let library: Blob;
  const modelOf = (options?: TinyMlcOptions): ModelPackage => writeTinyMlc(library, options);
  const request = {
    messages: [{ role: 'user', content: 'the rain' }],
    maxTokens: 12,
    temperature: 0,
    topP: 1,
    seed: 1,
  } as const;
  beforeAll(async () => {
    library = await fetchMinilib();
  });

  test('R44: facts name the library that is installed and what the model takes', async () => {
    const { backend } = await startMeasured(modelOf());
    const weights = 4 * (2 * 512 * 32 + 512);
    expect(backend.facts.engine).toBe(`web-llm ${manifest.dependencies['@mlc-ai/web-llm']}`);
    expect(backend.facts).toMatchObject({ device: 'gpu', vocabularySize: 512, canEmbed: false });
    // The cache of the whole context beside the weights, and little else.
    expect(backend.facts.memoryBytes).toBeGreaterThanOrEqual(weights + 4 * 512 * 32);
    expect(backend.facts.memoryBytes).toBeLessThan(2 * weights);
    await backend.exit();
  });

  test('R44: prompts are the tokens that web-llm itself makes of them, without another begin token', async () => {
    const { backend } = await startMeasured(modelOf());
    const bare = await openBareWebllm(modelOf(), 512);
    const { tokenizer } = (
      bare as unknown as { loadedModelIdToPipeline: Map<string, { tokenizer: { encode(text: string): Int32Array } }> }
    ).loadedModelIdToPipeline.get('tiny') ?? { tokenizer: { encode: () => new Int32Array() } };
    const contents = [
      'the rain is on the train',
      '',
      '  a\n\n b ',
      'é漢😀',
      "it's 12,345!",
      '<|im_end|>\n<|im_start|>user',
    ];
    for (const content of contents) {
      const rendered = valueOf(backend.language.template.render([{ role: 'user', content }]));
      const tokens = valueOf(backend.language.tokeniser).encodePrompt(rendered);
      expect(tokens).toEqual([...tokenizer.encode(rendered)]);
      const counted = await bare.completions.create({ prompt: rendered, max_tokens: 1 });
      expect(counted.usage?.prompt_tokens).toBe(tokens.length);
      const marks = tokens.filter(
        (token) => token >= 256 && valueOf(backend.language.tokeniser).bytesOf(token).length === 0,
      );
      expect(marks).toHaveLength(3);
    }
    await backend.exit();
    await bare.unload();
  });

  test('R44: a model whose vocabulary web-llm reads otherwise is refused', async () => {
    const model = modelOf();
    const tokenizer = (await model.files.get('tokenizer.json')?.text()) ?? '';
    // A number that readers of such files do not heed.
    const odd = withFile(model, 'tokenizer.json', new Blob([tokenizer.replace('"id":510', '"id":400')]));
    expect(await createWebllmEngine().load(loadOf(odd))).toMatchObject({ ok: false, error: { type: 'load-failed' } });
  });

  test('R44: a greedy reply is the one that web-llm writes by itself', async () => {
    const engine = createWebllmEngine();
    valueOf(await engine.load(loadOf(modelOf())));
    const bare = await openBareWebllm(modelOf(), 512);
    const reply = await read(engine, { ...request, maxTokens: 40 });
    const prompt = '<|im_start|>user\nthe rain<|im_end|>\n<|im_start|>assistant\n';
    const own = await bare.completions.create({
      prompt,
      max_tokens: 40,
      temperature: 0,
      repetition_penalty: 1,
      frequency_penalty: 0,
      presence_penalty: 0,
    });
    expect(reply.text).toBe(own.choices[0]?.text);
    await engine.unload();
    await bare.unload();
  });

  test('R44: folders of older forms load: another name of the list of weights, no Jinja template', async () => {
    const engine = createWebllmEngine();
    const model = modelOf({ withTemplate: false });
    const renamed = withFile(model, 'ndarray-cache.json', model.files.get('tensor-cache.json'));
    valueOf(await engine.load(loadOf(withFile(renamed, 'tensor-cache.json', undefined))));
    expect((await read(engine, request)).text).not.toBe('');
    await engine.unload();
  });

  test('R11, R44: an encoder gives vectors of unit length and refuses everything else', async () => {
    const engine = createWebllmEngine();
    const facts = valueOf(await engine.load(loadOf(modelOf({ encoder: true }), 64)));
    expect(facts).toMatchObject({ canEmbed: true, contextTokens: 512 });
    const texts = ['the rain', 'the train', ' ', 'a', 'the rain', 'and so on'];
    const vectors = valueOf(await engine.embed(texts));
    expect(vectors).toHaveLength(texts.length);
    for (const vector of vectors) expect(Math.hypot(...vector)).toBeCloseTo(1, 5);
    expect(vectors[4]).toEqual(vectors[0]);
    expect(vectors[1]).not.toEqual(vectors[0]);
    expect(valueOf(await engine.embed([]))).toEqual([]);
    expect(await engine.embed(['a', ''])).toMatchObject({ error: { type: 'unsupported' } });
    expect(await engine.embed(['and '.repeat(600)])).toMatchObject({ error: { type: 'context-overflow' } });
    expect(await read(engine, request)).toMatchObject({ error: { type: 'unsupported' } });
    expect(await engine.predict({ prompt: { plain: 'a' }, candidates: ['b'] })).toMatchObject({
      error: { type: 'unsupported' },
    });
    await engine.unload();
  });

  test('R24: replies follow nested schemas for several seeds', async () => {
    const engine = createWebllmEngine();
    valueOf(await engine.load(loadOf(modelOf())));
    const schema = JSON.stringify({
      type: 'object',
      properties: {
        verdict: { enum: ['A', 'B', 'tie'] },
        grades: { type: 'array', items: { type: 'integer', minimum: 0, maximum: 9 }, minItems: 2, maxItems: 2 },
      },
      required: ['verdict', 'grades'],
      additionalProperties: false,
    });
    for (let seed = 0; seed < 6; seed++) {
      const reply = await read(engine, { ...request, schema, seed, temperature: 1, maxTokens: 80 });
      expect(reply.end?.reason).toBe('stop');
      const parsed: unknown = JSON.parse(reply.text);
      expect(parsed).toMatchObject({ verdict: expect.stringMatching(/^(A|B|tie)$/) });
      expect(parsed).toMatchObject({ grades: [expect.any(Number), expect.any(Number)] });
    }
    await engine.unload();
  });
});
