import { describe, expect, test } from 'vitest';
import { asModelId } from '#vocabulary';
import { defaultModel } from '../../src/inference/catalogue.ts';
import { proportion } from '../../src/judging/calibration/metrics.ts';
import { attackPairs } from './attack-pairs.ts';
import { formatAttacks, reportOnAttacks } from './attack-report.ts';
import { lengthClassOf, reportOn } from './judge-report.ts';
import { formatReport } from './judge-table.ts';
import { keyOfPlan, planJudging } from './judging-plan.ts';
import type { Pair } from './pair.ts';
import type { PairResult } from './pair-result.ts';
import { judgedResult } from './results.scripted.ts';

const plan = planJudging(defaultModel.id, ['letter', 'cloze']);
const pairs = [1, 2, 3, 4].map((n): Pair => ({ question: `q${n}`, better: 'one two', worse: 'one two three' }));
const results: readonly PairResult[] = [
  judgedResult(2, { cloze: 1, letter: -1 }),
  judgedResult(-1, { cloze: 1, letter: 0 }),
  judgedResult(3, {}, { worse: 'echo' }),
  { failed: 'The model\u001B[31m cannot.' },
];

describe('a plan', () => {
  test("J4: adds readings without weight, so that the verdict is the panel's own", () => {
    const own = planJudging(defaultModel.id, undefined);
    const [ownPanel] = own.calibration.panels;
    expect(own.names).toEqual(expect.arrayContaining([...own.panel]));
    const [panel] = plan.calibration.panels;
    expect(panel?.weights.slice(0, own.panel.length)).toEqual(ownPanel?.weights);
    expect(panel?.weights.slice(own.panel.length)).toEqual([{ name: 'letter', scale: 1, weight: 0 }]);
    expect(plan.names).toEqual(['cloze', 'letter']);
  });

  test('J4: of a model that was never measured says so', () => {
    expect(planJudging(asModelId('file:x.gguf'), undefined).calibration).toMatchObject({
      calibrated: false,
      modelId: 'file:x.gguf',
    });
  });

  test('J5: is told from that of another model file, engine or set of readings', () => {
    const model = { id: defaultModel.id, sha256: 'aa' };
    const keys = [
      keyOfPlan(model, 'wllama', plan),
      keyOfPlan({ ...model, sha256: 'bb' }, 'wllama', plan),
      keyOfPlan(model, 'other', plan),
      keyOfPlan(model, 'wllama', planJudging(defaultModel.id, undefined)),
    ];
    expect(new Set(keys).size).toBe(4);
  });
});

describe('a report', () => {
  test('J3: counts each reading, the panel and what could not be judged', () => {
    const report = reportOn(pairs, results, plan);
    const third = (share: number): object => {
      const { low, high } = proportion(share, 3);
      return { accuracy: expect.closeTo(share, 6), low: expect.closeTo(low, 6), high: expect.closeTo(high, 6) };
    };
    expect(report).toMatchObject({
      model: defaultModel.id,
      pairs: 3,
      // Screening comes before any reading, so it decides the third pair for all of them.
      readings: { cloze: third(1), letter: third(0.5) },
      panel: third(2 / 3),
      tokens: 300,
      seconds: 1.5,
      screened: 1,
      cut: 0,
      byLength: { worseLonger: { pairs: 3 }, similar: { pairs: 0 }, betterLonger: { pairs: 0 } },
      failed: [{ pairs: 1 }],
      calibrated: true,
    });
  });

  test('is undefined where nothing could be judged', () => {
    expect(reportOn(pairs.slice(3), results.slice(3), plan)).toBeUndefined();
  });

  test('J2: counts texts beyond what a judge reads', () => {
    const long = { question: 'q', better: 'a'.repeat(801), worse: 'b' };
    expect(reportOn([long], [judgedResult(1)], plan)?.cut).toBe(1);
  });

  test('prints as a table without anything a terminal would obey', () => {
    const report = reportOn(pairs, results, plan);
    if (report === undefined) throw new Error('There is a report.');
    const text = formatReport(report);
    expect(text).toMatch(/^ {2}cloze +100\.0 % +\[43\.9, 100\.0\]$/mu);
    expect(text).toMatch(/^ {2}panel +66\.7 %/mu);
    expect(text).toMatch(/^ {2}worse longer by > 25 % +3 +66\.7 %/mu);
    expect(text).toContain('300 tokens evaluated, 100 a pair; 1.5 s, 0.50 s a pair');
    expect(text).toContain('1 pair could not be judged: The model cannot.');
    expect(text).not.toContain('\u001B');
    expect(formatReport({ ...report, calibrated: false })).toContain('panel (stand-in)');
  });

  test.each([
    ['a b c d', 'a b c d e', 'similar'],
    ['a b c', 'a b c d', 'worseLonger'],
    ['a b c d', 'a b c', 'betterLonger'],
    ['', 'a', 'worseLonger'],
    ['', '', 'similar'],
  ])('better %j and worse %j are %s', (better, worse, expected) => {
    expect(lengthClassOf({ question: 'q', better, worse })).toBe(expected);
  });
});

describe('attacks', () => {
  test('are made on held-out subjects in turns, one of every family', () => {
    const made = attackPairs(3);
    const questions = [...new Set(made.map(({ question }) => question))];
    expect(questions).toHaveLength(3);
    expect(made).toHaveLength(39);
    expect(attackPairs(2)).toEqual(made.slice(0, 26));
    for (const { better, worse, family } of made) {
      expect(worse).not.toBe(better);
      expect(family).not.toBe('');
    }
    // There are only so many.
    expect(attackPairs(1_000).length).toBeLessThan(12_000);
  });

  test('hold where nineteen of twenty true answers beat them', () => {
    const made = attackPairs(20);
    const lost = made.find(({ family }) => family === 'bland');
    const others = new Set(made.filter(({ family }) => family === 'filler').slice(0, 2));
    const told = made.map((pair) => judgedResult(pair === lost || others.has(pair) ? -1 : 1));
    const report = reportOnAttacks(made, told, planJudging(defaultModel.id, ['cloze']));
    expect(report.attacks.bland).toMatchObject({ questions: 20, panel: { accuracy: 0.95, holds: true } });
    expect(report.attacks.filler?.readings.cloze).toMatchObject({ accuracy: 0.9, holds: false });
    const text = formatAttacks(report);
    expect(text).toMatch(/^ {2}bland .*95 % \[76, 99\] ✓$/mu);
    expect(text).toMatch(/^ {2}filler .*90 % \[70, 97\] ✗$/mu);
  });
});
