import { expect, test } from 'vitest';
import { aggregatorNames, aggregators } from '#ranking';
import { printableJson } from './terminal-text.ts';
import { rankFile, reportOn } from './vote-files.ts';

const csv = `judge,a,b,outcome
ann,x,y,1
ann,y,x,0
ann,y,z,1
bob,z,x,0.5
bob,x,y,0
bob,y,z,0.75
`;

test.each(aggregatorNames)('%s gives every item a strength, an interval and a chance to be the best', async (name) => {
  const report = await reportOn(csv, { aggregator: aggregators[name] });
  expect(report).toMatchObject({ method: name, votes: 6, itemCount: 3, skipped: 0 });
  expect(report.items.map((item) => item.name).toSorted()).toEqual(['x', 'y', 'z']);
  const strengths = report.items.map(({ strength }) => strength);
  expect(strengths).toEqual(strengths.toSorted((a, b) => b - a));
  for (const { low, strength, high } of report.items) {
    expect(low).toBeLessThanOrEqual(strength);
    expect(high).toBeGreaterThanOrEqual(strength);
  }
  const chances = report.items.reduce((sum, { pBest }) => sum + (pBest ?? Number.NaN), 0);
  expect(chances).toBeCloseTo(1, 6);
  expect(report.intervals).toBe(report.bootstrap === null ? 'method' : 'bootstrap');
  expect(JSON.parse(printableJson(report))).toEqual(report);
});

test('judges are described by what the method learned and by how their votes compare', async () => {
  const { judges } = await reportOn(csv, { aggregator: aggregators['judge-aware'] });
  expect(judges).toMatchObject([
    { name: 'ann', votes: 3, agreement: 1, swapConsistency: 1, discrimination: expect.any(Number) },
    { name: 'bob', votes: 3, swapConsistency: null, positionBias: expect.any(Number) },
  ]);
  const plain = await reportOn(csv, { aggregator: aggregators.map });
  expect(plain.judges[0]).toMatchObject({ discrimination: null, positionBias: null });
  const points = await reportOn(csv, { aggregator: aggregators.elo });
  expect(points.judges[0]?.calibrationError).toBeNull();
});

test('a bootstrap stands beside the intervals of the method', async () => {
  const settings = { aggregator: aggregators.map, replicates: 50 };
  const report = await reportOn(csv, settings);
  expect(report).toMatchObject({
    intervals: 'method',
    bootstrap: { replicates: 50, resampled: 'votes', seed: 'test' },
  });
  expect(report.items[0]).toMatchObject({ bootLow: expect.any(Number), bootHigh: expect.any(Number) });
  expect((await reportOn(csv, { aggregator: aggregators.map })).items[0]).not.toHaveProperty('bootLow');
  expect(await reportOn(csv, { ...settings, seed: 'other' })).not.toEqual(report);
});

test('without a bootstrap a method without intervals has none', async () => {
  const report = await reportOn(csv, { aggregator: aggregators.elo, replicates: 0 });
  expect(report.intervals).toBe('none');
  expect(report.items[0]).toMatchObject({ low: null, high: null, pBest: null });
});

test('standings and final answers reach the method by name', async () => {
  const trusting = { aggregator: aggregators['judge-aware'] };
  const neutral = await reportOn('judge,a,b,outcome\nann,x,y,1\nbob,y,x,1\n', trusting);
  const standings = new Map([
    ['absent', 0.9],
    ['bob', 1],
    ['ann', 0],
  ]);
  const believed = await reportOn('judge,a,b,outcome\nann,x,y,1\nbob,y,x,1\n', { ...trusting, standings });
  expect(neutral.items[0]?.name).toBe('x');
  expect(believed.items[0]?.name).toBe('y');
  expect(believed.judges.map(({ name }) => name).toSorted()).toEqual(['ann', 'bob']);

  const finals = new Map([
    ['y', '42'],
    ['never compared', '42'],
    ['x', '41'],
    ['z', undefined],
  ]);
  const majority = await reportOn('a,b,outcome\nx,y,1\nx,z,1\n', { aggregator: aggregators.majority, finals });
  expect(majority.items.slice(0, 2).map(({ name }) => name)).toEqual(['never compared', 'y']);
});

test('top cuts the list of items and nothing else', async () => {
  const report = await reportOn(csv, { top: 1 });
  expect(report.items).toHaveLength(1);
  expect(report.itemCount).toBe(3);
});

test.each([
  ['x,y,1\nx,y,1\n', 'x is undefeated'],
  ['x,y,1\nx,z,1\ny,z,1\nz,y,1\n', 'x is undefeated'],
  ['x,y,1\ny,x,1\nx,z,1\ny,z,1\n', 'z is winless'],
  ['x,y,0.5\nu,v,0.5\n', '2 groups of items were never compared with each other'],
  ['x,y,.5\nu,v,.5\nx,u,1\n', 'one group of items never lost to the others'],
  ['x,y,.5\nx,z,1,0\n', undefined],
  ['x,y,.5\ny,z,.5\nz,x,.9\n', undefined],
])('why votes alone leave strengths open: %j', async (rows, reason) => {
  const settings = { aggregator: aggregators['ml-newton'], skipMalformed: true };
  const report = await reportOn(`a,b,outcome\n${rows}`, settings);
  expect(report.open).toBe(reason ?? null);
  expect(report.converged).toBe(reason === undefined);
  if (reason !== undefined) expect(report.items[0]).toMatchObject({ low: null, pBest: null });
});

test('what the method refuses is passed on', async () => {
  const { result } = await rankFile('a,b,outcome,weight\nx,y,1,0\n', { aggregator: aggregators['ml-mm'] });
  expect(result).toMatchObject({ ok: false, error: { type: 'no-usable-votes' } });
});
