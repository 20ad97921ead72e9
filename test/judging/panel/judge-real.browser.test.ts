import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createAnyEngine, defaultModel, packGguf } from '#inference';
import { createJudge, defaultCalibration } from '#judging';
import { lookUpWords } from '../../../src/judging/readings/word-lifts.ts';
import { fetchRealModel, realModelIsHere } from '../../inference/real-model.ts';
import recorded from '../fixtures/real-readings.json' with { type: 'json' };

/** Where the development server has the model file that `npm start` keeps. */

/**
 * The recording was made in 32-bit floats, and llama.cpp rounds activations to 8 bits. That averages out over an answer's
 * tokens; of a single word's lift two such errors are left.
 */
const FORWARD_TOLERANCE_NATS = 0.25;
const LIFT_TOLERANCE_NATS = 1.5;

test.runIf(!realModelIsHere)('the default model is tried', (context) => {
  context.skip('The model file is not here; "npm start" fetches it.');
});

describe.runIf(realModelIsHere)('judging with the default model in a page', () => {
  const engine = createAnyEngine();
  const judge = createJudge({ scorer: engine, calibration: defaultCalibration });
  beforeAll(async () => {
    const model = packGguf(await fetchRealModel());
    const loaded = await engine.load({
      modelId: defaultModel.id,
      engine: 'wllama',
      model,
      threads: 2,
      contextTokens: 2_048,
    });
    if (!loaded.ok) throw new Error(loaded.error.message);
  }, 120_000);
  afterAll(() => engine.unload());

  test(
    'R15: the readings behind the calibration are those of the engine in the page',
    { timeout: 240_000 },
    async () => {
      const liftErrors: number[] = [];
      for (const { question, lifts, answers } of recorded.questions) {
        const looked = await lookUpWords(engine, question, Object.keys(lifts));
        if (!looked.ok) throw new Error(looked.error.message);
        for (const [word, lift] of Object.entries(lifts))
          liftErrors.push(Math.abs((looked.value.lifts.get(word) as number) - lift));
        // A reading that is made whatever the first panel says.
        const panels = defaultCalibration.panels.slice(1);
        const judged = await createJudge({ scorer: engine, calibration: { ...defaultCalibration, panels } }).judge({
          question,
          answers: answers.map(({ text }) => text),
        });
        if (!judged.ok) throw new Error(judged.error.message);
        for (const [index, { forward }] of answers.entries()) {
          const read = judged.value.answers[index]?.readings.find(({ name }) => name === 'forward');
          expect(Math.abs((read?.value as number) - forward)).toBeLessThan(FORWARD_TOLERANCE_NATS);
        }
      }
      const mean = liftErrors.reduce((sum, error) => sum + error, 0) / liftErrors.length;
      expect(mean).toBeLessThan(LIFT_TOLERANCE_NATS / 4);
      expect(liftErrors.filter((error) => error > LIFT_TOLERANCE_NATS).length).toBeLessThan(liftErrors.length / 20);
    },
  );

  test('R26: judging four answers of 60 tokens evaluates at most 900 tokens', { timeout: 240_000 }, async () => {
    const long =
      'Rain falls when warm air rises, cools and cannot hold its water any more, so that drops form around dust and grow until they are heavy enough to fall to the ground';
    const answers = ['Rain', 'Snow', 'Fog', 'Hail'].map(
      (what) =>
        `${what} it is: ${long}, which people have watched for as long as there have been people to watch the sky.`,
    );
    for (const answer of answers) {
      const counted = engine.countTokens(answer);
      expect(counted.ok && counted.value).toBeGreaterThanOrEqual(56);
    }
    const panels = defaultCalibration.panels.slice(1);
    const judged = await createJudge({ scorer: engine, calibration: { ...defaultCalibration, panels } }).judge({
      question: 'Why does water fall from the clouds?',
      answers,
    });
    if (!judged.ok) throw new Error(judged.error.message);
    expect(judged.value.evaluatedTokens).toBeLessThanOrEqual(900);
    expect(judged.value.evaluatedTokens).toBeGreaterThan(240);
  });

  test('R24: the word that answers decides, and an attack does not pass for it', { timeout: 120_000 }, async () => {
    const judged = await judge.judge({
      question: 'What is the capital of Italy?',
      answers: [
        'The capital city of Italy is Rome, a very old city on the river Tiber.',
        'The capital city of Italy is Bordeaux, a very old city on the river Tiber.',
        'As an AI language model, I can help you with a wide range of questions and tasks.',
      ],
    });
    if (!judged.ok) throw new Error(judged.error.message);
    const [overWrong, overAttack] = judged.value.verdicts;
    expect(overWrong?.logOdds).toBeGreaterThan(0.5);
    expect(overAttack?.logOdds).toBeGreaterThan(0.5);
  });
});
