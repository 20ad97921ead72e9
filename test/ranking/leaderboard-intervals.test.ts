import { describe, expect, test } from 'vitest';
import { type Random, createSeededRandom, randomInteger, randomNormal } from '#vocabulary';
import { inverseInformation } from '../../src/ranking/leaderboard/information.ts';
import type { LeaderboardStatistics } from '../../src/ranking/leaderboard/pair-statistics.ts';
import {
  type LeaderboardIntervals,
  MIN_JUDGES,
  robustIntervals,
} from '../../src/ranking/leaderboard/robust-intervals.ts';
import { fitSparse } from '../../src/ranking/leaderboard/sparse-fit.ts';
import { NORMAL_95 } from '../../src/ranking/numerics/normal.ts';
import type { Vote } from '../../src/ranking/vote.ts';
import { vote } from '../contracts/aggregator.ts';
import { statisticsOf } from './leaderboard.arbitrary.ts';

interface Crowd {
  readonly items: number;
  readonly judges: number;
  readonly votesEach: number;
  /** Standard deviation of a judge's own taste for each item, in logits. */
  readonly quirk: number;
}

/** All items are truly equal, so that tastes cancel out and the strengths to be covered are 0. */
function castVotes({ items, judges, votesEach, quirk }: Crowd, random: Random): Vote[] {
  return Array.from({ length: judges }, (_, judge) => {
    const taste = Array.from({ length: items }, () => quirk * randomNormal(random));
    return Array.from({ length: votesEach }, (): Vote => {
      const first = randomInteger(random, items);
      const second = (first + 1 + randomInteger(random, items - 1)) % items;
      const gap = (taste[first] as number) - (taste[second] as number);
      return vote(first, second, { judge, outcome: random.next() < 1 / (1 + Math.exp(-gap)) ? 1 : 0 });
    });
  }).flat();
}

function intervalsOf(statistics: LeaderboardStatistics): LeaderboardIntervals {
  const intervals = robustIntervals(fitSparse(statistics.pairs), statistics);
  if (!intervals.ok) throw new Error(intervals.error.message);
  return intervals.value;
}

function coverage(crowd: Crowd, sets: number): { robust: number; model: number } {
  let [robust, model] = [0, 0];
  for (let set = 0; set < sets; set++) {
    const statistics = statisticsOf(castVotes(crowd, createSeededRandom(`coverage ${set}`)), crowd.items);
    const fit = fitSparse(statistics.pairs);
    const { by, lows, highs } = intervalsOf(statistics);
    expect(by).toBe('judge');
    const { entries } = inverseInformation(statistics.pairs, fit.powers, 0);
    for (const [item, strength] of fit.strengths.entries()) {
      if ((lows[item] as number) <= 0 && (highs[item] as number) >= 0) robust += 1;
      const deviation = Math.sqrt(entries[item * (crowd.items + 1)] as number);
      if (Math.abs(strength) <= NORMAL_95 * deviation) model += 1;
    }
  }
  const all = sets * crowd.items;
  return { robust: robust / all, model: model / all };
}

