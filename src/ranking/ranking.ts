import type { JudgeReport } from './evidence/judge-report.ts';

/** One place in a ranking. */
export interface RankedAnswer {
  readonly answer: number;
  /** Strength on the logit scale; the strengths of a round sum to zero. */
  readonly strength: number;
  /** 95 % interval of the strength. */
  readonly low: number;
  readonly high: number;
  /** P(this answer is the best). */
  readonly pBest: number;
  /** Mean of its rank (1 is best) over what the votes leave open. */
  readonly expectedRank: number;
}

/** What the votes say of a judge. */
export interface JudgeEstimate {
  /** 1 for a typical honest judge, 0 for one whose votes say nothing. */
  readonly discrimination: number;
  /** Logits in favour of whatever is shown first. */
  readonly positionBias: number;
  /** Logits for one standard deviation more of the style property. */
  readonly styleBias: number;
}

export interface Ranking {
  /** Best first. Ties (difference < 1e-9) stand in ascending answer index. */
  readonly order: readonly RankedAnswer[];
  /** By judge index. */
  readonly judges: readonly (JudgeEstimate & JudgeReport)[];
  readonly iterations: number;
  /** False when the iteration limit ended the fit; the figures then are the best found. */
  readonly converged: boolean;
}

/** Strengths closer than this count as equal: far above rounding, far below anything a person could care about. */
export const TIE_TOLERANCE = 1e-9;

/** Indices by descending strength; a run in which each neighbour is closer than the tolerance stands in ascending index. */
export function orderByStrength(strengths: Float64Array): number[] {
  const strengthOf = (answer: number): number => strengths[answer] as number;
  const sorted = Array.from(strengths.keys()).sort((a, b) => strengthOf(b) - strengthOf(a) || a - b);
  const order: number[] = [];
  let run: number[] = [];
  for (const answer of sorted) {
    const previous = run.at(-1);
    if (previous !== undefined && strengthOf(previous) - strengthOf(answer) >= TIE_TOLERANCE) {
      order.push(...run.sort((a, b) => a - b));
      run = [];
    }
    run.push(answer);
  }
  return [...order, ...run.sort((a, b) => a - b)];
}
