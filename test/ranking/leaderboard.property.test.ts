import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createSeededRandom, shuffled } from '#vocabulary';
import { type Leaderboard, createLeaderboard, mergeLeaderboards } from '../../src/ranking/leaderboard/leaderboard.ts';
import { rankLeaderboard } from '../../src/ranking/leaderboard/rank-leaderboard.ts';
import { fitSparse } from '../../src/ranking/leaderboard/sparse-fit.ts';
import { createVoteCounter } from '../../src/ranking/vote-cells.ts';
import type { Vote } from '../../src/ranking/vote.ts';
import { vote } from '../contracts/aggregator.ts';
import { arbitraryVote } from './leaderboard.arbitrary.ts';

function boardOf(items: readonly string[], judges: readonly string[], votes: readonly Vote[]): Leaderboard {
  const counter = createVoteCounter();
  for (const cast of votes) counter.add(cast);
  const board = createLeaderboard(items, judges, counter.cells(items.length, judges.length));
  if (!board.ok) throw new Error(board.error.message);
  return board.value;
}

const ITEMS = ['Zoe', 'anna', 'Émile', 'bob', '10', '9'];
const JUDGES = ['j2', 'j10', 'J1', '𝕁'];

/** Some of the names in some order, and votes of theirs; weights are whole numbers or any. */
function boards(weight: fc.Arbitrary<number>): fc.Arbitrary<Leaderboard> {
  return fc
    .record({
      items: fc.shuffledSubarray(ITEMS, { minLength: 2 }),
      judges: fc.shuffledSubarray(JUDGES, { minLength: 1 }),
    })
    .chain(({ items, judges }) =>
      fc
        .array(fc.tuple(arbitraryVote(items.length, judges.length), weight, fc.boolean(), fc.constantFrom(0, 1)), {
          maxLength: 20,
        })
        .map((votes) =>
          boardOf(
            items,
            judges,
            votes.map(([cast, size, ordered, outcome]) => ({ ...cast, weight: size, ordered, outcome })),
          ),
        ),
    );
}
const wholeNumbers = fc.nat(5);
const anyWeights = fc.double({ min: 0, max: 5, noNaN: true });
const empty = boardOf([], [], []);

