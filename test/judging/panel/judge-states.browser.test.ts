import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createAnyEngine, defaultModel, packGguf } from '#inference';
import { createJudge, defaultCalibration } from '#judging';
import { RECHECK_TOLERANCE } from '../../../src/judging/panel/recheck.ts';
import { fetchRealModel, realModelIsHere } from '../../inference/real-model.ts';
import recorded from '../fixtures/real-readings.json' with { type: 'json' };

test.runIf(!realModelIsHere)('the default model is tried', (context) => {
  context.skip('The model file is not here; "npm start" fetches it.');
});

describe.runIf(realModelIsHere)("judging by the default model's states in a page", () => {
  const engine = createAnyEngine();
  beforeAll(async () => {
    const loaded = await engine.load({
      modelId: defaultModel.id,
      engine: 'ort',
      model: packGguf(await fetchRealModel()),
      threads: 2,
      contextTokens: 1_024,
    });
    if (!loaded.ok) throw new Error(loaded.error.message);
  }, 240_000);
  afterAll(() => engine.unload());

  test('R15: what the shipped probe reads in the page is what was recorded of it', { timeout: 400_000 }, async () => {
    const panels = defaultCalibration.panels.slice(-1);
    for (const { question, answers } of recorded.questions.slice(0, 3)) {
      const judged = await createJudge({
        scorer: engine,
        stateReader: engine,
        calibration: { ...defaultCalibration, panels },
      }).judge({ question, answers: answers.map(({ text }) => text) });
      if (!judged.ok) throw new Error(judged.error.message);
      for (const [index, { probe }] of answers.entries()) {
        const read = judged.value.answers[index]?.readings.find(({ name }) => name === 'probe')?.value ?? Number.NaN;
        expect(Math.abs(read - probe)).toBeLessThan(RECHECK_TOLERANCE.probe);
      }
    }
  });
});
