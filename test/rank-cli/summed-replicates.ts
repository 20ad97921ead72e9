import { type Accumulator, type Vote, type VoteCells, type VoteCounter, createVoteCounter } from '#ranking';
import { createSeededRandom } from '#vocabulary';
import type { BootstrapSettings, Replicates } from './bootstrap.ts';
import { createKeyDraw, randomPoisson } from './poisson-draw.ts';
import { addCells } from './vote-tally.ts';

/**
 * For aggregators to which votes are sums: replicates are drawn from the sums after the pass, one at a time, so that
 * neither time nor memory grows with votes times replicates.
 */
export function createSummedReplicates({ aggregator, context, replicates, seed }: BootstrapSettings): Replicates {
  const judgeDraw = createKeyDraw(`${seed}/judges`, replicates);
  let kinds: VoteKinds | undefined = createVoteKinds();
  let sums: KindSums | undefined;
  return {
    add(vote, mayDrawVotes) {
      if (mayDrawVotes) kinds?.add(vote);
      else kinds = undefined;
    },
    draw(replicate, resampled, cells) {
      const { itemCount, judgeCount } = cells;
      const accumulator = aggregator.begin({ ...context, itemCount, judgeCount });
      if (resampled === 'judges') {
        addCells(accumulator, cells, (cell) => judgeDraw(replicate, cells.judges[cell] as number));
      } else {
        sums ??= kinds?.sums();
        if (sums !== undefined) addDrawnKinds(accumulator, sums, `${seed}/votes/${replicate}`);
      }
      return accumulator;
    },
  };
}

/** Classes of outcomes: eight to each side of a tie, and the tie. */
const CLASSES = 17;

/** Votes of a judge on a pair by class of outcome, added up. */
interface VoteKinds {
  add(vote: Vote): void;
  sums(): KindSums;
}

interface KindSums {
  /** `judges` holds judge x CLASSES + class. */
  readonly kinds: VoteCells;
  /** Sum of squared weights of each kind. */
  readonly squares: Float64Array;
}

function createVoteKinds(): VoteKinds {
  const weights: VoteCounter = createVoteCounter();
  const squares: VoteCounter = createVoteCounter();
  return {
    add(vote) {
      const judge = vote.judge * CLASSES + classOf(vote.outcome);
      weights.add({ ...vote, judge });
      squares.add({ ...vote, judge, weight: vote.weight * vote.weight });
    },
    sums() {
      const { firstWins, secondWins } = squares.cells();
      return { kinds: weights.cells(), squares: firstWins.map((wins, kind) => wins + (secondWins[kind] as number)) };
    },
  };
}

function classOf(outcome: number): number {
  const middle = (CLASSES - 1) / 2;
  return middle + Math.sign(outcome - 0.5) * Math.ceil(Math.abs(outcome - 0.5) * 2 * middle);
}

/**
 * n votes of the same weight, each drawn Poisson(1) times, are together drawn Poisson(n) times. For unequal weights n is the
 * number of equal ones of the same sum and the same sum of squares, so that the draw has the same mean and variance.
 */
function addDrawnKinds(accumulator: Accumulator, { kinds, squares }: KindSums, seed: string): void {
  const random = createSeededRandom(seed);
  addCells(accumulator, { ...kinds, judges: kinds.judges.map((judge) => Math.floor(judge / CLASSES)) }, (kind) => {
    const weight = (kinds.firstWins[kind] as number) + (kinds.secondWins[kind] as number);
    if (weight === 0) return 0;
    const count = (weight * weight) / (squares[kind] as number);
    return randomPoisson(random, count) / count;
  });
}
