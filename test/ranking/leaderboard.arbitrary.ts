import fc from 'fast-check';
import { type LeaderboardStatistics, countPairs } from '../../src/ranking/leaderboard/pair-statistics.ts';
import { createVoteCounter } from '../../src/ranking/vote-cells.ts';
import type { Vote } from '../../src/ranking/vote.ts';
import { vote } from '../contracts/aggregator.ts';

/** Votes by which everybody has a win over everybody, through others: a circle of wins, and any more. */
export function connectedVotes(mostItems = 9, mostVotes = 40): fc.Arbitrary<{ itemCount: number; votes: Vote[] }> {
  return fc.integer({ min: 2, max: mostItems }).chain((itemCount) => {
    const circle = [...Array(itemCount).keys()].map((item) => vote(item, (item + 1) % itemCount));
    return fc
      .array(arbitraryVote(itemCount), { maxLength: mostVotes })
      .map((votes) => ({ itemCount, votes: [...circle, ...votes] }));
  });
}

export function arbitraryVote(itemCount: number, judgeCount = 3): fc.Arbitrary<Vote> {
  return fc
    .record({
      judge: fc.nat(judgeCount - 1),
      first: fc.nat(itemCount - 1),
      distance: fc.integer({ min: 1, max: itemCount - 1 }),
      outcome: fc.oneof(fc.constantFrom(0, 0.5, 1), fc.double({ min: 0, max: 1, noNaN: true })),
      weight: fc.oneof(fc.constant(0), fc.double({ min: 1e-3, max: 3, noNaN: true })),
    })
    .map(({ first, distance, ...rest }) => vote(first, (first + distance) % itemCount, rest));
}

export function statisticsOf(votes: readonly Vote[], itemCount = 0, judgeCount = 0): LeaderboardStatistics {
  const counter = createVoteCounter();
  for (const cast of votes) counter.add(cast);
  return countPairs(counter.cells(itemCount, judgeCount));
}
