import { type Result, ok } from '#vocabulary';
import { countBallots } from '../ballots.ts';
import type { RankingError } from '../errors.ts';
import { type CellsFit, fitCells } from '../fit/fit-cells.ts';
import { type Posterior, chanceToBeat } from '../fit/posterior.ts';
import { orderByStrength } from '../ranking.ts';
import type { Ballots } from '../vote.ts';

/** The fewest votes that, turned into their opposite, make another answer the winner. */
export interface Fragility {
  /** How many; undefined where none were found. */
  readonly flips: number | undefined;
  /** True when every smaller set was tried; false when `flips` is only as few as was found. */
  readonly exact: boolean;
  /** Positions of these votes in the ballots. */
  readonly votes: readonly number[];
  /** The answer that would win instead. */
  readonly rival: number | undefined;
}

/** Answers most likely to overtake the winner that are tried. */
const RIVALS = 3;
/** Votes read in all refits that try every combination of fewer votes: a tenth of a second or two, whatever the round's size. */
const EXHAUSTIVE_VOTES = 20_000;

/**
 * For each of the likeliest rivals the votes are sorted by how far their flip moves it towards the winner (first order:
 * the fit's covariance times the change of the gradient), and the shortest run of them that changes the winner of a
 * refit is kept. Smaller sets are then tried one by one where they are few.
 */
export function findFragility(ballots: Ballots): Result<Fragility, RankingError> {
  const counted = countBallots(ballots);
  if (!counted.ok) return counted;
  const fit = fitCells(counted.value, ballots);
  const posterior = fit.posterior();
  const order = orderByStrength(fit.strengths);
  const winner = order[0] as number;
  const winnerWith = (flipped: readonly number[]): number => winnerOf(flip(ballots, flipped));

  const rivals = order
    .slice(1)
    .toSorted((a, b) => chanceToBeat(posterior, b, winner) - chanceToBeat(posterior, a, winner) || a - b)
    .slice(0, RIVALS);
  let best: readonly number[] | undefined;
  for (const rival of rivals) {
    const run = shortestRun(
      votesTowards(ballots, fit.judges, posterior, winner, rival),
      (votes) => winnerWith(votes) !== winner,
    );
    if (run !== undefined && (best === undefined || run.length < best.length)) best = run;
  }
  const bound = best?.length ?? ballots.votes.length + 1;
  const smaller = findSmaller(ballots.votes.length, bound, (votes) => winnerWith(votes) !== winner);
  const votes = smaller.votes ?? best;
  return ok(
    votes === undefined
      ? { flips: undefined, exact: smaller.exhaustive, votes: [], rival: undefined }
      : { flips: votes.length, exact: smaller.exhaustive, votes, rival: winnerWith(votes) },
  );
}

function flip(ballots: Ballots, flipped: readonly number[]): Ballots {
  const chosen = new Set(flipped);
  const votes = ballots.votes.map((vote, position) =>
    chosen.has(position) ? { ...vote, outcome: 1 - vote.outcome } : vote,
  );
  return { ...ballots, votes };
}

function winnerOf(ballots: Ballots): number {
  const counted = countBallots(ballots);
  if (!counted.ok) throw new Error(`Flipping a valid vote made it invalid: ${counted.error.message}`);
  return orderByStrength(fitCells(counted.value, ballots).strengths)[0] as number;
}

/** Votes whose flip helps the rival against the winner, the most helpful first. */
function votesTowards(
  ballots: Ballots,
  judges: CellsFit['judges'],
  { covariance: { size, entries } }: Posterior,
  winner: number,
  rival: number,
): number[] {
  const pull = (answer: number): number =>
    (entries[rival * size + answer] as number) - (entries[winner * size + answer] as number);
  const gains = ballots.votes.map(({ judge, first, second, outcome, weight }) => {
    const change = weight * (1 - 2 * outcome) * (judges[judge]?.discrimination ?? 1);
    return change * (pull(first) - pull(second));
  });
  return [...gains.keys()]
    .filter((position) => (gains[position] as number) > 0)
    .toSorted((a, b) => (gains[b] as number) - (gains[a] as number) || a - b);
}

/** The shortest beginning of a list that changes the winner, by bisection: longer beginnings change it, too. */
function shortestRun(votes: readonly number[], changes: (votes: readonly number[]) => boolean): number[] | undefined {
  if (votes.length === 0 || !changes(votes)) return undefined;
  let [fails, works] = [0, votes.length];
  while (works - fails > 1) {
    const middle = (fails + works) >> 1;
    if (changes(votes.slice(0, middle))) works = middle;
    else fails = middle;
  }
  return votes.slice(0, works);
}

/** The first combination of fewer than `bound` votes that changes the winner, sizes ascending, while refits last. */
function findSmaller(
  voteCount: number,
  bound: number,
  changes: (votes: readonly number[]) => boolean,
): { readonly votes: readonly number[] | undefined; readonly exhaustive: boolean } {
  let refits = 0;
  for (let size = 1; size < bound; size++)
    for (const votes of combinations(voteCount, size)) {
      if (refits++ * voteCount >= EXHAUSTIVE_VOTES) return { votes: undefined, exhaustive: false };
      if (changes(votes)) return { votes, exhaustive: true };
    }
  return { votes: undefined, exhaustive: true };
}

function* combinations(count: number, size: number, from = 0): Generator<number[]> {
  if (size === 0) {
    yield [];
    return;
  }
  for (let first = from; first <= count - size; first++)
    for (const rest of combinations(count, size - 1, first + 1)) yield [first, ...rest];
}
