import { exp, log } from '../numerics/elementary.ts';
import { pairIndex } from './plan-cost.ts';
import type { StrengthDraws } from './strength-draws.ts';

/** A vote as improbable as this adds nothing to an entropy, and its logarithm may be out of range. */
const SMALLEST = 1e-15;

/**
 * What a judge's vote on each pair is expected to say about which answer is the best, in nats, by `pairIndex`: the mutual
 * information I(vote; best) = h(P(vote)) - sum over k of P(best = k) h(P(vote | best = k)), the vote being
 * logistic(discrimination (s_a - s_b)). The draws are grouped by their best answer; nothing is fitted anew. At least 0 and at
 * most log 2; 0 where the vote is foreseen or the best answer known.
 */
export function voteInformation(draws: StrengthDraws, discrimination: number): Float64Array {
  const { answerCount } = draws;
  const drawCount = draws.values.length / answerCount;
  const { order, ends } = groupByBest(draws);
  const odds = oddsOf(draws, order, discrimination);
  const information = new Float64Array(pairIndex(answerCount, 0));
  for (let b = 1; b < answerCount; b++)
    for (let a = 0; a < b; a++) {
      let [position, total, foreseen] = [0, 0, 0];
      for (const end of ends) {
        const size = end - position;
        let sum = 0;
        for (; position < end; position++) {
          const forA = odds[a * drawCount + position] as number;
          sum += forA / (forA + (odds[b * drawCount + position] as number));
        }
        total += sum;
        foreseen += (size / drawCount) * entropy(sum / size);
      }
      information[pairIndex(a, b)] = Math.max(0, entropy(total / drawCount) - foreseen);
    }
  return information;
}

/** Draws sorted by their best answer, and where each best answer's run of them ends. */
function groupByBest({ answerCount, values }: StrengthDraws): { order: number[]; ends: number[] } {
  const runs = Array.from({ length: answerCount }, (): number[] => []);
  for (let draw = 0; draw < values.length / answerCount; draw++) {
    let best = 0;
    for (let answer = 1; answer < answerCount; answer++)
      if ((values[draw * answerCount + answer] as number) > (values[draw * answerCount + best] as number))
        best = answer;
    (runs[best] as number[]).push(draw);
  }
  let end = 0;
  const ends = runs.filter((run) => run.length > 0).map((run) => (end += run.length));
  return { order: runs.flat(), ends };
}

/** e^(discrimination x strength) of every answer in every draw, relative to the draw's first: odds of a pair are ratios. */
function oddsOf(
  { answerCount, values }: StrengthDraws,
  order: readonly number[],
  discrimination: number,
): Float64Array {
  const odds = new Float64Array(values.length);
  for (const [position, draw] of order.entries())
    for (let answer = 0; answer < answerCount; answer++) {
      const gap = (values[draw * answerCount + answer] as number) - (values[draw * answerCount] as number);
      odds[answer * order.length + position] = exp(discrimination * gap);
    }
  return odds;
}

/** Of a vote that falls on one side with this probability, in nats. */
function entropy(probability: number): number {
  if (probability <= SMALLEST || probability >= 1 - SMALLEST) return 0;
  return -probability * log(probability) - (1 - probability) * log(1 - probability);
}
