import { describe, expect, test } from 'vitest';
import { type Calibration, type JudgeRequest, type Judgement, type Scorer, createJudge } from '#judging';
import { err, failure, ok } from '#vocabulary';
import { createScriptedScorer, messagesOf } from '../scorer.scripted.ts';

const calibration: Calibration = {
  version: 'scripted/1',
  modelId: 'scripted',
  calibrated: false,
  panels: [
    {
      weights: [
        { name: 'forward', scale: 0.5, weight: 1 },
        { name: 'yes-no', scale: 2, weight: 0.5 },
      ],
    },
  ],
};
const QUESTION = 'What is the capital of France?';
const [PARIS, LYON, ROME] = ['The capital is Paris.', 'The capital is Lyon!', 'It is Rome, I think.'];

async function judge(scorer: Scorer, request: Omit<JudgeRequest, 'question'>): Promise<Judgement> {
  const judgement = await createJudge({ scorer, calibration }).judge({ question: QUESTION, ...request });
  if (!judgement.ok) throw new Error(judgement.error.message);
  return judgement.value;
}
const failureOf = async (scorer: Scorer, request: Omit<JudgeRequest, 'question'>): Promise<string> => {
  const judgement = await createJudge({ scorer, calibration }).judge({ question: QUESTION, ...request });
  return judgement.ok ? 'none' : judgement.error.type;
};

