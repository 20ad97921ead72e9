import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findFragility } from '../../src/ranking/evidence/fragility.ts';
import { rankAnswers } from '../../src/ranking/rank-answers.ts';
import type { Ballots, Vote } from '../../src/ranking/vote.ts';
import { arbitraryBallots } from './ballots.arbitrary.ts';

function fragilityOf(ballots: Ballots) {
  const fragility = findFragility(ballots);
  if (!fragility.ok) throw new Error(fragility.error.message);
  return fragility.value;
}

function winnerWith(ballots: Ballots, flipped: readonly number[]): number {
  const votes = ballots.votes.map((vote, position) =>
    flipped.includes(position) ? { ...vote, outcome: 1 - vote.outcome } : vote,
  );
  const ranking = rankAnswers({ ...ballots, votes });
  if (!ranking.ok) throw new Error(ranking.error.message);
  return ranking.value.order[0]?.answer as number;
}

/** By trying every set of votes. */
function fewestFlips(ballots: Ballots): number | undefined {
  const winner = winnerWith(ballots, []);
  let fewest: number | undefined;
  for (let set = 1; set < 2 ** ballots.votes.length; set++) {
    const flipped = ballots.votes.map((_, position) => position).filter((position) => ((set >> position) & 1) === 1);
    if (flipped.length < (fewest ?? Infinity) && winnerWith(ballots, flipped) !== winner) fewest = flipped.length;
  }
  return fewest;
}

const win = (first: number, second: number, judge = 0): Vote => ({
  judge,
  first,
  second,
  outcome: 1,
  weight: 1,
  ordered: false,
});

describe('findFragility', () => {
  test('R15: of few votes it is the fewest flips that change the winner', () => {
    fc.assert(
      fc.property(arbitraryBallots(4, 6), (ballots) => {
        const { flips, exact, votes, rival } = fragilityOf(ballots);
        expect(exact).toBe(true);
        expect(flips).toBe(fewestFlips(ballots));
        if (flips === undefined) return;
        expect(votes).toHaveLength(flips);
        expect(winnerWith(ballots, votes)).toBe(rival);
      }),
      { numRuns: 60 },
    );
  });

  test('R15: of many votes the flips named do change the winner', () => {
    fc.assert(
      fc.property(arbitraryBallots(7, 60), (ballots) => {
        const { flips, votes, rival } = fragilityOf(ballots);
        if (flips === undefined) return;
        expect(new Set(votes).size).toBe(flips);
        expect(rival).not.toBe(winnerWith(ballots, []));
        expect(winnerWith(ballots, votes)).toBe(rival);
      }),
      { numRuns: 40 },
    );
  });

  test('R15: a lead of three votes falls with two flips', () => {
    const votes = [win(0, 1), win(0, 1, 1), win(0, 1, 2)];
    expect(fragilityOf({ answerCount: 2, judgeCount: 3, votes })).toMatchObject({ flips: 2, exact: true, rival: 1 });
  });

  test('R15: without a rival or a vote nothing can be flipped', () => {
    const none = { flips: undefined, votes: [], rival: undefined };
    expect(fragilityOf({ answerCount: 1, judgeCount: 0, votes: [] })).toMatchObject(none);
    expect(fragilityOf({ answerCount: 3, judgeCount: 1, votes: [] })).toMatchObject(none);
  });

  test('R7: bad ballots are refused', () => {
    const fragility = findFragility({ answerCount: 2, judgeCount: 1, votes: [win(0, 0)] });
    expect(fragility.ok ? 'accepted' : fragility.error.type).toBe('bad-vote');
  });
});
