import { describe, expect, test } from 'vitest';
import { type Calibration, type StateReader, createJudge, defaultCalibration } from '#judging';
import { ok } from '#vocabulary';
import {
  affordablePanels,
  budgetFor,
  readablePanels,
  readingsOf,
  tokensOfPanel,
} from '../../../src/judging/panel/plan.ts';
import { readings } from '../../../src/judging/readings/registry.ts';
import { createScriptedScorer } from '../scorer.scripted.ts';

const FOUR_OF_SIXTY = { question: 15, answers: [60, 60, 60, 60] };
const ANSWERS = ['The capital is Paris.', 'It is Lyon, I think.', 'Rome it is.'];
/** States of the default model's width, the same for every text. */
const stateReader: StateReader = {
  states: async () =>
    ok({ mean: new Float32Array(576).fill(1), last: new Float32Array(576).fill(1), evaluatedTokens: 5 }),
};
const judge = async (
  rules: Parameters<typeof createScriptedScorer>[0],
  budgetTokens?: number,
  engines: { readonly stateReader?: StateReader } = {},
) => {
  const scorer = createScriptedScorer(rules);
  const judged = await createJudge({ scorer, ...engines, calibration: defaultCalibration }).judge({
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
    for (const [index, panel] of panels.entries()) {
      const cost = tokensOfPanel(panel, FOUR_OF_SIXTY);
      expect(affordablePanels(panels, FOUR_OF_SIXTY, cost)).toHaveLength(index + 1);
      expect(affordablePanels(panels, FOUR_OF_SIXTY, cost - 1)).toHaveLength(Math.max(1, index));
    }
    expect(affordablePanels(panels, FOUR_OF_SIXTY, 0)).toEqual([panels[0]]);
    expect(budgetFor(12.5, 10)).toBe(125);
  });

  test('R37: a panel is read only by engines that can make all its readings; where there is none, all are tried', () => {
    const { panels } = defaultCalibration;
    expect(readablePanels(defaultCalibration, {})).toEqual(panels.slice(0, 2));
    expect(readablePanels(defaultCalibration, { stateReader })).toEqual(panels);
    expect(readablePanels({ panels: panels.slice(2) }, {})).toEqual(panels.slice(2));
  });

  test('R37: with states a close decision is also read from them, without it is complete all the same', async () => {
    const namesOf = ({ answers }: Awaited<ReturnType<typeof judge>>): string[] =>
      (answers[0]?.readings ?? []).map(({ name }) => name);
    const plain = await judge({});
    expect([plain.stopped, namesOf(plain)]).toEqual(['complete', ['cloze', 'cloze-new', 'agreement', 'forward']]);
    const seen = await judge({}, undefined, { stateReader });
    expect([seen.stopped, namesOf(seen)]).toEqual(['complete', [...namesOf(plain), 'probe']]);
    expect(seen.verdicts[0]?.contributions.at(-1)).toEqual({ name: 'probe', logOdds: 0 });
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
