import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type GoldQuestion, beatsChance, calibrationOf, defaultCalibration, fitCalibration } from '#judging';
import { wilsonInterval } from '../../../src/judging/calibration/calibration-fit.ts';

interface Fixture {
  readonly modelId: string;
  readonly questions: readonly {
    readonly question: string;
    readonly answers: readonly {
      readonly text: string;
      readonly right: boolean;
      readonly forward: number;
      readonly yesNo: number;
    }[];
  }[];
}

const load = (name: string): Fixture =>
  JSON.parse(readFileSync(new URL(`../fixtures/${name}.json`, import.meta.url), 'utf8')) as Fixture;
const toGold = ({ questions }: Fixture): GoldQuestion[] =>
  questions.map(({ answers }) => ({
    answers: answers.map(({ right, forward, yesNo }) => ({ right, readings: [forward, yesNo] })),
  }));

const written = load('gold-written');
const sampled = load('gold-sampled');
const fit = (questions: readonly GoldQuestion[]) => fitCalibration(questions, ['forward', 'yes-no']);

describe('calibration', () => {
  test('R15: the default weights and accuracy are the fit of the committed readings', () => {
    const { weights, accuracy } = fit([...toGold(written), ...toGold(sampled)]);
    expect([written.modelId, sampled.modelId]).toEqual([defaultCalibration.modelId, defaultCalibration.modelId]);
    expect(defaultCalibration.weights).toEqual(
      weights.map(({ name, scale, weight }) => ({
        name,
        scale: expect.closeTo(scale, 3),
        weight: expect.closeTo(weight, 3),
      })),
    );
    expect(defaultCalibration.accuracy).toEqual({
      questions: accuracy.questions,
      pairs: accuracy.pairs,
      accuracy: expect.closeTo(accuracy.accuracy, 3),
      low: expect.closeTo(accuracy.low, 3),
      high: expect.closeTo(accuracy.high, 3),
    });
  });

  test("R15: weights found on written answers tell right from wrong in the model's own, and the other way round", () => {
    for (const [from, to] of [
      [written, sampled],
      [sampled, written],
    ] as const) {
      const { weights } = fit(toGold(from));
      const shares = toGold(to).map(({ answers }) => {
        const score = ({ readings }: (typeof answers)[number]): number =>
          weights.reduce((sum, { weight, scale }, index) => sum + (weight * (readings[index] as number)) / scale, 0);
        const pairs = answers
          .filter(({ right }) => right)
          .flatMap((a) => answers.filter(({ right }) => !right).map((b) => score(a) > score(b)));
        return pairs.filter(Boolean).length / pairs.length;
      });
      expect(shares.reduce((sum, share) => sum + share, 0) / shares.length).toBeGreaterThan(0.65);
    }
  });

  test('R15: a reading that decides gets its weight, noise gets none, and turning a reading round turns its weight', () => {
    const noise = [0.3, -0.7, 0.2, 0.9, -0.4, -0.1, 0.6, -0.8, 0.5, -0.5];
    const gold = (sign: number): GoldQuestion[] =>
      noise.map((value, index) => ({
        answers: [
          { right: true, readings: [sign * (index % 5 === 0 ? -1 : 1), value] },
          { right: false, readings: [0, 0] },
        ],
      }));
    const { weights, accuracy } = fit(gold(1));
    const [signal, other] = [weights[0]?.weight as number, weights[1]?.weight as number];
    expect(signal).toBeGreaterThan(0.5);
    expect(Math.abs(other)).toBeLessThan(0.3);
    expect(accuracy.accuracy).toBeCloseTo(0.8, 9);
    expect(fit(gold(-1)).weights[0]?.weight).toBeCloseTo(-signal, 1);
  });

  test('R15: the interval is the published one', () => {
    // Wilson 1927; 8 of 10 as in Agresti & Coull 1998.
    expect(wilsonInterval(0.8, 10).low).toBeCloseTo(0.4902, 4);
    expect(wilsonInterval(0.8, 10).high).toBeCloseTo(0.9433, 4);
  });

  test('R16: the default model beats chance; what was not measured says so and does not', () => {
    expect(beatsChance(defaultCalibration)).toBe(true);
    expect(calibrationOf(defaultCalibration.modelId)).toBe(defaultCalibration);
    const unknown = calibrationOf('never-seen');
    expect([unknown.calibrated, beatsChance(unknown)]).toEqual([false, false]);
    for (const [index, { weight }] of unknown.weights.entries())
      expect(weight).toBe((defaultCalibration.weights[index]?.weight as number) / 2);
    expect(
      beatsChance({ ...unknown, accuracy: { questions: 20, pairs: 20, accuracy: 0.8, low: 0.58, high: 0.92 } }),
    ).toBe(false);
  });
});
