import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { GenerateEvent, GenerateRequest } from '#inference';
import type { ReadPrompt } from '../../../src/inference/serving/backend.ts';
import { BLOCK_TOKENS } from '../../../src/inference/webllm/kept-prompt.ts';
import { valueOf } from '../../contracts/engine.ts';
import { fetchMinilib } from './minilib.ts';
import { type Measured, startMeasured } from './tiny-engine.ts';
import { writeTinyMlc } from './tiny-mlc.ts';

const request: GenerateRequest = { messages: [], maxTokens: 20, temperature: 0.9, topP: 0.95, seed: 5 };
const never = new AbortController().signal;
const nothing = (): void => undefined;

describe('what web-llm computes', () => {
  let measured: Measured;
  /** Two prompts that differ in their end. */
  let long: ReadPrompt;
  let sibling: ReadPrompt;
  beforeAll(async () => {
    measured = await startMeasured(writeTinyMlc(await fetchMinilib(), { endBias: -6 }));
    long = promptOf(`${'the rain is on the train and '.repeat(30)}A`);
    sibling = promptOf(`${'the rain is on the train and '.repeat(30)}B`);
  });
  afterAll(() => measured.backend.exit());

  const promptOf = (text: string): ReadPrompt => {
    const { tokeniser, template } = measured.backend.language;
    const rendered = valueOf(template.render([{ role: 'user', content: text }]));
    return { rendered, tokens: valueOf(tokeniser).encodePrompt(rendered) };
  };
  const tokensOf = (text: string): number[] => valueOf(measured.backend.language.tokeniser).encode(text);
  const textsOf = (...texts: string[]) => texts.map((text) => ({ tokens: tokensOf(text), ends: true }));
  const generate = async (prompt: ReadPrompt, changes: Partial<GenerateRequest> = {}, signal = never) => {
    const events: GenerateEvent[] = [];
    await measured.backend.generate(prompt, { ...request, ...changes }, signal, (event) => events.push(event));
    return events;
  };
  const score = async (prompt: ReadPrompt, ...texts: string[]) =>
    valueOf(await measured.backend.score(prompt, textsOf(...texts), never, nothing));

  test('R42: a prompt is read once, what a later one shares with it in whole blocks not again', async () => {
    const length = long.tokens.length;
    expect(length).toBeGreaterThan(2 * BLOCK_TOKENS);
    expect(sibling.tokens).toHaveLength(length);
    const before = measured.prefills.length;
    await generate(long);
    await generate(long);
    await generate(sibling);
    const [predicted] = [await measured.backend.predict(sibling, [7], never)];
    const shared = Math.floor((length - 1) / BLOCK_TOKENS) * BLOCK_TOKENS;
    expect(measured.prefills.slice(before)).toEqual([length, 0, length - shared, 0]);
    expect(valueOf(predicted)).toMatchObject({ evaluatedTokens: 0 });
  });

  test('R42: continuations of one prompt pay for it once, and for what they do not share', async () => {
    const [first, second, third] = await score(promptOf('What falls?'), 'the rain is', 'the rain on', 'a train');
    const prompt = promptOf('What falls?').tokens.length;
    expect(first?.evaluatedTokens).toBe(prompt + tokensOf('the rain is').length);
    const shared = tokensOf('the rain').length;
    // The last shared token is fed again for the sake of what follows it.
    expect(second?.evaluatedTokens).toBe(tokensOf('the rain on').length - shared + 1);
    expect(third?.evaluatedTokens).toBe(tokensOf('a train').length);
  });

  test('R42: no number depends on what was asked before', async () => {
    const numbers = async () => ({
      reply: await generate(long, { logProbabilities: true }),
      scores: (await score(sibling, 'the rain', 'the train')).map((each) => each.logProbabilities),
      prediction: valueOf(await measured.backend.predict(promptOf('b'), [1, 70, 200], never)).logProbabilities,
    });
    const first = await numbers();
    await generate(promptOf('something else'), { seed: 9 });
    await score(long, 'a', 'the rain is on the train');
    expect(await numbers()).toEqual(first);
    const fresh = await startMeasured(writeTinyMlc(await fetchMinilib(), { endBias: -6 }));
    const old = measured;
    measured = fresh;
    expect(await numbers()).toEqual(first);
    measured = old;
    await fresh.backend.exit();
  });

  test('R25: what a reply says of its tokens is what scoring them says', async () => {
    const { tokeniser } = measured.backend.language;
    let compared = 0;
    for (let seed = 0; seed < 30 && compared < 5; seed++) {
      const events = await generate(promptOf('the rain'), { seed, maxTokens: 3, logProbabilities: true });
      const text = events.map((event) => (event.type === 'text' ? event.text : '')).join('');
      const told = events.flatMap((event) => (event.type === 'text' ? (event.logProbabilities ?? []) : []));
      // Only a text that its own tokens make, not others.
      const tokens = valueOf(tokeniser).encode(text);
      if (tokens.length !== 3 || text.includes('\ufffd')) continue;
      const texts = [{ tokens, ends: false }];
      const [scored] = valueOf(await measured.backend.score(promptOf('the rain'), texts, never, nothing));
      if (told.every((value, place) => value === scored?.logProbabilities[place])) compared += 1;
    }
    expect(compared).toBe(5);
  });

  test('R8: the probabilities of all tokens sum to one', async () => {
    const all = Array.from({ length: measured.backend.facts.vocabularySize }, (_, token) => token);
    const { logProbabilities, floor } = valueOf(await measured.backend.predict(promptOf('a'), all, never));
    const sum = logProbabilities.reduce<number>((total, value) => total + Math.exp(value ?? Number.NaN), 0);
    expect(sum).toBeCloseTo(1, 9);
    expect(Math.min(...logProbabilities.map((value) => value ?? 0))).toBe(floor);
  });

  test('R7: prompts of no, one and as many tokens as fit', async () => {
    const of = (tokens: readonly number[]): ReadPrompt => ({ rendered: '', tokens });
    expect(await generate(of([]))).toMatchObject([{ type: 'error', error: { type: 'unsupported' } }]);
    expect(await measured.backend.predict(of([]), [1], never)).toMatchObject({ error: { type: 'unsupported' } });
    expect(await measured.backend.score(of([]), textsOf('a'), never, nothing)).toMatchObject({
      error: { type: 'unsupported' },
    });
    expect((await generate(of([70]))).at(-1)).toMatchObject({ type: 'end', promptTokens: 1 });
    const full = of(Array.from({ length: measured.backend.facts.contextTokens - 1 }, () => 70));
    expect((await generate(full)).at(-1)).toMatchObject({ reason: 'length', promptTokens: 511, tokens: 1 });
    expect((await generate(of([70]))).at(-1)).toMatchObject({ type: 'end', promptTokens: 1 });
  });

  test('R43: an aborted reply stops its work within 100 ms, in its prompt and in its text', async () => {
    const waits: number[] = [];
    for (let turn = 0; turn < 9; turn++) {
      const abort = new AbortController();
      let abortedMs = 0;
      await measured.backend.generate(long, { ...request, maxTokens: 200, seed: turn }, abort.signal, (event) => {
        if (event.type !== 'text' || abort.signal.aborted) return;
        abortedMs = performance.now();
        abort.abort();
      });
      waits.push(performance.now() - abortedMs);
    }
    // The quickest say what the engine does; the others how busy the machine is.
    expect(waits.toSorted((a, b) => a - b)[1]).toBeLessThan(100);

    const before = measured.prefills.length;
    const abort = new AbortController();
    const other = promptOf('another prompt of many blocks '.repeat(20));
    const reading = generate(other, {}, abort.signal);
    abort.abort();
    expect((await reading).at(-1)).toMatchObject({ reason: 'aborted', tokens: 0 });
    expect(measured.prefills[before]).toBeLessThanOrEqual(2 * BLOCK_TOKENS);
    expect(other.tokens.length).toBeGreaterThan(2 * BLOCK_TOKENS);
  });
});
