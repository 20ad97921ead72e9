import { describe, expect, test } from 'vitest';
import { type Ballots, type Vote, rankAnswers, scoredPairWeight } from '#ranking';

const win = (first: number, second: number, judge = 0, weight = 1): Vote => ({
  judge,
  first,
  second,
  outcome: 1,
  weight,
  ordered: false,
});
const rank = (ballots: Ballots) => {
  const ranking = rankAnswers(ballots);
  if (!ranking.ok) throw new Error(ranking.error.message);
  return ranking.value;
};

describe('rankAnswers', () => {
  test('R1: two answers and one vote: the strength solves its own equation', () => {
    const [best, worst] = rank({ answerCount: 2, judgeCount: 1, votes: [win(1, 0)] }).order;
    expect(best?.answer).toBe(1);
    // s / 1.5² = 1 - logistic(2 s)
    const s = best?.strength as number;
    expect(s / 2.25).toBeCloseTo(1 / (1 + Math.exp(2 * s)), 12);
    expect(worst?.strength).toBeCloseTo(-s, 12);
  });

  test('R13: a judge that contradicts the others is believed less, and solves its own equation', () => {
    const votes = [win(0, 1, 0), win(0, 1, 1), win(0, 1, 2), win(1, 0, 3)];
    const { order, judges } = rank({ answerCount: 2, judgeCount: 4, votes });
    const s = order[0]?.strength as number;
    const gamma = judges[3]?.discrimination as number;
    expect(order[0]?.answer).toBe(0);
    expect(gamma).toBeLessThan(0.95);
    // (gamma - 1) / 0.45² = -2 s p, with p the chance it gave to what it denied
    expect((gamma - 1) / 0.45 ** 2).toBeCloseTo((-2 * s) / (1 + Math.exp(-2 * gamma * s)), 9);
    // Agreement alone raises nobody above what its record is good for.
    expect(judges.slice(0, 3).map(({ discrimination }) => discrimination)).toEqual([1, 1, 1]);
  });

  test('R6: the interval of two answers is the Laplace one, widened', () => {
    const [best] = rank({ answerCount: 2, judgeCount: 1, votes: [win(1, 0)] }).order;
    const s = best?.strength as number;
    const p = 1 / (1 + Math.exp(-2 * s));
    // Along (1, -1)/sqrt(2) the curvature is 1/1.5² + 2 p (1-p); each strength has half of that variance.
    const deviation = Math.sqrt(0.5 / (1 / 2.25 + 2 * p * (1 - p)));
    expect((best?.high as number) - s).toBeCloseTo(1.959964 * 1.12 * deviation, 5);
  });

  test('R6: the chance of being best of two answers matches the normal distribution', () => {
    const [best] = rank({ answerCount: 2, judgeCount: 1, votes: [win(1, 0), win(1, 0)] }).order;
    const z =
      (2 * (best?.strength as number)) / ((2 * ((best?.high as number) - (best?.strength as number))) / 1.959964);
    // Phi(z) by the trapezoidal rule
    let area = 0;
    for (let x = -8; x < z; x += 1e-4) area += (Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)) * 1e-4;
    expect(Math.abs((best?.pBest as number) - area)).toBeLessThan(0.03);
  });

  test('R2: one answer', () => {
    expect(rank({ answerCount: 1, judgeCount: 0, votes: [] }).order).toEqual([
      { answer: 0, strength: 0, low: 0, high: 0, pBest: 1, expectedRank: 1 },
    ]);
  });

  test('R2: no votes leave the prior, in ascending index', () => {
    const { order, converged } = rank({ answerCount: 3, judgeCount: 2, votes: [] });
    expect(converged).toBe(true);
    expect(order.map(({ answer, strength }) => [answer, strength])).toEqual([
      [0, 0],
      [1, 0],
      [2, 0],
    ]);
    for (const { pBest } of order) expect(Math.abs(pBest - 1 / 3)).toBeLessThan(0.04);
  });

  test('R2: answers in two islands are ranked within and between', () => {
    const { order } = rank({ answerCount: 4, judgeCount: 1, votes: [win(0, 1), win(2, 3)] });
    expect(order.map(({ answer }) => answer)).toEqual([0, 2, 1, 3]);
  });

  test('R5: equal answers stand in ascending index', () => {
    const votes = [win(2, 0), win(2, 1), win(3, 0), win(3, 1)];
    expect(rank({ answerCount: 4, judgeCount: 1, votes }).order.map(({ answer }) => answer)).toEqual([2, 3, 0, 1]);
  });

  test('R8: a judge of standing 0 has no say, one of standing 1 outvotes a neutral one', () => {
    const votes = [win(0, 1, 0), win(1, 0, 1)];
    const strengthOfFirst = (judgeStanding: number[]): number =>
      rank({ answerCount: 2, judgeCount: 2, votes, judgeStanding }).order.find(({ answer }) => answer === 0)
        ?.strength as number;
    expect(strengthOfFirst([])).toBeCloseTo(0, 12);
    expect(strengthOfFirst([1])).toBeGreaterThan(0.1);
    expect(strengthOfFirst([0])).toBeLessThan(-0.1);
    expect(strengthOfFirst([0, 0])).toBe(0);
  });

  test('R8: all pairs of a scored set weigh as its independent contrasts', () => {
    for (const k of [2, 3, 5, 9]) expect((scoredPairWeight(k) * k * (k - 1)) / 2).toBeCloseTo(k - 1, 12);
  });

  test.each<[string, Ballots]>([
    ['no-answers', { answerCount: 0, judgeCount: 1, votes: [] }],
    ['no-answers', { answerCount: 1.5, judgeCount: 1, votes: [] }],
    ['too-many-answers', { answerCount: 10_000, judgeCount: 1, votes: [] }],
    ['bad-standing', { answerCount: 2, judgeCount: 1, votes: [], judgeStanding: [NaN] }],
    ['bad-standing', { answerCount: 2, judgeCount: 1, votes: [], judgeStanding: [1.01] }],
    ['bad-style', { answerCount: 2, judgeCount: 1, votes: [], style: [1, NaN] }],
    ['bad-style', { answerCount: 2, judgeCount: 1, votes: [], style: [1, 1e10] }],
    ['too-many-votes', { answerCount: 2, judgeCount: 1e9, votes: [] }],
    ['bad-vote', { answerCount: 2, judgeCount: 1, votes: [win(0, 0)] }],
    ['bad-vote', { answerCount: 2, judgeCount: 1, votes: [win(0, 2)] }],
    ['bad-vote', { answerCount: 2, judgeCount: 1, votes: [win(0, 1, 1)] }],
    ['bad-vote', { answerCount: 2, judgeCount: 1, votes: [{ ...win(0, 1), outcome: NaN }] }],
    ['bad-vote', { answerCount: 2, judgeCount: 1, votes: [win(0, 1, 0, -1)] }],
    ['bad-vote', { answerCount: 2, judgeCount: 1, votes: [win(0, 1, 0, Infinity)] }],
  ])('R7: refuses with %s', (type, ballots) => {
    const ranking = rankAnswers(ballots);
    expect(ranking.ok ? 'accepted' : ranking.error.type).toBe(type);
  });

  test('R7: refuses more votes than it counts', () => {
    const ranking = rankAnswers({ answerCount: 2, judgeCount: 1, votes: Array(200_001).fill(win(0, 1)) });
    expect(ranking.ok ? 'accepted' : ranking.error.type).toBe('too-many-votes');
  });

  test('R3: a fixed ballot gives fixed figures', () => {
    const votes = [
      win(0, 1),
      win(1, 2, 1),
      { judge: 1, first: 0, second: 2, outcome: 0.7, weight: 2 / 3, ordered: false },
    ];
    expect(rank({ answerCount: 3, judgeCount: 2, votes, judgeStanding: [0.6] })).toMatchInlineSnapshot(`
      {
        "converged": true,
        "iterations": 4,
        "judges": [
          {
            "agreement": 1,
            "brier": 0,
            "calibrationError": 0.33645658222972086,
            "discrimination": 1.1,
            "firstShare": undefined,
            "positionBias": 0,
            "styleBias": 0,
            "swapConsistency": undefined,
            "weight": 1,
          },
          {
            "agreement": 1,
            "brier": 0.03600000000000001,
            "calibrationError": 0.24323654475574727,
            "discrimination": 1,
            "firstShare": undefined,
            "positionBias": 0,
            "styleBias": 0,
            "swapConsistency": undefined,
            "weight": 1.6666666666666665,
          },
        ],
        "order": [
          {
            "answer": 0,
            "expectedRank": 1.5386774119709656,
            "high": 2.463906167158561,
            "low": -1.1363167167112875,
            "pBest": 0.596435546875,
            "strength": 0.6637947252236366,
          },
          {
            "answer": 1,
            "expectedRank": 2.0155657403239315,
            "high": 1.6353605117037495,
            "low": -1.6660214130642705,
            "pBest": 0.263427734375,
            "strength": -0.01533045068026057,
          },
          {
            "answer": 2,
            "expectedRank": 2.445756847705103,
            "high": 1.1975939146292411,
            "low": -2.494522463715993,
            "pBest": 0.14013671875,
            "strength": -0.648464274543376,
          },
        ],
      }
    `);
  });
});
