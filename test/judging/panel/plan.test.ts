import { describe, expect, test } from 'vitest';
import { type Calibration, createJudge, defaultCalibration } from '#judging';
import { affordablePanels, budgetFor, readingsOf, tokensOfPanel } from '../../../src/judging/panel/plan.ts';
import { readings } from '../../../src/judging/readings/registry.ts';
import { createScriptedScorer } from '../scorer.scripted.ts';

const FOUR_OF_SIXTY = { question: 15, answers: [60, 60, 60, 60] };
const ANSWERS = ['The capital is Paris.', 'It is Lyon, I think.', 'Rome it is.'];
const judge = async (rules: Parameters<typeof createScriptedScorer>[0], budgetTokens?: number) => {
  const scorer = createScriptedScorer(rules);
  const judged = await createJudge({ scorer, calibration: defaultCalibration }).judge({
    question: 'What is the capital of France?',
    answers: ANSWERS,
    ...(budgetTokens === undefined ? {} : { budgetTokens }),
  });
  if (!judged.ok) throw new Error(judged.error.message);
  return { ...judged.value, scorer };
};

describe('what a judge reads', () => {
  test('R26: four answers of 60 tokens cost at most 900 evaluated tokens, the quick panel 200', () => {
    const costs = defaultCalibration.panels.map((panel) => tokensOfPanel(panel, FOUR_OF_SIXTY));
    expect(costs).toEqual(costs.toSorted((a, b) => a - b));
    expect(costs[0]).toBeLessThanOrEqual(200);
    expect(costs.at(-1)).toBeLessThanOrEqual(900);
  });

  test('R26: the dearest panel that the budget allows is read, the cheapest always', () => {
    const { panels } = defaultCalibration;
    const full = tokensOfPanel(panels[1] as Calibration['panels'][number], FOUR_OF_SIXTY);
    expect(affordablePanels(defaultCalibration, FOUR_OF_SIXTY, full)).toHaveLength(2);
    expect(affordablePanels(defaultCalibration, FOUR_OF_SIXTY, full - 1)).toHaveLength(1);
    expect(affordablePanels(defaultCalibration, FOUR_OF_SIXTY, 0)).toEqual([panels[0]]);
    expect(budgetFor(12.5, 10)).toBe(125);
  });

  test('R26: a clear decision ends the reading, a close one goes on, a small budget says so', async () => {
    const clear = await judge({ lift: (word) => ({ Paris: 11, Rome: -11 })[word] ?? 0 });
    expect([clear.stopped, clear.scorer.requests.length]).toEqual(['clear', 0]);
    const close = await judge({});
    expect([close.stopped, close.scorer.requests.length]).toEqual(['complete', 3]);
    const poor = await judge({}, 10);
    expect([poor.stopped, poor.scorer.requests.length]).toEqual(['budget', 0]);
    expect(poor.verdicts).toHaveLength(3);
  });

  test('R26: every reading states a cost that grows with what there is to read', () => {
    const short = { question: 5, answers: [10, 10] };
    for (const { tokensFor } of readings) {
      expect(tokensFor(short)).toBeGreaterThanOrEqual(0);
      expect(tokensFor(FOUR_OF_SIXTY)).toBeGreaterThanOrEqual(tokensFor(short));
    }
  });

  test('R7: readings that share a beginning follow each other', () => {
    const weights = ['backward', 'yes-no', 'forward', 'cloze'].map((name) => ({ name, scale: 1, weight: 1 }));
    expect(readingsOf({ weights } as Calibration['panels'][number])).toEqual([
      'cloze',
      'forward',
      'yes-no',
      'backward',
    ]);
  });
});
