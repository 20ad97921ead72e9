import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Ballots, type Ranking, type Vote, aggregators, rankAnswers } from '#ranking';
import { arbitraryBallots } from './ballots.arbitrary.ts';

function rank(ballots: Ballots): Ranking {
  const ranking = rankAnswers(ballots);
  if (!ranking.ok) throw new Error(ranking.error.message);
  return ranking.value;
}

function strengthByAnswer(ballots: Ballots): number[] {
  const strengths: number[] = [];
  for (const { answer, strength } of rank(ballots).order) strengths[answer] = strength;
  return strengths;
}

const turned = (vote: Vote): Vote => ({
  ...vote,
  first: vote.second,
  second: vote.first,
  outcome: 1 - vote.outcome,
});

/** Strengths where what is believed of judges is held. */
function plainStrengths({ votes, answerCount, judgeCount }: Ballots): Float64Array {
  const accumulator = aggregators.map.begin({ itemCount: answerCount, judgeCount });
  for (const vote of votes) accumulator.add(vote);
  const aggregate = accumulator.finish();
  if (!aggregate.ok) throw new Error(aggregate.error.message);
  return aggregate.value.strengths;
}

const expectClose = (actual: readonly number[], expected: readonly number[]): void => {
  expect(actual).toHaveLength(expected.length);
  for (const [index, value] of actual.entries())
    expect(Math.abs(value - (expected[index] as number))).toBeLessThan(1e-9);
};

/** A permutation of 0..length-1 made of any list of sort keys. */
const arbitraryPermutation = (length: number): fc.Arbitrary<number[]> =>
  fc.shuffledSubarray(
    Array.from({ length }, (_, index) => index),
    { minLength: length },
  );

describe('rankAnswers', () => {
  test('R3: the same votes in any order give the same bytes', () => {
    fc.assert(
      fc.property(
        arbitraryBallots().chain((ballots) =>
          fc.tuple(fc.constant(ballots), fc.shuffledSubarray([...ballots.votes], { minLength: ballots.votes.length })),
        ),
        ([ballots, votes]) => {
          expect(JSON.stringify(rank({ ...ballots, votes }))).toBe(JSON.stringify(rank(ballots)));
        },
      ),
    );
  });

  test('R4: relabelling answers relabels strengths', () => {
    fc.assert(
      fc.property(
        arbitraryBallots().chain((ballots) =>
          fc.tuple(fc.constant(ballots), arbitraryPermutation(ballots.answerCount)),
        ),
        ([ballots, to]) => {
          const votes = ballots.votes.map((vote) => ({
            ...vote,
            first: to[vote.first] as number,
            second: to[vote.second] as number,
          }));
          const relabelled = strengthByAnswer({ ...ballots, votes });
          expectClose(
            to.map((label) => relabelled[label] as number),
            strengthByAnswer(ballots),
          );
        },
      ),
    );
  });

  test('R4: relabelling judges changes nothing', () => {
    fc.assert(
      fc.property(
        arbitraryBallots().chain((ballots) => fc.tuple(fc.constant(ballots), arbitraryPermutation(ballots.judgeCount))),
        ([ballots, to]) => {
          const judgeStanding: number[] = [];
          for (const [judge, label] of to.entries()) judgeStanding[label] = ballots.judgeStanding?.[judge] ?? 0.5;
          const votes = ballots.votes.map((vote) => ({ ...vote, judge: to[vote.judge] as number }));
          expectClose(strengthByAnswer({ ...ballots, votes, judgeStanding }), strengthByAnswer(ballots));
        },
      ),
    );
  });

  test('R4: turning scored pairs round with 1 - outcome changes nothing', () => {
    fc.assert(
      fc.property(arbitraryBallots(), fc.array(fc.boolean(), { minLength: 30, maxLength: 30 }), (ballots, turn) => {
        const votes = ballots.votes.map((vote, index) => (turn[index] === true && !vote.ordered ? turned(vote) : vote));
        expectClose(strengthByAnswer({ ...ballots, votes }), strengthByAnswer(ballots));
      }),
    );
  });

  test('R4: turning every pair round with 1 - outcome only turns the position biases round', () => {
    fc.assert(
      fc.property(arbitraryBallots(), (ballots) => {
        const other = { ...ballots, votes: ballots.votes.map(turned) };
        expectClose(strengthByAnswer(other), strengthByAnswer(ballots));
        expectClose(
          rank(other).judges.map(({ positionBias }) => -positionBias),
          rank(ballots).judges.map(({ positionBias }) => positionBias),
        );
      }),
    );
  });

  test('R5: one more win, by a judge believed as before, never lowers the winner nor raises the loser', () => {
    fc.assert(
      fc.property(
        arbitraryBallots(),
        fc.nat(),
        fc.nat(),
        fc.double({ min: 0.01, max: 3, noNaN: true }),
        (ballots, w, d, weight) => {
          const first = w % ballots.answerCount;
          const second = (first + 1 + (d % (ballots.answerCount - 1))) % ballots.answerCount;
          const strengths = (votes: readonly Vote[]): Float64Array => plainStrengths({ ...ballots, votes });
          const before = strengths(ballots.votes);
          const after = strengths([...ballots.votes, { judge: 0, first, second, outcome: 1, weight, ordered: false }]);
          expect(after[first]).toBeGreaterThanOrEqual((before[first] as number) - 1e-9);
          expect(after[second]).toBeLessThanOrEqual((before[second] as number) + 1e-9);
        },
      ),
    );
  });

  test('R2, R6: strengths sum to zero, lie inside their intervals, and the chances of being best sum to one', () => {
    fc.assert(
      fc.property(arbitraryBallots(), (ballots) => {
        const { order, converged } = rank(ballots);
        expect(converged).toBe(true);
        expect(order.map(({ answer }) => answer).sort((a, b) => a - b)).toEqual([...Array(ballots.answerCount).keys()]);
        expect(Math.abs(order.reduce((sum, { strength }) => sum + strength, 0))).toBeLessThan(1e-9);
        expect(order.reduce((sum, { pBest }) => sum + pBest, 0)).toBeCloseTo(1, 9);
        for (const { strength, low, high } of order) {
          expect(low).toBeLessThan(strength);
          expect(high).toBeGreaterThan(strength);
        }
        for (const [place, { strength }] of order.slice(1).entries())
          expect(strength).toBeLessThan((order[place]?.strength as number) + 1e-9);
      }),
    );
  });

  test('R7: a vote of any numbers is counted or refused, never thrown over', () => {
    fc.assert(
      fc.property(
        fc.record({
          answerCount: fc.oneof(fc.integer({ min: -1, max: 5 }), fc.double()),
          judgeCount: fc.oneof(fc.integer({ min: -1, max: 3 }), fc.double()),
          votes: fc.array(
            fc.record({
              judge: fc.oneof(fc.nat(3), fc.double()),
              first: fc.oneof(fc.nat(5), fc.double()),
              second: fc.oneof(fc.nat(5), fc.double()),
              outcome: fc.double(),
              weight: fc.double(),
              ordered: fc.boolean(),
            }),
            { maxLength: 5 },
          ),
          judgeStanding: fc.array(fc.double(), { maxLength: 3 }),
        }),
        (ballots) => {
          const ranking = rankAnswers(ballots);
          if (ranking.ok)
            expect(
              ranking.value.order.every(({ strength, pBest }) => Number.isFinite(strength) && Number.isFinite(pBest)),
            ).toBe(true);
          else expect(ranking.error.message).not.toBe('');
        },
      ),
      { numRuns: 500 },
    );
  });
});
