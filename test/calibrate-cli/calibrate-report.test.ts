import { expect, test } from 'vitest';
import { beatsChance } from '#judging';
import { planGold } from '../../src/judging/calibration/gold-plan.ts';
import { type Calibrated, calibrateMeasured } from './calibrate-report.ts';
import { formatCalibration } from './calibrate-table.ts';
import { sizes } from './gold-sizes.ts';
import type { MeasuredItem } from './measured-item.ts';
import { measuredItem } from './measured.scripted.ts';

const plan = planGold('report', sizes.tab);

function calibrated(items: readonly MeasuredItem[]): Calibrated {
  const made = calibrateMeasured(items, { modelId: 'm', seed: 'report' });
  if (!made.ok) throw new Error(made.error.message);
  return made.value;
}

const good = calibrated(plan.map((item) => measuredItem(item)));

test('C4: a version follows from model and slates, and the same slates give the same calibration', () => {
  expect(good.calibration.version).toMatch(/^m\/cli-[0-9a-f]{12}$/u);
  expect(calibrated(plan.map((item) => measuredItem(item)))).toEqual(good);
  expect(calibrated(plan.map((item) => measuredItem(item, { lead: 1 }))).report.version).not.toBe(good.report.version);
});

test('C5: every group tells the figures that the calibration states of it, and groups add up', () => {
  const { figures, panels } = good.report;
  for (const [index, { heldOut }] of panels.entries()) {
    expect(figures.overall[0]?.panels[index]?.brier).toBeCloseTo(heldOut?.brier ?? -1, 4);
    for (const row of figures.bySource) {
      const stated = Object.entries(heldOut?.bySource ?? {}).find(([source]) => source === row.name)?.[1];
      expect(row.panels[index]?.accuracy.share).toBeCloseTo(stated?.accuracy.share ?? -1, 4);
      expect(row.pairs).toBe(stated?.pairs);
    }
  }
  const pairsIn = (rows: typeof figures.overall): number => rows.reduce((sum, { pairs }) => sum + pairs, 0);
  const attacks = figures.bySource.find(({ name }) => name === 'attack')?.pairs ?? 0;
  expect(pairsIn(figures.bySource)).toBe(pairsIn(figures.overall));
  expect(pairsIn(figures.byFamily)).toBe(pairsIn(figures.overall));
  expect(pairsIn(figures.byDifficulty)).toBe(pairsIn(figures.overall) - attacks);
  expect(figures.byLength.map(({ name }) => name)).toEqual(['worseLonger']);
});

test('C6: says whether votes would carry weight as the product decides it, and why', () => {
  expect(good.report.figures.votes).toMatchObject({ count: beatsChance(good.calibration) });
  expect(good.report.figures.votes).toMatchObject({ count: true, why: expect.stringContaining('more than 60.0 %') });
  const blind = calibrated(plan.map((item) => measuredItem(item, { lead: 0 })));
  expect(blind.report.figures.votes.count).toBe(false);
  expect(formatCalibration(blind.report)).toContain('Votes would carry no weight');
});

test('tells one-sided and skipped questions, and what it all took', () => {
  const onesided = plan.slice(0, 1).map((item): MeasuredItem => {
    const [slate] = measuredItem(item).slates;
    const answers = slate?.answers.map((answer) => ({ ...answer, right: false })) ?? [];
    return { ...measuredItem(item), slates: slate === undefined ? [] : [{ ...slate, answers }] };
  });
  const skipped = {
    id: 'x',
    slates: [],
    skipped: { type: 'unreadable', message: 'Odd\u001B[2J text.' },
    tokens: 1,
    ms: 0,
  };
  const { report } = calibrated([...onesided, ...plan.slice(1).map((item) => measuredItem(item)), skipped]);
  expect(report.figures).toMatchObject({ onesided: 1, tokens: 100 * plan.length + 1, seconds: 2 * plan.length });
  const table = formatCalibration(report);
  expect(table).toContain('1 question with only right');
  expect(table).toContain('left out: Odd text.');
});

test('the table has every reading and group, in 120 columns', () => {
  const table = formatCalibration(good.report);
  for (const name of [
    'cloze-new',
    'agreement',
    'forward',
    'sampled',
    'attack',
    '2 school',
    'worse longer',
    'Brier',
    'ECE',
  ])
    expect(table).toContain(name);
  for (const line of table.split('\n')) expect(line.length).toBeLessThanOrEqual(120);
});

test('C5: without pairs to fit there is no calibration, without pairs held out no figures', () => {
  expect(calibrateMeasured([], { modelId: 'm', seed: 's' })).toMatchObject({ ok: false, error: { type: 'no-gold' } });
  const fitOnly = plan.filter(({ split }) => split === 'fit').map((item) => measuredItem(item));
  const { report } = calibrated(fitOnly);
  expect(report.figures.votes).toMatchObject({ count: false, why: expect.stringContaining('held out') });
  expect(formatCalibration(report)).toContain('nothing was held out');
});
