import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { countBallots } from '../../src/ranking/ballots.ts';
import { reportJudges } from '../../src/ranking/evidence/judge-report.ts';
import type { Ballots, Vote } from '../../src/ranking/vote.ts';
import { arbitraryBallots } from './ballots.arbitrary.ts';

const vote = (judge: number, first: number, second: number, outcome: number, ordered = true): Vote => ({
  judge,
  first,
  second,
  outcome,
  weight: 1,
  ordered,
});

function reports(ballots: Ballots, strengths: readonly number[]) {
  const cells = countBallots(ballots);
  if (!cells.ok) throw new Error(cells.error.message);
  return reportJudges(cells.value, Float64Array.from(strengths));
}

/** Answer 0 is the strongest, 2 the weakest. */
const strengths = [1, 0, -1];

describe('reportJudges', () => {
  test('R16: agreement is the share of decided votes that follow the order', () => {
    const votes = [vote(0, 0, 1, 1), vote(0, 1, 2, 0.9), vote(0, 0, 2, 0), vote(0, 2, 1, 0.5)];
    const [report] = reports({ answerCount: 3, judgeCount: 1, votes }, strengths);
    expect(report?.weight).toBe(4);
    expect(report?.agreement).toBeCloseTo(2 / 3, 12);
    expect(report?.brier).toBeCloseTo((0 + 0.01 + 1 + 0.25) / 4, 12);
  });

  test('R16: swap-consistency compares the same pair in both orders', () => {
    const votes = [vote(0, 0, 1, 1), vote(0, 1, 0, 0), vote(0, 1, 2, 1), vote(0, 2, 1, 1), vote(0, 0, 2, 1)];
    const [report] = reports({ answerCount: 3, judgeCount: 1, votes }, strengths);
    expect(report?.swapConsistency).toBe(0.5);
    expect(report?.firstShare).toBeCloseTo(4 / 5, 12);
  });

  test('R16: a judge that scores has no side to favour', () => {
    const votes = [vote(0, 0, 1, 0.8, false), vote(0, 1, 2, 0.7, false)];
    const [report] = reports({ answerCount: 3, judgeCount: 1, votes }, strengths);
    expect(report?.swapConsistency).toBeUndefined();
    expect(report?.firstShare).toBeUndefined();
    expect(report?.agreement).toBe(1);
  });

  test('R16: outcomes that match the fitted probabilities are calibrated', () => {
    const p = 1 / (1 + Math.exp(-1));
    const [right, sure] = reports(
      { answerCount: 3, judgeCount: 2, votes: [vote(0, 0, 1, p), vote(0, 1, 2, p), vote(1, 0, 1, 1)] },
      strengths,
    );
    expect(right?.calibrationError).toBeCloseTo(0, 12);
    expect(sure?.calibrationError).toBeCloseTo(1 - p, 12);
  });

  test('R16: a judge without votes has no figures', () => {
    const [, silent] = reports({ answerCount: 3, judgeCount: 2, votes: [vote(0, 0, 1, 1)] }, strengths);
    expect(silent).toEqual({
      weight: 0,
      agreement: undefined,
      swapConsistency: undefined,
      firstShare: undefined,
      brier: undefined,
      calibrationError: undefined,
    });
  });

  test('R16: every figure is a share', () => {
    fc.assert(
      fc.property(arbitraryBallots(), (ballots) => {
        const found = reports(
          ballots,
          Array.from({ length: ballots.answerCount }, (_, answer) => answer / 2),
        );
        expect(found).toHaveLength(ballots.judgeCount);
        for (const { weight, ...shares } of found) {
          expect(weight).toBeGreaterThanOrEqual(0);
          for (const share of Object.values(shares)) {
            if (share === undefined) continue;
            expect(share).toBeGreaterThanOrEqual(0);
            expect(share).toBeLessThanOrEqual(1 + 1e-9);
          }
        }
      }),
    );
  });
});
