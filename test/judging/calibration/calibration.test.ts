import { describe, expect, test } from 'vitest';
import { type GoldSlate, beatsChance, calibrate, calibrationOf, defaultCalibration } from '#judging';
import { judgedPairs, validate } from '../../../src/judging/calibration/calibrate.ts';
import { fitPanel } from '../../../src/judging/calibration/fit-panel.ts';
import { pairsOf } from '../../../src/judging/calibration/gold.ts';
import { attackFamilies } from '../../../src/judging/gold/attack-families.ts';
import { readings as definitions } from '../../../src/judging/readings/registry.ts';
import { figuresOf } from '../../../src/judging/calibration/metrics.ts';
import { SHIPPED_PANELS, loadRecording, slatesOf } from '../recorded-gold.ts';

const recording = loadRecording(defaultCalibration.modelId);
const slates = slatesOf(recording);
const { version, modelId, seed = '' } = defaultCalibration;

/** Slates of one pair each, whose readings follow from their place. */
const scripted = (readingsOf: (index: number) => [right: object, wrong: object], count = 40): GoldSlate[] =>
  Array.from({ length: count }, (_, index): GoldSlate => {
    const [right, wrong] = readingsOf(index);
    const answers = [right, wrong].map((readings, place) => ({
      right: place === 0,
      readings,
      words: 5,
      screened: false,
    }));
    return {
      question: `${index}`,
      source: 'sampled',
      family: `family ${index % 4}`,
      split: index % 2 === 0 ? 'fit' : 'held-out',
      answers,
    };
  });