describe('leaderboard', () => {
  test('merging is commutative to the byte, whatever the weights', () => {
    fc.assert(
      fc.property(boards(anyWeights), boards(anyWeights), (x, y) => {
        expect(mergeLeaderboards(x, y)).toEqual(mergeLeaderboards(y, x));
      }),
    );
  });

  test('merging is associative for whole-number votes', () => {
    fc.assert(
      fc.property(boards(wholeNumbers), boards(wholeNumbers), boards(wholeNumbers), (x, y, z) => {
        expect(mergeLeaderboards(mergeLeaderboards(x, y), z)).toEqual(mergeLeaderboards(x, mergeLeaderboards(y, z)));
      }),
    );
  });

  test('a leaderboard without names changes nothing', () => {
    fc.assert(
      fc.property(boards(anyWeights), (x) => {
        expect(mergeLeaderboards(x, empty)).toEqual(x);
      }),
    );
  });

  test('two halves of the votes merge to the leaderboard of all, and fit to the same bytes', () => {
    const votes = fc.array(fc.tuple(arbitraryVote(6, 4), wholeNumbers, fc.constantFrom(0, 1)), { maxLength: 40 });
    fc.assert(
      fc.property(votes, fc.nat(40), (drawn, cut) => {
        const all = drawn.map(([cast, weight, outcome]) => ({ ...cast, weight, outcome }));
        const merged = mergeLeaderboards(
          boardOf(ITEMS, JUDGES, all.slice(0, cut)),
          boardOf(ITEMS, JUDGES, all.slice(cut)),
        );
        const whole = boardOf(ITEMS, JUDGES, all);
        expect(merged).toEqual(whole);
        expect(fitSparse(merged.statistics.pairs, { precision: 0.4 })).toEqual(
          fitSparse(whole.statistics.pairs, { precision: 0.4 }),
        );
      }),
    );
  });

  test('names stand in one order, in whatever order they come', () => {
    fc.assert(
      fc.property(fc.string(), (seed) => {
        const random = createSeededRandom(seed);
        const votes = [vote(0, 1), vote(1, 2, { judge: 1 }), vote(3, 5, { judge: 3 }), vote(4, 0, { judge: 2 })];
        const places = shuffled(random, [...ITEMS.keys()]);
        const judgePlaces = shuffled(random, [...JUDGES.keys()]);
        const renamed = votes.map((cast): Vote => ({
          ...cast,
          first: places.indexOf(cast.first),
          second: places.indexOf(cast.second),
          judge: judgePlaces.indexOf(cast.judge),
        }));
        const board = boardOf(
          places.map((place) => ITEMS[place] as string),
          judgePlaces.map((place) => JUDGES[place] as string),
          renamed,
        );
        expect(board).toEqual(boardOf(ITEMS, JUDGES, votes));
        expect(board.items).toEqual(['10', '9', 'Zoe', 'anna', 'bob', 'Émile']);
      }),
    );
  });

  test('names must be distinct, and one for each item and judge', () => {
    const cells = createVoteCounter().cells(2, 1);
    const typeOf = (items: readonly string[], judges: readonly string[]): string => {
      const board = createLeaderboard(items, judges, cells);
      return board.ok ? 'ok' : board.error.type;
    };
    expect(typeOf(['a', 'b'], ['j'])).toBe('ok');
    expect(typeOf(['a', 'a'], ['j'])).toBe('bad-names');
    expect(typeOf(['a'], ['j'])).toBe('bad-names');
    expect(typeOf(['a', 'b'], [])).toBe('bad-names');
  });

  test('its table: best first, ties by name, what was counted, intervals around strengths', () => {
    const votes = [vote(0, 1), vote(0, 1), vote(1, 0), vote(2, 1), vote(2, 1), vote(1, 2), vote(0, 2), vote(2, 0)];
    const table = rankLeaderboard(boardOf(['z', 'loser', 'a'], ['j'], votes));
    if (!table.ok) throw new Error(table.error.message);
    const { rows, intervalsBy } = table.value;
    expect(intervalsBy).toBe('model');
    expect(rows.map(({ item, games, wins }) => [item, games, wins])).toEqual([
      ['a', 5, 3],
      ['z', 5, 3],
      ['loser', 6, 2],
    ]);
    for (const { low, strength, high } of rows) {
      expect(low).toBeLessThan(strength);
      expect(high - strength).toBeCloseTo(strength - low, 12);
    }
    expect(rows.reduce((sum, { pBest }) => sum + pBest, 0)).toBeCloseTo(1, 9);
  });

  test('without a finite maximum there is no table, but with a prior', () => {
    const board = boardOf(['a', 'b', 'c'], ['j'], [vote(0, 1), vote(1, 0), vote(0, 2)]);
    const free = rankLeaderboard(board);
    expect(free.ok ? undefined : free.error.type).toBe('no-maximum');
    const held = rankLeaderboard(board, fitSparse(board.statistics.pairs, { precision: 1 / 1.5 ** 2 }));
    expect(held.ok && held.value.rows.map(({ item }) => item)).toEqual(['a', 'b', 'c']);
  });

  test('a lone item is the best for certain; without items there are no rows', () => {
    const lone = rankLeaderboard(boardOf(['a'], [], []));
    expect(lone.ok && lone.value.rows).toEqual([
      { item: 'a', strength: 0, low: 0, high: 0, pBest: 1, games: 0, wins: 0 },
    ]);
    const none = rankLeaderboard(empty);
    expect(none.ok && none.value.rows).toEqual([]);
  });
});