describe('panel judge', () => {
  test('R8: log-odds are the weighted, standardised differences of the readings, named one by one', async () => {
    const scorer = createScriptedScorer({
      perToken: (text) => (text === PARIS ? -1 : -1.5),
      yesOverNo: (text) => (text === PARIS ? 0 : 2),
    });
    const { verdicts, answers } = await judge(scorer, { answers: [PARIS, LYON] });
    expect(answers[0]?.readings).toEqual([
      { name: 'forward', value: -1 },
      { name: 'yes-no', value: expect.closeTo(0, 12) },
    ]);
    expect(verdicts).toEqual([
      {
        first: 0,
        second: 1,
        logOdds: expect.closeTo(0.5, 12),
        outcome: expect.closeTo(1 / (1 + Math.exp(-0.5)), 12),
        weight: 1,
        contributions: [
          { name: 'forward', logOdds: expect.closeTo(1, 12) },
          { name: 'yes-no', logOdds: expect.closeTo(-0.5, 12) },
        ],
      },
    ]);
  });

  test('R9: k answers give all pairs, each of weight 2/k', async () => {
    const { verdicts } = await judge(createScriptedScorer(), { answers: [PARIS, LYON, ROME] });
    expect(verdicts.map(({ first, second, weight }) => [first, second, weight])).toEqual([
      [0, 1, 2 / 3],
      [0, 2, 2 / 3],
      [1, 2, 2 / 3],
    ]);
  });

  test('R10: a verdict is bounded, and its contributions still add up to it', async () => {
    const scorer = createScriptedScorer({ perToken: (text) => (text === PARIS ? -0.1 : -20), yesOverNo: () => 1 });
    const [verdict] = (await judge(scorer, { answers: [LYON, PARIS] })).verdicts;
    expect(verdict?.logOdds).toBeCloseTo(-3, 12);
    expect(verdict?.contributions.reduce((sum, { logOdds }) => sum + logOdds, 0)).toBe(verdict?.logOdds);
  });

  test('R11: a screened answer loses to every genuine one, two of them tie', async () => {
    const { verdicts, answers } = await judge(createScriptedScorer(), { answers: ['', PARIS, QUESTION, LYON] });
    expect(answers.map(({ screening }) => screening.genuine || screening.reason)).toEqual([
      'empty',
      true,
      'echo',
      true,
    ]);
    expect(verdicts.map(({ logOdds }) => logOdds)).toEqual([-3, 0, -3, 3, 0, -3]);
    expect(verdicts[1]?.contributions).toEqual([{ name: 'screening', logOdds: 0 }]);
  });

  test('R12: nothing is read that cannot matter: screened answers, a lone genuine one, a text met before', async () => {
    const lone = createScriptedScorer();
    expect((await judge(lone, { answers: ['', PARIS] })).evaluatedTokens).toBe(0);
    expect(lone.requests).toHaveLength(0);
    const twins = createScriptedScorer();
    const { verdicts } = await judge(twins, { answers: [PARIS, LYON, PARIS] });
    expect(twins.requests).toHaveLength(4);
    expect(verdicts[1]?.logOdds).toBe(0);
  });

  test('R7: both readings of an answer follow each other, and what was read is counted', async () => {
    const scorer = createScriptedScorer();
    const { evaluatedTokens } = await judge(scorer, { answers: [PARIS, LYON] });
    expect(
      scorer.requests.map(({ prompt, continuations }) => messagesOf(prompt)[1]?.content ?? continuations[0]?.text),
    ).toEqual([PARIS, PARIS, LYON, LYON]);
    expect(evaluatedTokens).toBe(PARIS.length + LYON.length + 2 + 4);
  });

  test('R13: progress rises from 0 to 1', async () => {
    const shares: number[] = [];
    await judge(createScriptedScorer(), { answers: [PARIS, LYON, ROME], onProgress: (share) => shares.push(share) });
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
    expect(shares.at(0)).toBeGreaterThan(0);
    expect(shares.at(-1)).toBe(1);
  });

  test('R13: an abort ends the work, whatever the scorer returns then', async () => {
    const controller = new AbortController();
    const scorer = createScriptedScorer({
      reply: (_, call) => {
        if (call === 1) controller.abort();
        return undefined;
      },
    });
    expect(await failureOf(scorer, { answers: [PARIS, LYON], signal: controller.signal })).toBe('aborted');
    expect(scorer.requests).toHaveLength(2);
    expect(await failureOf(scorer, { answers: [PARIS, LYON], signal: controller.signal })).toBe('aborted');
    expect(scorer.requests).toHaveLength(2);
  });

  test('R14: fewer than two answers cannot be compared', async () => {
    expect(await failureOf(createScriptedScorer(), { answers: [] })).toBe('too-few-answers');
    expect(await failureOf(createScriptedScorer(), { answers: [PARIS] })).toBe('too-few-answers');
  });

  test.each([
    ['its own failure', err(failure('out-of-memory', 'No memory.', 'Close tabs.'))],
    ['too few scores', ok([])],
    ['no tokens', ok([{ tokens: [], logProbabilities: [], evaluatedTokens: 0 }])],
    ['NaN', ok([{ tokens: [1], logProbabilities: [NaN], evaluatedTokens: 1 }])],
    ['probabilities above one', ok([{ tokens: [1], logProbabilities: [2], evaluatedTokens: 1 }])],
  ])('R14: a scorer that gives %s fails the judgement, with a message', async (_, reply) => {
    expect(await failureOf(createScriptedScorer({ reply: () => reply }), { answers: [PARIS, LYON] })).toBe(
      'scorer-failed',
    );
  });

  test('R14: an impossible token is bounded, not fatal', async () => {
    const reply = ok([{ tokens: [1, 2], logProbabilities: [-Infinity, -1], evaluatedTokens: 2 }]);
    const scorer = createScriptedScorer({
      reply: ({ prompt }) => (messagesOf(prompt).length === 1 ? reply : undefined),
    });
    const { answers } = await judge(scorer, { answers: [PARIS, LYON] });
    expect(answers[0]?.readings[0]?.value).toBe(-13);
  });

  test('R17: an answer that the model cannot read loses like a screened one, and spoils nothing else', async () => {
    const unread = ok([{ tokens: [], logProbabilities: [], unreadTokens: 4, evaluatedTokens: 4 }]);
    const overflow = err(failure('context-overflow', 'Too long.'));
    for (const reply of [unread, overflow, err(failure('unsupported', 'Strayed.'))]) {
      const scorer = createScriptedScorer({
        reply: ({ continuations }) => (continuations[0]?.text === LYON ? reply : undefined),
      });
      const { answers, verdicts } = await judge(scorer, { answers: [PARIS, LYON, ROME] });
      expect(answers[1]).toEqual({ screening: { genuine: false, reason: 'unreadable' }, readings: [] });
      expect(verdicts.map(({ logOdds }) => logOdds)).toEqual([3, 0, -3]);
    }
  });

  test('R17: a Yes or No that the model could not say makes the answer unreadable', async () => {
    const reply = ok([
      { tokens: [1], logProbabilities: [-1], evaluatedTokens: 1 },
      { tokens: [], logProbabilities: [], unreadTokens: 1, evaluatedTokens: 1 },
    ]);
    const scorer = createScriptedScorer({
      reply: ({ prompt }) => (messagesOf(prompt)[1]?.content === ROME ? reply : undefined),
    });
    const { answers } = await judge(scorer, { answers: [PARIS, LYON, ROME] });
    expect(answers.map(({ screening }) => screening.genuine)).toEqual([true, true, false]);
  });

  test('R17: a model that can read none of the answers fails', async () => {
    const scorer = createScriptedScorer({ reply: () => err(failure('unsupported', 'No end of turn.')) });
    expect(await failureOf(scorer, { answers: [PARIS, LYON] })).toBe('scorer-failed');
  });

  test('R13: a scorer that was stopped by others stops the judgement', async () => {
    const scorer = createScriptedScorer({ reply: () => err(failure('aborted', 'Stopped.')) });
    expect(await failureOf(scorer, { answers: [PARIS, LYON] })).toBe('aborted');
  });
});
