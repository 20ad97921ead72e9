import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createVoteCounter } from '../../src/ranking/vote-cells.ts';
import { arbitraryBallots } from './ballots.arbitrary.ts';

describe('vote counter', () => {
  test('R3: cells hold the weighted outcomes of each judge, pair and order, ascending', () => {
    fc.assert(
      fc.property(arbitraryBallots(7, 200), ({ answerCount, judgeCount, votes }) => {
        const counter = createVoteCounter();
        const expected = new Map<string, [number, number]>();
        for (const vote of votes) {
          counter.add(vote);
          const turned = !vote.ordered && vote.first > vote.second;
          const [first, second] = turned ? [vote.second, vote.first] : [vote.first, vote.second];
          const key = [vote.judge, first, second, Number(vote.ordered)].join(' ');
          const [wins, losses] = expected.get(key) ?? [0, 0];
          const outcome = turned ? 1 - vote.outcome : vote.outcome;
          expected.set(key, [wins + vote.weight * outcome, losses + vote.weight * (1 - outcome)]);
        }
        const cells = counter.cells(answerCount, judgeCount);
        expect(cells).toMatchObject({ itemCount: answerCount, judgeCount, voteCount: votes.length });
        const keys = [...cells.judges.keys()].map((cell) =>
          [cells.judges[cell], cells.firsts[cell], cells.seconds[cell], cells.ordered[cell]].join(' '),
        );
        expect(new Set(keys)).toEqual(new Set(expected.keys()));
        const numbers = keys.map((key) => key.split(' ').reduce((sum, part) => sum * 10 + Number(part), 0));
        expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
        for (const [cell, key] of keys.entries()) {
          expect(cells.firstWins[cell]).toBeCloseTo(expected.get(key)?.[0] as number, 9);
          expect(cells.secondWins[cell]).toBeCloseTo(expected.get(key)?.[1] as number, 9);
        }
      }),
    );
  });

  test('R2: nobody named, nobody counted', () => {
    expect(createVoteCounter().cells()).toMatchObject({ itemCount: 0, judgeCount: 0, voteCount: 0 });
  });
});
