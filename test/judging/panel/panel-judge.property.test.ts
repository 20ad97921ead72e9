import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Calibration, type Judgement, calibrationOf, createJudge } from '#judging';
import { createScriptedScorer } from '../scorer.scripted.ts';
import { arbitraryHostileText } from '../hostile-text.arbitrary.ts';

const calibration: Calibration = calibrationOf('smollm2-135m-instruct-q4_1');

/** Readings that differ from text to text, by a hash of it. */
const hashOf = (text: string): number =>
  [...text].reduce((hash, part) => (hash * 31 + (part.codePointAt(0) as number)) % 9973, 7);
const scorer = createScriptedScorer({
  perToken: (text) => -(hashOf(text) % 500) / 100,
  lift: (word) => (hashOf(word) % 900) / 100 - 3,
});

async function judge(question: string, answers: readonly string[]): Promise<Judgement> {
  const judgement = await createJudge({ scorer, calibration }).judge({ question, answers });
  if (!judgement.ok) throw new Error(judgement.error.message);
  return judgement.value;
}

const logOddsOf = ({ verdicts }: Judgement, a: number, b: number): number => {
  const verdict = verdicts.find(({ first, second }) => first === Math.min(a, b) && second === Math.max(a, b));
  return (a < b ? 1 : -1) * (verdict?.logOdds as number);
};

const arbitraryAnswers = fc.array(
  fc.oneof(
    arbitraryHostileText,
    fc.lorem({ maxCount: 6 }),
    fc.constantFrom('', 'Yes.', 'Is it so?', 'It is 42.', '7 of 9'),
  ),
  { minLength: 2, maxLength: 5 },
);

describe('panel judge', () => {
  test('R8: verdicts do not depend on the order of the answers; swapping two negates exactly', async () => {
    await fc.assert(
      fc.asyncProperty(
        arbitraryHostileText,
        arbitraryAnswers.chain((answers) =>
          fc.tuple(fc.constant(answers), fc.shuffledSubarray([...answers.keys()], { minLength: answers.length })),
        ),
        async (question, [answers, order]) => {
          const straight = await judge(question, answers);
          const permuted = await judge(
            question,
            order.map((index) => answers[index] as string),
          );
          for (const [a, from] of order.entries())
            for (const [b, other] of order.entries())
              if (a !== b) expect(logOddsOf(permuted, a, b) + 0).toBe(logOddsOf(straight, from, other) + 0);
        },
      ),
    );
  });

  test('R10, R11: any text gets bounded verdicts on all pairs that add up, and never throws', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryHostileText, arbitraryAnswers, async (question, answers) => {
        const { verdicts, answers: judged } = await judge(question, answers);
        expect(verdicts).toHaveLength((answers.length * (answers.length - 1)) / 2);
        for (const { first, second, logOdds, outcome, contributions } of verdicts) {
          expect(Math.abs(logOdds)).toBeLessThanOrEqual(3 + 1e-9);
          expect(outcome).toBeCloseTo(1 / (1 + Math.exp(-logOdds)), 12);
          expect(contributions.reduce((sum, part) => sum + part.logOdds, 0)).toBe(logOdds);
          const [a, b] = [judged[first]?.screening.genuine, judged[second]?.screening.genuine];
          if (a !== b) expect(logOdds).toBe(a === true ? 3 : -3);
        }
      }),
    );
  });
});
