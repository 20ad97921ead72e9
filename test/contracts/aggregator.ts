import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createSeededRandom, shuffled } from '#vocabulary';
import type { Aggregate, Aggregator, AggregatorContext } from '../../src/ranking/aggregators/aggregator.ts';
import { logistic } from '../../src/ranking/numerics/elementary.ts';
import { orderByStrength } from '../../src/ranking/ranking.ts';
import type { Ballots, Vote } from '../../src/ranking/vote.ts';
import { arbitraryBallots } from '../ranking/ballots.arbitrary.ts';

export interface AggregatorTraits {
  /** The same votes in another order may give other strengths (online updates). */
  readonly orderMatters: boolean;
  /** Which votes count depends on the indices of the items. */
  readonly labelsMatter?: boolean;
  /** How far apart two ways to the same strengths may end, relative to 1 + their size. */
  readonly tolerance?: number;
}

/** Strengths of the votes, or undefined where the aggregator refuses them with a typed error. */
export function aggregate(
  aggregator: Aggregator,
  votes: readonly Vote[],
  context: AggregatorContext = {},
): Aggregate | undefined {
  const accumulator = aggregator.begin(context);
  for (const cast of votes) accumulator.add(cast);
  const result = accumulator.finish();
  if (result.ok) return result.value;
  expect(['no-items', 'too-many-items', 'no-usable-votes']).toContain(result.error.type);
  expect(result.error.message).not.toBe('');
  return undefined;
}

/** A vote of weight 1 by judge 0, which scored both; `first` wins unless said otherwise. */
export function vote(first: number, second: number, rest: Partial<Vote> = {}): Vote {
  return { judge: 0, first, second, outcome: 1, weight: 1, ordered: false, ...rest };
}

const contextOf = ({ answerCount, judgeCount, judgeStanding = [] }: Ballots): AggregatorContext => ({
  itemCount: answerCount,
  judgeCount,
  judgeStanding,
});
const runs = { numRuns: 60 };

