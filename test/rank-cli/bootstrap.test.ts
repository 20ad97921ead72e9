import { describe, expect, test } from 'vitest';
import { type Vote, aggregators, createVoteCounter } from '#ranking';
import { createSeededRandom } from '#vocabulary';
import { type BootstrapResult, createBootstrap } from './bootstrap.ts';
import { createKeyDraw, randomPoisson } from './poisson-draw.ts';

/** Votes of judges on three items, of which each lower index wins two of three times. */
function castVotes(judges: number, votesEach: number, seed: string): Vote[] {
  const random = createSeededRandom(seed);
  return Array.from({ length: judges * votesEach }, (_, index) => {
    const [first, second] = [
      [0, 1],
      [1, 2],
      [0, 2],
    ][index % 3] as [number, number];
    const outcome = random.next() < 2 / 3 ? 1 : 0;
    return { judge: index % judges, first, second, outcome, weight: 1, ordered: true };
  });
}

function bootstrapOf(votes: readonly Vote[], name: keyof typeof aggregators, seed = 'one'): BootstrapResult {
  const bootstrap = createBootstrap({ replicates: 400, seed, aggregator: aggregators[name], context: {} });
  const counter = createVoteCounter();
  for (const vote of votes) {
    bootstrap.add(vote);
    counter.add(vote);
  }
  return bootstrap.finish(counter.cells());
}

