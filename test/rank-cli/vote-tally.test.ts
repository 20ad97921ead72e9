import { expect, test } from 'vitest';
import { type Vote, aggregatorNames, aggregators } from '#ranking';
import { createSeededRandom } from '#vocabulary';
import { createVoteTally } from './vote-tally.ts';

test.each(aggregatorNames)('%s says of votes that were added up first what it says of each in turn', (name) => {
  const random = createSeededRandom('tally');
  const below = (count: number): number => Math.floor(random.next() * count);
  const context = { judgeStanding: [0.9, 0.1, 0.5], finals: ['4', '5', undefined, '4'] };
  const tally = createVoteTally(aggregators[name], context);
  const direct = aggregators[name].begin(context);
  for (let count = 0; count < 600; count++) {
    const first = below(6);
    const vote: Vote = {
      judge: below(8),
      first,
      second: (first + 1 + below(5)) % 6,
      outcome: below(3) === 0 ? random.next() : below(2),
      weight: below(5) === 0 ? 3 * random.next() : below(2),
      ordered: below(2) === 0,
    };
    tally.add(vote);
    direct.add(vote);
  }
  const { aggregate, cells } = tally.finish(6, 8);
  const each = direct.finish();
  if (!aggregate.ok || !each.ok) throw new Error('no fit');
  expect(cells).toMatchObject({ voteCount: 600, itemCount: 6, judgeCount: 8 });
  const figures = [...aggregate.value.strengths, ...(aggregate.value.uncertainty?.deviations ?? [])];
  const expected = [...each.value.strengths, ...(each.value.uncertainty?.deviations ?? [])];
  expect(figures.length).toBeGreaterThanOrEqual(6);
  for (const [index, figure] of figures.entries()) {
    expect(Math.abs(figure - (expected[index] as number))).toBeLessThan(1e-6);
  }
});