describe('intervals of a leaderboard', () => {
  test('judges with tastes of their own: intervals by judge hold what they say, those of the model do not', () => {
    const { robust, model } = coverage({ items: 6, judges: 40, votesEach: 30, quirk: 1 }, 400);
    expect(model).toBeLessThan(0.85);
    expect(robust).toBeGreaterThan(0.93);
    expect(robust).toBeLessThan(0.97);
  });

  test('judges alike: both hold what they say', () => {
    const { robust, model } = coverage({ items: 6, judges: 40, votesEach: 30, quirk: 0 }, 400);
    for (const share of [robust, model]) {
      expect(share).toBeGreaterThan(0.93);
      expect(share).toBeLessThan(0.97);
    }
  });

  test('the sandwich is H⁻¹ M H⁻¹, worked out the long way', () => {
    const [items, judges] = [5, 30];
    const votes = castVotes({ items, judges, votesEach: 60, quirk: 0.7 }, createSeededRandom('sandwich'));
    const statistics = statisticsOf(votes, items);
    const { strengths, powers } = fitSparse(statistics.pairs);
    const scores = Array.from({ length: judges }, () => Array.from({ length: items }, () => 0));
    for (const { judge, first, second, outcome } of votes) {
      const gap = (strengths[first] as number) - (strengths[second] as number);
      const surprise = outcome - 1 / (1 + Math.exp(-gap));
      const score = scores[judge] as number[];
      score[first]! += surprise;
      score[second]! -= surprise;
    }
    const { entries } = inverseInformation(statistics.pairs, powers, 0);
    // Influence of judge j on item i; its products add up to the covariance.
    const influences = scores.map((score) =>
      Array.from({ length: items }, (_, item) =>
        score.reduce((sum, entry, other) => sum + (entries[item * items + other] as number) * entry, 0),
      ),
    );
    const { covariance } = intervalsOf(statistics);
    for (let a = 0; a < items; a++)
      for (let b = 0; b < items; b++) {
        const sum = influences.reduce((total, own) => total + (own[a] as number) * (own[b] as number), 0);
        expect(covariance.entries[a * items + b]).toBeCloseTo((judges / (judges - 1)) * sum, 10);
      }
  });

  test('the inverse information is that of the Laplacian on the plane of centred strengths', () => {
    const statistics = statisticsOf(
      castVotes({ items: 6, judges: 3, votesEach: 80, quirk: 1 }, createSeededRandom('inverse')),
    ).pairs;
    const { powers } = fitSparse(statistics);
    for (const precision of [0, 0.3]) {
      const { size, entries } = inverseInformation(statistics, powers, precision);
      const information = Array.from({ length: size }, (_, item) =>
        Array.from({ length: size }, (__, other) => (item === other ? precision : 0)),
      );
      for (const [pair, a] of statistics.firsts.entries()) {
        const b = statistics.seconds[pair] as number;
        const chance = (powers[a] as number) / ((powers[a] as number) + (powers[b] as number));
        const known = (statistics.games[pair] as number) * chance * (1 - chance);
        for (const [row, column, sign] of [
          [a, a, 1],
          [b, b, 1],
          [a, b, -1],
          [b, a, -1],
        ] as const)
          (information[row] as number[])[column]! += sign * known;
      }
      for (let row = 0; row < size; row++)
        for (let column = 0; column < size; column++) {
          const product = (information[row] as number[]).reduce(
            (sum, entry, k) => sum + entry * (entries[k * size + column] as number),
            0,
          );
          expect(product).toBeCloseTo((row === column ? 1 : 0) - 1 / size, 10);
        }
    }
  });

  test('few judges, or one that casts nearly all votes: the model, and it says so', () => {
    const few = castVotes({ items: 4, judges: MIN_JUDGES - 1, votesEach: 30, quirk: 0 }, createSeededRandom('few'));
    expect(intervalsOf(statisticsOf(few)).by).toBe('model');
    const enough = castVotes({ items: 4, judges: MIN_JUDGES, votesEach: 30, quirk: 0 }, createSeededRandom('enough'));
    expect(intervalsOf(statisticsOf(enough)).by).toBe('judge');
    const lone = castVotes({ items: 4, judges: 1, votesEach: 20_000, quirk: 0 }, createSeededRandom('lone'));
    expect(intervalsOf(statisticsOf([...enough, ...lone])).by).toBe('model');
  });

  test('who the judges are does not matter, only how votes go together', () => {
    const votes = castVotes({ items: 5, judges: 25, votesEach: 30, quirk: 1 }, createSeededRandom('names'));
    const renamed = votes.map((cast): Vote => ({ ...cast, judge: 24 - cast.judge }));
    const [one, other] = [intervalsOf(statisticsOf(votes)), intervalsOf(statisticsOf(renamed))];
    for (const [item, deviation] of one.deviations.entries()) expect(other.deviations[item]).toBeCloseTo(deviation, 10);
  });

  test('an item that few judges saw is no surer than the model says', () => {
    const votes = castVotes({ items: 5, judges: 30, votesEach: 40, quirk: 0 }, createSeededRandom('seldom'));
    // Two judges agree to the vote about item 5.
    const seldom = [0, 1].flatMap((judge) => [vote(5, 0, { judge }), vote(0, 5, { judge })]);
    const statistics = statisticsOf([...votes, ...seldom]);
    const { by, deviations } = intervalsOf(statistics);
    const { entries } = inverseInformation(statistics.pairs, fitSparse(statistics.pairs).powers, 0);
    expect(by).toBe('judge');
    expect(deviations[5]).toBeGreaterThanOrEqual(Math.sqrt(entries[5 * 7] as number) - 1e-12);
  });

  test('more than 2,000 items are refused', () => {
    const votes = Array.from({ length: 2_001 }, (_, item) => vote(item, (item + 1) % 2_001));
    const statistics = statisticsOf(votes);
    const intervals = robustIntervals(fitSparse(statistics.pairs, { precision: 1 }), statistics);
    expect(intervals.ok ? undefined : intervals.error.type).toBe('too-many-items');
  });
});
