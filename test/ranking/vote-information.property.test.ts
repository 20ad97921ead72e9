import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pairIndex } from '../../src/ranking/assignment/plan-cost.ts';
import { type StrengthDraws, drawStrengths } from '../../src/ranking/assignment/strength-draws.ts';
import { voteInformation } from '../../src/ranking/assignment/vote-information.ts';
import { drawsAround } from './normal-draws.ts';

describe('voteInformation', () => {
  const arbitraryDraws = fc.integer({ min: 2, max: 5 }).chain((answerCount) =>
    fc
      .array(
        fc.array(fc.double({ min: -6, max: 6, noNaN: true }), { minLength: answerCount, maxLength: answerCount }),
        {
          minLength: 1,
          maxLength: 30,
        },
      )
      .map((draws) => ({ answerCount, draws })),
  );
  const drawsOf = ({ answerCount, draws }: { answerCount: number; draws: number[][] }): StrengthDraws => ({
    answerCount,
    values: Float64Array.from(draws.flat()),
  });
  const arbitraryDiscrimination = fc.double({ min: 0, max: 3, noNaN: true });

  test('lies between nothing and one bit, and is what the definition says', () => {
    fc.assert(
      fc.property(arbitraryDraws, arbitraryDiscrimination, ({ answerCount, draws }, discrimination) => {
        const information = voteInformation(drawsOf({ answerCount, draws }), discrimination);
        for (let b = 1; b < answerCount; b++)
          for (let a = 0; a < b; a++) {
            const value = information[pairIndex(a, b)] as number;
            expect(value).toBeGreaterThanOrEqual(0);
            expect(value).toBeLessThanOrEqual(Math.LN2 + 1e-12);
            expect(value).toBeCloseTo(informationByTable(draws, a, b, discrimination), 9);
          }
      }),
    );
  });

  test('nothing is learned from a foreseen vote, nor of a best answer that is known, nor from a coin', () => {
    const foreseen = voteInformation({ answerCount: 3, values: Float64Array.of(60, 0, 61, 60, 0, 59) }, 1);
    expect(foreseen[pairIndex(0, 1)]).toBeCloseTo(0, 12);
    expect(foreseen[pairIndex(0, 2)]).toBeGreaterThan(0.1);
    for (const value of voteInformation(drawsAround([30, 0, 1]), 1)) expect(value).toBeCloseTo(0, 12);
    for (const value of voteInformation(drawsAround([0, 0, 1]), 0)) expect(value).toBeCloseTo(0, 12);
  });

  test('does not depend on labels or on a shift of all strengths', () => {
    fc.assert(
      fc.property(arbitraryDraws, fc.double({ min: -5, max: 5, noNaN: true }), ({ answerCount, draws }, shift) => {
        // Of equals the first counts as the best, whichever that is.
        const untied = draws.filter((draw) => {
          const [first, second] = draw.toSorted((x, y) => y - x);
          return (first as number) - (second as number) > 1e-6;
        });
        fc.pre(untied.length > 0);
        const turned = untied.map((draw) => [...draw.slice(1), draw[0] as number].map((strength) => strength + shift));
        const before = voteInformation(drawsOf({ answerCount, draws: untied }), 1);
        const after = voteInformation(drawsOf({ answerCount, draws: turned }), 1);
        const moved = (answer: number): number => (answer + answerCount - 1) % answerCount;
        for (let b = 1; b < answerCount; b++)
          for (let a = 0; a < b; a++)
            expect(after[pairIndex(moved(a), moved(b))]).toBeCloseTo(before[pairIndex(a, b)] as number, 9);
      }),
    );
  });
});

describe('drawStrengths', () => {
  test('has the mean exactly and the covariance nearly, and is a function of the seed', () => {
    const covariance = { size: 2, entries: Float64Array.of(1, 0.6, 0.6, 2) };
    const posterior = { strengths: Float64Array.of(1, -1), covariance };
    const { values } = drawStrengths(posterior, 'seed', 4_096);
    const moments = { a: 0, b: 0, aa: 0, ab: 0, bb: 0 };
    for (let at = 0; at < values.length; at += 2) {
      const [a, b] = [(values[at] as number) - 1, (values[at + 1] as number) + 1];
      moments.a += a / 4_096;
      moments.b += b / 4_096;
      moments.aa += (a * a) / 4_096;
      moments.ab += (a * b) / 4_096;
      moments.bb += (b * b) / 4_096;
    }
    expect(moments.a).toBeCloseTo(0, 9);
    expect(moments.b).toBeCloseTo(0, 9);
    // Some four standard errors.
    expect(Math.abs(moments.aa - 1)).toBeLessThan(0.13);
    expect(Math.abs(moments.ab - 0.6)).toBeLessThan(0.14);
    expect(Math.abs(moments.bb - 2)).toBeLessThan(0.26);
    expect(drawStrengths(posterior, 'seed', 4_096).values).toEqual(values);
    expect(drawStrengths(posterior, 'other', 4_096).values).not.toEqual(values);
  });
});

/** The definition, read off the joint table of vote and best answer. */
function informationByTable(draws: readonly number[][], a: number, b: number, discrimination: number): number {
  const joint = new Map<string, number>();
  for (const draw of draws) {
    const best = draw.indexOf(Math.max(...draw));
    const p = 1 / (1 + Math.exp(discrimination * ((draw[b] as number) - (draw[a] as number))));
    for (const [vote, chance] of [
      ['first', p],
      ['second', 1 - p],
    ] as const)
      joint.set(`${vote} ${best}`, (joint.get(`${vote} ${best}`) ?? 0) + chance / draws.length);
  }
  const marginal = (part: string): number =>
    [...joint].reduce((sum, [key, chance]) => (key.split(' ').includes(part) ? sum + chance : sum), 0);
  return [...joint].reduce((sum, [key, chance]) => {
    const [vote, best] = key.split(' ') as [string, string];
    return chance === 0 ? sum : sum + chance * Math.log(chance / (marginal(vote) * marginal(best)));
  }, 0);
}