describe('the bootstrap', () => {
  test('draws judges where there are twenty, else votes', () => {
    expect(bootstrapOf(castVotes(19, 12, 'a'), 'borda').resampled).toBe('votes');
    expect(bootstrapOf(castVotes(20, 12, 'a'), 'borda').resampled).toBe('judges');
    expect(bootstrapOf(castVotes(19, 12, 'a'), 'map').resampled).toBe('votes');
    expect(bootstrapOf(castVotes(20, 12, 'a'), 'map').resampled).toBe('judges');
  });

  test('is decided by its seed', () => {
    const votes = castVotes(5, 30, 'b');
    expect(bootstrapOf(votes, 'map')).toEqual(bootstrapOf(votes, 'map'));
    expect(bootstrapOf(votes, 'map', 'two')).not.toEqual(bootstrapOf(votes, 'map'));
  });

  test.each([
    [1, 'votes'],
    [150, 'judges'],
  ])('of independent votes by %i judges agrees with the closed form of a share', (judges) => {
    // Borda's share of n hard votes has the variance p (1 - p) / n, whichever way it is drawn.
    const votes = castVotes(judges, 1_500 / judges, 'c');
    const { low, high, failed } = bootstrapOf(votes, 'borda');
    expect(failed).toBe(0);
    const won = votes.reduce((sum, { first, second, outcome }) => {
      if (first === 0) return sum + outcome;
      return second === 0 ? sum + 1 - outcome : sum;
    }, 0);
    const share = won / 1_000;
    const width = 2 * 1.96 * Math.sqrt((share * (1 - share)) / 1_000);
    expect((high[0] as number) - (low[0] as number)).toBeGreaterThan(0.8 * width);
    expect((high[0] as number) - (low[0] as number)).toBeLessThan(1.25 * width);
    expect(low[0]).toBeLessThan(share);
    expect(high[0]).toBeGreaterThan(share);
  });

  test('of judges sees that votes of one judge go together', () => {
    // Each judge says the same ten times: as much as it says once.
    const once = castVotes(60, 3, 'd');
    const tenfold = once.flatMap((vote) => Array.from({ length: 10 }, () => vote));
    const width = ({ low, high }: BootstrapResult): number => (high[0] as number) - (low[0] as number);
    expect(width(bootstrapOf(tenfold, 'borda'))).toBeCloseTo(width(bootstrapOf(once, 'borda')), 9);
  });

  test('of soft votes of unequal weights agrees with the closed form, too', () => {
    const random = createSeededRandom('soft');
    const votes = castVotes(3, 400, 'soft').map((vote) => ({
      ...vote,
      outcome: 0.3 * vote.outcome + 0.7 * random.next(),
      weight: random.next() < 0.1 ? 10 : random.next(),
    }));
    const { low, high, resampled } = bootstrapOf(votes, 'borda');
    expect(resampled).toBe('votes');
    const own = votes
      .filter(({ first, second }) => first === 0 || second === 0)
      .map(({ first, outcome, weight }) => ({ weight, won: first === 0 ? outcome : 1 - outcome }));
    const total = own.reduce((sum, { weight }) => sum + weight, 0);
    const share = own.reduce((sum, { weight, won }) => sum + weight * won, 0) / total;
    const variance = own.reduce((sum, { weight, won }) => sum + (weight * (won - share)) ** 2, 0) / total ** 2;
    const width = ((high[0] as number) - (low[0] as number)) / (2 * 1.96 * Math.sqrt(variance));
    expect(width).toBeGreaterThan(0.85);
    expect(width).toBeLessThan(1.15);
  });

  test('from summed cells is the one that repeats votes', () => {
    // The same draw of judges, whether fed vote by vote or cell by cell.
    const votes = castVotes(30, 9, 'e');
    const { low, high, pBest } = bootstrapOf(votes, 'map');
    const streamed = createBootstrap({
      replicates: 400,
      seed: 'one',
      aggregator: { ...aggregators.map, name: 'elo' },
      context: {},
    });
    const counter = createVoteCounter();
    for (const vote of votes) {
      streamed.add(vote);
      counter.add(vote);
    }
    const repeated = streamed.finish(counter.cells());
    for (const item of [0, 1, 2]) {
      expect(repeated.low[item]).toBeCloseTo(low[item] as number, 6);
      expect(repeated.high[item]).toBeCloseTo(high[item] as number, 6);
      expect(repeated.pBest[item]).toBeCloseTo(pBest[item] as number, 6);
    }
  });

  test('knows every item in every replicate, and shares out being the best', () => {
    const rare: Vote = { judge: 0, first: 6, second: 0, outcome: 1, weight: 1, ordered: true };
    const { low, pBest } = bootstrapOf([...castVotes(2, 6, 'f'), rare], 'elo');
    expect(low).toHaveLength(7);
    expect([...low].every((strength) => Number.isFinite(strength))).toBe(true);
    expect(pBest.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
  });

  test('counts replicates without a fit', () => {
    const one: Vote = { judge: 0, first: 0, second: 1, outcome: 1, weight: 1, ordered: true };
    const { failed, low } = bootstrapOf([one], 'ml-newton');
    // A single vote is missing from exp(-1) of the draws.
    expect(failed).toBeGreaterThan(110);
    expect(failed).toBeLessThan(185);
    expect(Number.isNaN(low[0])).toBe(false);
  });
});

describe('Poisson deviates', () => {
  test.each([0.01, 0.7, 3.5, 40, 59.9, 60, 5_000])('of mean %d have it as mean and variance', (mean) => {
    const random = createSeededRandom(`poisson ${mean}`);
    const drawn = Array.from({ length: 20_000 }, () => randomPoisson(random, mean));
    const average = drawn.reduce((sum, count) => sum + count, 0) / drawn.length;
    const variance = drawn.reduce((sum, count) => sum + (count - average) ** 2, 0) / drawn.length;
    // Five standard errors.
    expect(Math.abs(average - mean)).toBeLessThan(5 * Math.sqrt(mean / drawn.length));
    expect(Math.abs(variance - mean)).toBeLessThan(5 * Math.sqrt((mean + 2 * mean * mean) / drawn.length));
  });

  test('of keys are as often 0, 1, 2 and 3 as they should be, and differ between replicates', () => {
    const draw = createKeyDraw('keys', 2);
    const [one, other] = [0, 1].map((replicate) => Array.from({ length: 20_000 }, (_, key) => draw(replicate, key)));
    expect(one).not.toEqual(other);
    for (const [times, share] of [0.3679, 0.3679, 0.1839, 0.0613].entries()) {
      expect((one ?? []).filter((count) => count === times).length / 20_000).toBeCloseTo(share, 1.7);
    }
    // Independent: both 0 as often as the product says.
    const both = (one ?? []).filter((count, key) => count === 0 && other?.[key] === 0).length / 20_000;
    expect(both).toBeCloseTo(0.1353, 1.7);
  });
});