/** What every aggregator keeps to, whatever its rule. */
export function describeAggregator(aggregator: Aggregator, traits: AggregatorTraits): void {
  const { orderMatters, labelsMatter = false, tolerance = 1e-6 } = traits;
  const run = (votes: readonly Vote[], context?: AggregatorContext): Aggregate | undefined =>
    aggregate(aggregator, votes, context);
  const strengthOf = (result: Aggregate, item: number): number => result.strengths[item] as number;

  function expectSane(result: Aggregate, itemCount: number): void {
    expect(result.strengths).toHaveLength(itemCount);
    expect(result.strengths.every(Number.isFinite)).toBe(true);
    expect(Number.isInteger(result.iterations) && result.iterations >= 0).toBe(true);
    for (const judge of result.judges ?? []) expect(Object.values(judge).every(Number.isFinite)).toBe(true);
    if (result.uncertainty === undefined) return;
    const { deviations, pBest } = result.uncertainty;
    expect(deviations).toHaveLength(itemCount);
    expect(deviations.every((deviation) => Number.isFinite(deviation) && deviation >= 0)).toBe(true);
    expect(pBest).toHaveLength(itemCount);
    expect(pBest.every((chance) => chance >= 0 && chance <= 1 + 1e-9)).toBe(true);
    expect(Math.abs(pBest.reduce((sum, chance) => sum + chance, 0) - 1)).toBeLessThan(1e-6);
  }

  function expectEqualStrengths(result: Aggregate): void {
    const [low, high] = [Math.min(...result.strengths), Math.max(...result.strengths)];
    expect(high - low).toBeLessThanOrEqual(1e-9 * (1 + Math.abs(high)));
  }

  /** Equal refusals, or strengths that agree where both fits ended; a fit without a maximum is only finite. */
  function expectSame(actual: Aggregate | undefined, expected: Aggregate | undefined): void {
    expect(actual === undefined).toBe(expected === undefined);
    if (actual === undefined || expected === undefined) return;
    expect(actual.strengths).toHaveLength(expected.strengths.length);
    if (!actual.converged || !expected.converged) return;
    for (const [item, strength] of actual.strengths.entries()) {
      const other = strengthOf(expected, item);
      expect(Math.abs(strength - other)).toBeLessThanOrEqual(tolerance * (1 + Math.abs(other)));
    }
  }

  describe(`aggregator contract: ${aggregator.name}`, () => {
    test('says what its strengths are', () => {
      expect(aggregator.unit).not.toBe('');
    });

    test('refuses to rank nothing', () => {
      for (const context of [{}, { itemCount: 0, judgeCount: 3 }]) {
        const result = aggregator.begin(context).finish();
        expect(result.ok ? undefined : result.error.type).toBe('no-items');
      }
    });

    test('without votes all are equal, or it says that it cannot tell', () => {
      for (const itemCount of [1, 2, 3, 8]) {
        const result = run([], { itemCount, judgeCount: 2 });
        if (result === undefined) continue;
        expectSane(result, itemCount);
        expectEqualStrengths(result);
      }
    });

    test('everything is finite for any valid votes', () => {
      fc.assert(
        fc.property(arbitraryBallots(), (ballots) => {
          const result = run(ballots.votes, contextOf(ballots));
          if (result !== undefined) expectSane(result, ballots.answerCount);
        }),
        runs,
      );
    });

    test('everything is finite for the heaviest one-sided and contradictory votes', () => {
      const weight = 1_000;
      const chain = [0, 1, 2, 3].map((item) => vote(item, item + 1, { weight, judge: item }));
      const circle = [...chain, vote(4, 0, { weight })];
      const quarrel = [...chain, ...chain.map(({ first, second }) => vote(second, first, { weight, judge: 4 }))];
      for (const votes of [chain, circle, quarrel, [...quarrel, ...quarrel]]) {
        const result = run(votes);
        if (result !== undefined) expectSane(result, 5);
      }
    });

    test('items and judges that only votes name are added', () => {
      const result = run([vote(0, 1), vote(1, 4, { judge: 6 })], { itemCount: 2, judgeCount: 1 });
      if (result === undefined) return;
      expectSane(result, 5);
      if (result.judges !== undefined) expect(result.judges).toHaveLength(7);
    });

    test('items that no vote joins: each winner stays above its loser', () => {
      const result = run([vote(0, 1), vote(2, 3), vote(0, 1), vote(2, 3)], { itemCount: 4, judgeCount: 1 });
      if (result === undefined) return;
      expectSane(result, 4);
      expect(strengthOf(result, 0)).toBeGreaterThan(strengthOf(result, 1));
      expect(strengthOf(result, 2)).toBeGreaterThan(strengthOf(result, 3));
    });

    test('nothing but ties leaves all equal', () => {
      fc.assert(
        fc.property(arbitraryBallots(), (ballots) => {
          const ties = ballots.votes.map((cast): Vote => ({ ...cast, outcome: 0.5 }));
          const result = run(ties, contextOf(ballots));
          if (result !== undefined) expectEqualStrengths(result);
        }),
        runs,
      );
    });

    test('a judge that says both leaves both finite, and equal where the order of votes does not matter', () => {
      const result = run([vote(0, 1), vote(1, 0)]);
      if (result === undefined) return;
      expectSane(result, 2);
      if (!orderMatters) expectEqualStrengths(result);
    });

    test('the same vote any number of times puts its winner ahead', () => {
      for (const times of [1, 2, 5, 30]) {
        const result = run(Array.from({ length: times }, () => vote(1, 0)));
        if (result === undefined) continue;
        expectSane(result, 2);
        expect(strengthOf(result, 1)).toBeGreaterThan(strengthOf(result, 0));
      }
    });

    test('one more win, by a judge that cast no other vote, never lowers the winner', () => {
      fc.assert(
        fc.property(arbitraryBallots(), fc.nat(), fc.nat(), (ballots, a, b) => {
          const winner = a % ballots.answerCount;
          const loser = (winner + 1 + (b % (ballots.answerCount - 1))) % ballots.answerCount;
          const context = { ...contextOf(ballots), judgeCount: ballots.judgeCount + 1 };
          const before = run(ballots.votes, context);
          const after = run([...ballots.votes, vote(winner, loser, { judge: ballots.judgeCount })], context);
          if (before === undefined || after === undefined || !before.converged || !after.converged) return;
          const slack = tolerance * (1 + Math.abs(strengthOf(before, winner)) + Math.abs(strengthOf(before, loser)));
          const lead = (result: Aggregate): number => strengthOf(result, winner) - strengthOf(result, loser);
          expect(lead(after)).toBeGreaterThanOrEqual(lead(before) - slack);
          // Where judges are learned, only the lead must grow: what the vote says of other judges may move all else.
          if (before.judges === undefined)
            expect(strengthOf(after, winner)).toBeGreaterThanOrEqual(strengthOf(before, winner) - slack);
        }),
        runs,
      );
    });

    test('a vote of weight 0 changes nothing', () => {
      fc.assert(
        fc.property(arbitraryBallots(), (ballots) => {
          const cast = ballots.votes.filter(({ weight }) => weight > 0);
          expectSame(run(ballots.votes, contextOf(ballots)), run(cast, contextOf(ballots)));
        }),
        runs,
      );
    });

    test('which of the two an unordered vote names first does not matter', () => {
      fc.assert(
        fc.property(arbitraryBallots(), (ballots) => {
          const turned = ballots.votes.map((cast): Vote => {
            const { first, second, outcome, ordered } = cast;
            return ordered ? cast : { ...cast, first: second, second: first, outcome: 1 - outcome };
          });
          expectSame(run(turned, contextOf(ballots)), run(ballots.votes, contextOf(ballots)));
        }),
        runs,
      );
    });

    test.skipIf(labelsMatter)('renaming the items renames the strengths and changes nothing else', () => {
      fc.assert(
        fc.property(arbitraryBallots(), fc.string(), (ballots, seed) => {
          const names = shuffled(createSeededRandom(seed), [...Array(ballots.answerCount).keys()]);
          const renamed = ballots.votes.map((cast): Vote => ({
            ...cast,
            first: names[cast.first] as number,
            second: names[cast.second] as number,
          }));
          const result = run(renamed, contextOf(ballots));
          const strengths = result && Float64Array.from(names, (name) => strengthOf(result, name));
          expectSame(
            result && { ...result, strengths: strengths as Float64Array },
            run(ballots.votes, contextOf(ballots)),
          );
        }),
        runs,
      );
    });

    test('renaming the judges changes no strength', () => {
      fc.assert(
        fc.property(arbitraryBallots(), (ballots) => {
          const last = ballots.judgeCount - 1;
          const standing = ballots.judgeStanding ?? [];
          const reversed = ballots.votes.map((cast): Vote => ({ ...cast, judge: last - cast.judge }));
          const judgeStanding = Array.from({ length: ballots.judgeCount }, (_, judge) => standing[last - judge] ?? 0.5);
          expectSame(run(reversed, { ...contextOf(ballots), judgeStanding }), run(ballots.votes, contextOf(ballots)));
        }),
        runs,
      );
    });

    test.skipIf(orderMatters)('the order in which votes are cast does not matter', () => {
      fc.assert(
        fc.property(arbitraryBallots(), fc.string(), (ballots, seed) => {
          const mixed = shuffled(createSeededRandom(seed), ballots.votes);
          expectSame(run(mixed, contextOf(ballots)), run(ballots.votes, contextOf(ballots)));
        }),
        runs,
      );
    });

    test('the same votes give the same bytes, and two counts at once do not mix', () => {
      fc.assert(
        fc.property(arbitraryBallots(), (ballots) => {
          const one = aggregator.begin(contextOf(ballots));
          const other = aggregator.begin(contextOf(ballots));
          for (const cast of ballots.votes) {
            one.add(cast);
            other.add(cast);
          }
          const results = [one.finish(), other.finish()];
          const alone = aggregator.begin(contextOf(ballots));
          for (const cast of ballots.votes) alone.add(cast);
          const expected = alone.finish();
          for (const result of results) expect(result).toEqual(expected);
        }),
        runs,
      );
    });

    test.each([
      [0, 1, 2],
      [0, 2, 1],
      [1, 0, 2],
      [1, 2, 0],
      [2, 0, 1],
      [2, 1, 0],
    ])('on plenty of honest votes item %i comes first, then %i, then %i', (...order) => {
      const random = createSeededRandom(`aggregator contract ${order.join()}`);
      const votes = Array.from({ length: 360 }, (_, index): Vote => {
        const [better, worse] = [
          [0, 1],
          [0, 2],
          [1, 2],
        ][index % 3] as [number, number];
        const won = random.next() < logistic(2 * (worse - better));
        const pair = [order[better] as number, order[worse] as number] as const;
        const [first, second] = random.next() < 0.5 ? pair : ([pair[1], pair[0]] as const);
        return vote(first, second, { judge: index % 5, outcome: (first === pair[0]) === won ? 1 : 0 });
      });
      const result = run(votes);
      expect(result && orderByStrength(result.strengths)).toEqual(order);
    });
  });
}