describe('calibration', () => {
  test('R15: the shipped calibration is what the committed recording gives, bit for bit', () => {
    const made = calibrate(slates, { modelId, version, seed, panels: SHIPPED_PANELS });
    expect(made.ok && JSON.parse(JSON.stringify(made.value))).toEqual(defaultCalibration);
    const again = calibrate(slatesOf(loadRecording(modelId)), { modelId, version, seed, panels: SHIPPED_PANELS });
    expect(again).toEqual(made);
  });

  test('R15: nothing leaks from fitting to holding out: no family, no subject, no wording of an attack', () => {
    const partOf = (split: string): typeof recording => recording.filter((question) => question.split === split);
    const [fitted, held] = [partOf('fit'), partOf('held-out')];
    const families = (part: typeof recording): Set<string> =>
      new Set(part.filter(({ source }) => source !== 'attack').map(({ source, family }) => `${source}/${family}`));
    expect([...families(fitted)].filter((family) => families(held).has(family))).toEqual([]);
    const questions = new Set(fitted.map(({ question }) => question));
    expect(held.filter(({ question }) => questions.has(question))).toEqual([]);
    const wordings = (part: typeof recording): Set<string> =>
      new Set(
        part
          .flatMap(({ question, answers }) => answers.map((answer) => ({ ...answer, question })))
          // What is made from the question itself differs by question.
          .filter(
            ({ attack, text, question }) => attack !== undefined && attack !== 'off-topic' && !text.includes(question),
          )
          .map(({ text }) => text),
      );
    expect(
      [...wordings(fitted)].filter((wording) => wordings(held).has(wording) && !/^[A-Z\W\d]+$/u.test(wording)),
    ).toEqual([]);
  });

  test("R15: held out, the panel is far above each reading alone on the model's own answers", () => {
    const sampled = slates.filter(({ source }) => source === 'sampled');
    const accuracyOf = (names: readonly ('cloze' | 'cloze-new' | 'agreement' | 'forward')[]): number => {
      const weights = fitPanel(
        sampled.filter(({ split }) => split === 'fit'),
        names,
      );
      if (!weights.ok) throw new Error(weights.error.message);
      const held = pairsOf(sampled.filter(({ split }) => split === 'held-out'));
      return figuresOf(judgedPairs(held, weights.value))?.accuracy.share as number;
    };
    const panel = accuracyOf(['cloze', 'cloze-new', 'agreement', 'forward']);
    for (const alone of ['cloze', 'cloze-new', 'agreement', 'forward'] as const)
      expect([alone, panel > accuracyOf([alone]) + 0.02]).toEqual([alone, true]);
  });

  test('R35: the attacks that a reading states to be blind to are those of the recording', () => {
    const attacks = slates.filter(({ source }) => source === 'attack');
    for (const { name, blindTo } of definitions.filter(({ kind }) => kind !== 'paired')) {
      const weights = fitPanel(
        slates.filter(({ split }) => split === 'fit'),
        [name],
      );
      if (!weights.ok) throw new Error(weights.error.message);
      const held = pairsOf(attacks.filter(({ split }) => split === 'held-out'));
      const blind = attackFamilies.filter((family) => {
        const pairs = held.filter(({ slate }) => slate.family === family);
        // What is screened is read by no reading.
        const judged = judgedPairs(pairs, weights.value);
        return (figuresOf(judged)?.accuracy.share as number) < 0.9;
      });
      const stated = name === 'agreement' ? blind : blindTo;
      expect([name, blind]).toEqual([name, stated]);
    }
  });

  test('R15: a reading that decides gets its weight, noise gets none, and turning it round turns its weight', () => {
    const noise = [0.3, -0.7, 0.2, 0.9, -0.4, -0.1, 0.6, -0.8, 0.5, -0.5];
    const gold = (sign: number): GoldSlate[] =>
      scripted((index) => [
        { forward: sign * (index % 5 === 0 ? -1 : 1), backward: noise[index % 10] },
        { forward: 0, backward: 0 },
      ]);
    const fit = (sign: number): number[] => {
      const weights = fitPanel(gold(sign), ['forward', 'backward']);
      return weights.ok ? weights.value.map(({ weight }) => weight) : [];
    };
    const [signal, other] = fit(1) as [number, number];
    expect(signal).toBeGreaterThan(0.5);
    expect(Math.abs(other)).toBeLessThan(0.3);
    expect(fit(-1)[0]).toBeCloseTo(-signal, 6);
  });

  test('R15: validation leaves a whole family out at a time', () => {
    // What each family's readings say is true of itself alone.
    const gold = scripted((index) => [{ forward: index % 4 === 0 ? 3 : -1 }, { forward: 0 }]);
    const validated = validate(gold, ['forward']);
    expect(validated).toMatchObject({ ok: true, value: { accuracy: { share: expect.any(Number) } } });
    expect(validated.ok && (validated.value?.accuracy.share as number)).toBeLessThan(0.6);
  });

  test('R15: without a pair there is nothing to calibrate with, and screened or unread answers spoil nothing', () => {
    expect(calibrate([], { modelId, version, seed })).toMatchObject({ ok: false, error: { type: 'no-gold' } });
    const gold = scripted(() => [{ forward: 1 }, { forward: 0 }]);
    const spoilt = gold.map((slate, index) => ({
      ...slate,
      answers: slate.answers.map((answer) => (index < 4 && !answer.right ? { ...answer, readings: {} } : answer)),
    }));
    const fitted = fitPanel(spoilt, ['forward']);
    expect(fitted.ok && (fitted.value[0]?.weight as number)).toBeGreaterThan(1);
  });

  test('R16: the default model beats chance; what was not measured says so and does not', () => {
    expect(beatsChance(defaultCalibration)).toBe(true);
    expect(calibrationOf(defaultCalibration.modelId)).toBe(defaultCalibration);
    const unknown = calibrationOf('never-seen');
    expect([unknown.calibrated, beatsChance(unknown)]).toEqual([false, false]);
    for (const [index, { weight }] of (unknown.panels[0]?.weights ?? []).entries())
      expect(weight).toBe((defaultCalibration.panels[0]?.weights[index]?.weight as number) / 2);
  });

  test('R16: a model that is right in every second answer of its own has no weight, whatever else it knows', () => {
    const { panels } = defaultCalibration;
    const [panel] = panels;
    const sampled = { accuracy: { share: 0.62, count: 200, low: 0.55, high: 0.69 }, pairs: 400, brier: 0.2, ece: 0.05 };
    const heldOut = { ...panel?.heldOut, bySource: { ...panel?.heldOut?.bySource, sampled } };
    const weak = { ...defaultCalibration, panels: [{ ...panel, heldOut }] } as typeof defaultCalibration;
    expect(beatsChance(weak)).toBe(false);
  });
});
