import { err, failure, ok } from '#vocabulary';
import { type VoteCells, createVoteCounter } from '../vote-cells.ts';
import type { Aggregator } from './aggregator.ts';
import { noItems } from './no-items.ts';

/** Both as published: the client stops when no strength moves by more, or after so many iterations. */
const MOST_ITERATIONS = 1_000;
const LEAST_CHANGE = 1e-6;

/**
 * The pairs that the published Fortytwo client (Fortytwo-Network/fortytwo-app-client, `src/judging.ts`) compares among n answers in the
 * order of their indices: each with the next, and each of the first half with the one n/2 further. Every judge of a round
 * has the same. 9 of 21 pairs at n = 7; at n = 3 the first and the last never meet.
 */
export function fortytwoPairs(itemCount: number): [first: number, second: number][] {
  const half = Math.floor(itemCount / 2);
  const adjacent = Array.from({ length: Math.max(0, itemCount - 1) }, (_, item): [number, number] => [item, item + 1]);
  // With half = 1 the far pair is the adjacent one again.
  const far = half < 2 ? [] : Array.from({ length: half }, (_, item): [number, number] => [item, item + half]);
  return [...adjacent, ...far];
}

/**
 * The published Fortytwo client's rule, on all votes of a round together (how its server joins the judges' rankings is not
 * published): only votes on its pairs count, each as a whole win, or half of one to each where the outcome is 0.5;
 * weights do not, but a vote of weight 0 was not cast. Strengths are Bradley-Terry's pi by maximum likelihood without a prior
 * (MM with updates in place, Hunter 2004), scaled after each iteration to mean 1: an undefeated answer takes all, a winless
 * one 0, and `converged` is false where no finite maximum exists or the iterations ran out. An answer without votes
 * counts as 1 in every iteration. Depends on the answers' indices by design.
 * Errors: `no-usable-votes` when no vote is on these pairs.
 */
export const fortytwo: Aggregator = {
  name: 'fortytwo',
  unit: 'Bradley-Terry strength, mean 1',
  begin: ({ itemCount = 0 }) => {
    const counter = createVoteCounter();
    return {
      add(vote) {
        const outcome = vote.outcome > 0.5 ? 1 : vote.outcome < 0.5 ? 0 : 0.5;
        counter.add({ ...vote, judge: 0, ordered: false, outcome, weight: vote.weight > 0 ? 1 : 0 });
      },
      finish() {
        const cells = counter.cells(itemCount);
        if (cells.itemCount === 0) return err(noItems);
        const meetings = meetingsOf(cells);
        if (meetings.every((opponents) => opponents.length === 0))
          return err(
            failure(
              'no-usable-votes',
              'No vote compares neighbours or answers half the list apart.',
              'Use map instead.',
            ),
          );
        const { strengths, iterations, settled } = maximise(meetings);
        return ok({ strengths, iterations, converged: settled && hasFiniteMaximum(meetings) });
      },
    };
  },
};

/** How one answer fared against another. */
interface Meeting {
  readonly opponent: number;
  readonly wins: number;
  readonly losses: number;
}

/** Meetings of each answer on the client's pairs. */
function meetingsOf(cells: VoteCells): Meeting[][] {
  const meetings = Array.from({ length: cells.itemCount }, (): Meeting[] => []);
  const pairs = new Set(fortytwoPairs(cells.itemCount).map(([first, second]) => first * cells.itemCount + second));
  for (const [cell, first] of cells.firsts.entries()) {
    const second = cells.seconds[cell] as number;
    const wins = cells.firstWins[cell] as number;
    const losses = cells.secondWins[cell] as number;
    if (wins + losses === 0 || !pairs.has(first * cells.itemCount + second)) continue;
    meetings[first]?.push({ opponent: second, wins, losses });
    meetings[second]?.push({ opponent: first, wins: losses, losses: wins });
  }
  return meetings;
}

function maximise(meetings: readonly Meeting[][]): { strengths: Float64Array; iterations: number; settled: boolean } {
  const count = meetings.length;
  let strengths = new Float64Array(count).fill(1);
  for (let iterations = 1; iterations <= MOST_ITERATIONS; iterations++) {
    const before = strengths.slice();
    for (const [item, opponents] of meetings.entries()) {
      let won = 0;
      let expectedPerStrength = 0;
      for (const { opponent, wins, losses } of opponents) {
        won += wins;
        // Infinite between two winless answers, which leaves them at 0.
        expectedPerStrength += (wins + losses) / ((strengths[item] as number) + (strengths[opponent] as number));
      }
      strengths[item] = expectedPerStrength > 0 ? won / expectedPerStrength : 1;
    }
    const scale = count / strengths.reduce((sum, strength) => sum + strength, 0);
    strengths = strengths.map((strength) => strength * scale);
    const change = strengths.reduce((most, s, item) => Math.max(most, Math.abs(s - (before[item] as number))), 0);
    if (change < LEAST_CHANGE) return { strengths, iterations, settled: true };
  }
  return { strengths, iterations: MOST_ITERATIONS, settled: false };
}

/** Ford (1957): a finite maximum exists where, among all that met directly or not, each has beaten each in a chain of wins. */
function hasFiniteMaximum(meetings: readonly Meeting[][]): boolean {
  const reach = (from: number, follows: (meeting: Meeting) => boolean): Set<number> => {
    const reached = new Set([from]);
    // A set visits what is added to it while it is walked.
    for (const item of reached)
      for (const meeting of meetings[item] as Meeting[]) if (follows(meeting)) reached.add(meeting.opponent);
    return reached;
  };
  const seen = new Set<number>();
  for (const item of meetings.keys()) {
    if (seen.has(item)) continue;
    const met = reach(item, () => true);
    if (reach(item, ({ wins }) => wins > 0).size < met.size) return false;
    if (reach(item, ({ losses }) => losses > 0).size < met.size) return false;
    for (const member of met) seen.add(member);
  }
  return true;
}
