import type { Accumulator, Vote } from '#ranking';
import type { BootstrapSettings, Replicates } from './bootstrap.ts';
import { type KeyDraw, createKeyDraw } from './poisson-draw.ts';

/** For aggregators that take votes in turn: all replicates are fed at once, in step with the file. */
export function createStreamedReplicates({ aggregator, context, replicates, seed }: BootstrapSettings): Replicates {
  const begin = (): Accumulator[] => Array.from({ length: replicates }, () => aggregator.begin(context));
  const byJudge = begin();
  let byVote = begin();
  const judgeDraw = createKeyDraw(`${seed}/judges`, replicates);
  const voteDraw = createKeyDraw(`${seed}/votes`, replicates);
  let ordinal = 0;

  return {
    add(vote, mayDrawVotes) {
      if (!mayDrawVotes) byVote = [];
      addTo(byVote, voteDraw, ordinal++, vote);
      addTo(byJudge, judgeDraw, vote.judge, vote);
    },
    draw(replicate, resampled, { itemCount }) {
      const accumulator = (resampled === 'votes' ? byVote : byJudge)[replicate] as Accumulator;
      // A vote without weight names the last item: the replicate may have drawn none of its votes.
      if (itemCount > 1) {
        accumulator.add({ judge: 0, first: itemCount - 1, second: 0, outcome: 0.5, weight: 0, ordered: false });
      }
      return accumulator;
    },
  };
}

/** Repeated rather than weighted: an aggregator that takes votes in turn learns from each. */
function addTo(accumulators: readonly Accumulator[], draw: KeyDraw, key: number, vote: Vote): void {
  for (const [replicate, accumulator] of accumulators.entries()) {
    for (let times = draw(replicate, key); times > 0; times--) accumulator.add(vote);
  }
}
