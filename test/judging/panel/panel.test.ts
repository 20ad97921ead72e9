import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Calibration, type JudgedAnswer, type ReadingName, type StateReader, createJudge } from '#judging';
import { comparePairs } from '../../../src/judging/panel/panel.ts';
import { err, failure, ok } from '#vocabulary';
import { createScriptedScorer } from '../scorer.scripted.ts';

const WEIGHTS = [
  { name: 'cloze', scale: 4, weight: 1.5 },
  { name: 'forward', scale: 1.6, weight: 1.2 },
] as const;
const answer = (cloze: number, forward: number): JudgedAnswer => ({
  screening: { genuine: true },
  readings: [
    { name: 'cloze', value: cloze },
    { name: 'forward', value: forward },
  ],
});
const arbitraryAnswer = fc
  .tuple(fc.double({ min: -25, max: 25, noNaN: true }), fc.double({ min: -25, max: 0, noNaN: true }))
  .map(([cloze, forward]) => answer(cloze, forward));
const withLetters = (names: readonly ReadingName[]): Calibration => ({
  version: 'scripted/1',
  modelId: 'scripted',
  calibrated: false,
  panels: [{ weights: names.map((name) => ({ name, scale: 1, weight: 1 })) }],
});

describe('comparing pairs', () => {
  test('R8: swapping two answers negates, an answer ties with itself, and answer readings are transitive', () => {
    fc.assert(
      fc.property(arbitraryAnswer, arbitraryAnswer, arbitraryAnswer, (a, b, c) => {
        const logOdds = (...pair: [JudgedAnswer, JudgedAnswer]): number =>
          comparePairs(pair, [], WEIGHTS).verdicts[0]?.logOdds as number;
        expect(logOdds(a, b) + logOdds(b, a)).toBe(0);
        expect(logOdds(a, a)).toBe(0);
        if (logOdds(a, b) > 0 && logOdds(b, c) > 0) expect(logOdds(a, c)).toBeGreaterThan(0);
      }),
    );
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, undefined])(
    'R27: a reading that is %s costs its pair, nothing else',
    (value) => {
      const spoilt: JudgedAnswer = {
        screening: { genuine: true },
        readings: [{ name: 'cloze', value: 1 }, ...(value === undefined ? [] : [{ name: 'forward' as const, value }])],
      };
      const { verdicts, failures } = comparePairs([answer(1, -1), spoilt, answer(0, -2)], [], WEIGHTS);
      expect(verdicts.map(({ first, second }) => [first, second])).toEqual([[0, 2]]);
      expect(failures.map(({ type }) => type)).toEqual(['malformed-reading', 'malformed-reading']);
    },
  );

  test('R28: letters are asked in both orders, and a preference for a place cancels out', async () => {
    const scorer = createScriptedScorer({
      // Two and a half logits for the first place, one for the answer that names Paris.
      firstOverSecond: (comparison) => 2.5 + (/Answer A: .*Paris/u.test(comparison) ? 1 : -1),
    });
    const judge = createJudge({ scorer, calibration: withLetters(['letter']) });
    const judged = await judge.judge({ question: 'Capital of France?', answers: ['It is Lyon.', 'It is Paris.'] });
    expect(judged).toMatchObject({
      ok: true,
      value: { verdicts: [{ logOdds: expect.closeTo(-1, 9) }], pairs: [{ name: 'letter', first: 0, second: 1 }] },
    });
    expect(scorer.requests).toHaveLength(2);
  });

  test('R28: a judge that reasons writes before it chooses; without a writer that is a typed failure', async () => {
    const scorer = createScriptedScorer({ firstOverSecond: () => 1 });
    const asked: number[] = [];
    const request = { question: 'Capital of France?', answers: ['It is Lyon.', 'It is Paris.'] };
    const calibration = withLetters(['reasoned-letter']);
    const reasoner = {
      write: async ({ maxTokens }: { readonly maxTokens: number }) => {
        asked.push(maxTokens);
        return ok({ text: 'Paris is right.', evaluatedTokens: 5 });
      },
    };
    const judged = await createJudge({ scorer, reasoner, calibration }).judge(request);
    expect(judged).toMatchObject({ ok: true, value: { verdicts: [{ logOdds: 0 }], evaluatedTokens: 14 } });
    expect(asked).toEqual([48, 48]);
    const refused = await createJudge({ scorer, calibration }).judge(request);
    expect(refused).toMatchObject({ ok: false, error: { type: 'scorer-failed' } });
  });

  test('R29: a probe reads the states of its layer and of no other model', async () => {
    const scorer = createScriptedScorer();
    const stateReader = {
      states: async ({ continuation, layer }: { readonly continuation: string; readonly layer: number }) =>
        ok({
          mean: Float32Array.of(continuation.includes('Paris') ? 1 : 0, layer),
          last: Float32Array.of(0, 1),
          evaluatedTokens: 7,
        }),
    };
    const request = { question: 'Capital of France?', answers: ['It is Lyon.', 'It is Paris.'] };
    const probed = { ...withLetters(['probe']), probe: { layer: 20, weights: [2, 0, 0, 1] } };
    expect(await createJudge({ scorer, stateReader, calibration: probed }).judge(request)).toMatchObject({
      ok: true,
      value: { verdicts: [{ logOdds: -2 }] },
    });
    const foreign = { ...probed, probe: { layer: 20, weights: [2, 0] } };
    expect(await createJudge({ scorer, stateReader, calibration: foreign }).judge(request)).toMatchObject({
      ok: false,
    });
    expect(await createJudge({ scorer, calibration: probed }).judge(request)).toMatchObject({ ok: false });
    const unknown = { ...withLetters(['probe']), version: 'of nobody' };
    expect(await createJudge({ scorer, stateReader, calibration: unknown }).judge(request)).toMatchObject({
      ok: false,
      error: { type: 'scorer-failed', message: expect.stringContaining('no probe') },
    });
  });

  test('R14: states that are no numbers fail the judgement; R17: a text whose states cannot be read is unreadable', async () => {
    const scorer = createScriptedScorer();
    const probed = { ...withLetters(['probe']), probe: { layer: 3, weights: [1, 1] } };
    const request = { question: 'Capital of France?', answers: ['It is Lyon.', 'It is Paris.', 'It is Nice.'] };
    const judgeBy = (states: (text: string) => ReturnType<StateReader['states']>) =>
      createJudge({
        scorer,
        stateReader: { states: ({ continuation }) => states(continuation) },
        calibration: probed,
      }).judge(request);
    const value = (number: number) =>
      ok({ mean: Float32Array.of(number), last: Float32Array.of(0), evaluatedTokens: 1 });
    expect(await judgeBy(async () => value(Number.NaN))).toMatchObject({ ok: false, error: { type: 'scorer-failed' } });
    const refusing = await judgeBy(async (text) =>
      text.includes('Nice') ? err(failure('context-overflow', 'Too long.')) : value(1),
    );
    expect(refusing.ok && refusing.value.answers.map(({ screening }) => screening.genuine)).toEqual([
      true,
      true,
      false,
    ]);
    const crashed = await judgeBy(async () => err(failure('engine-crashed', 'It crashed.')));
    expect(crashed).toMatchObject({ ok: false, error: { type: 'scorer-failed', message: 'It crashed.' } });
  });
});
