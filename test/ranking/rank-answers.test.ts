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
  test('R1: two answers and one vote: strength and discrimination solve their own equations', () => {
    const { order, judges } = rank({ answerCount: 2, judgeCount: 1, votes: [win(1, 0)] });
    const [best, worst] = order;
    expect(best?.answer).toBe(1);
    const s = best?.strength as number;
    const gamma = judges[0]?.discrimination as number;
    const surprise = 1 - 1 / (1 + Math.exp(-2 * gamma * s));
    // s / 1.5² = gamma (1 - p), (gamma - 1) / 0.5² = 2 s (1 - p)
    expect(s / 2.25).toBeCloseTo(gamma * surprise, 12);
    expect((gamma - 1) / 0.25).toBeCloseTo(2 * s * surprise, 12);
    expect(worst?.strength).toBeCloseTo(-s, 12);
  });

  test('R6: the interval of two answers is the Laplace one', () => {
    const { order, judges } = rank({ answerCount: 2, judgeCount: 1, votes: [win(1, 0)] });
    const s = order[0]?.strength as number;
    const gamma = judges[0]?.discrimination as number;
    const p = 1 / (1 + Math.exp(-2 * gamma * s));
    // Curvature along u = (s_1 - s_0) / sqrt(2) and gamma, with eta = sqrt(2) gamma u; each strength has half of u's variance.
    const uu = 1 / 2.25 + 2 * gamma * gamma * p * (1 - p);
    const ug = p * (1 - p) * 2 * gamma * s * Math.SQRT2 - (1 - p) * Math.SQRT2;
    const gg = 1 / 0.25 + p * (1 - p) * (2 * s) ** 2;
    const deviation = Math.sqrt(0.5 / (uu - (ug * ug) / gg));
    expect((order[0]?.high as number) - s).toBeCloseTo(1.959964 * deviation, 5);
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
        "iterations": 5,
        "judges": [
          {
            "agreement": 1,
            "brier": 0,
            "calibrationError": 0.335964796250099,
            "discrimination": 1.153326309958356,
            "firstShare": undefined,
            "positionBias": 0,
            "styleBias": 0,
            "swapConsistency": undefined,
            "weight": 1,
          },
          {
            "agreement": 1,
            "brier": 0.03600000000000001,
            "calibrationError": 0.24347595543104938,
            "discrimination": 1.0332332796545871,
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
            "expectedRank": 1.4876877569797533,
            "high": 2.2588764317804904,
            "low": -0.929237616046209,
            "pBest": 0.630126953125,
            "strength": 0.6648194078671406,
          },
          {
            "answer": 1,
            "expectedRank": 2.0170875753394206,
            "high": 1.4368963220355535,
            "low": -1.4699150750167476,
            "pBest": 0.250244140625,
            "strength": -0.01650937649059706,
          },
          {
            "answer": 2,
            "expectedRank": 2.4952246676808256,
            "high": 0.9777776845565003,
            "low": -2.274397747309587,
            "pBest": 0.11962890625,
            "strength": -0.6483100313765435,
          },
        ],
      }
    `);
  });
});
