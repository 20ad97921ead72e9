import {
  type Accumulator,
  type Aggregate,
  type AggregateError,
  type Aggregator,
  type AggregatorContext,
  type AggregatorName,
  type Vote,
  type VoteCells,
  type VoteCounter,
  createVoteCounter,
} from '#ranking';
import type { Result } from '#vocabulary';

/** The votes of a file on their way to an aggregator, and added up for what else is asked of them. */
export interface VoteTally {
  add(vote: Vote): void;
  /** Asked for once, after all votes. */
  finish(itemCount: number, judgeCount: number): Tallied;
}

export interface Tallied {
  readonly aggregate: Result<Aggregate, AggregateError>;
  readonly cells: VoteCells;
}

/** Aggregators to which a vote of weight 3 is not the same as three votes, or their order matters. */
const inTurn: ReadonlySet<AggregatorName> = new Set(['crowd-bt', 'elo', 'fortytwo']);

export function takesVotesInTurn({ name }: Aggregator): boolean {
  return inTurn.has(name);
}

/** An aggregator to which votes are sums gets them added up: one table instead of two while the file is read. */
export function createVoteTally(aggregator: Aggregator, context: AggregatorContext): VoteTally {
  const accumulator = takesVotesInTurn(aggregator) ? aggregator.begin(context) : undefined;
  let counter: VoteCounter | undefined = createVoteCounter();
  return {
    add(vote) {
      counter?.add(vote);
      accumulator?.add(vote);
    },
    finish(itemCount, judgeCount) {
      const cells = (counter ?? createVoteCounter()).cells(itemCount, judgeCount);
      counter = undefined;
      const taker = accumulator ?? aggregator.begin({ ...context, itemCount, judgeCount });
      if (accumulator === undefined) addCells(taker, cells, () => 1);
      return { aggregate: taker.finish(), cells };
    },
  };
}

/** Adds each cell as one vote, its weight times a factor. */
export function addCells(accumulator: Accumulator, cells: VoteCells, factorOf: (cell: number) => number): void {
  for (let cell = 0; cell < cells.judges.length; cell++) {
    const wins = cells.firstWins[cell] as number;
    const weight = wins + (cells.secondWins[cell] as number);
    const factor = weight === 0 ? 0 : factorOf(cell);
    if (factor === 0) continue;
    accumulator.add({
      judge: cells.judges[cell] as number,
      first: cells.firsts[cell] as number,
      second: cells.seconds[cell] as number,
      outcome: wins / weight,
      weight: factor * weight,
      ordered: cells.ordered[cell] === 1,
    });
  }
}
