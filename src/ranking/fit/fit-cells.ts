import type { JudgeEstimate, Ranking } from '../ranking.ts';
import type { VoteCells } from '../vote-cells.ts';
import type { Ballots } from '../vote.ts';
import { fitJudgeAware } from './judge-aware.ts';
import { createJudgeModel, judgeEstimates } from './judge-model.ts';
import { type Posterior, posteriorOf } from './posterior.ts';
import { JUDGE_PRIORS, priorDiscrimination } from './priors.ts';
import { wideningOf } from './widening.ts';

/** A judge-aware fit before anything is made of it. */
export interface CellsFit extends Pick<Ranking, 'iterations' | 'converged'> {
  /** Mode, sum zero. */
  readonly strengths: Float64Array;
  readonly judges: readonly JudgeEstimate[];
  /** What the votes leave open. It takes n solutions of a system of n, which who wants only the mode is spared. */
  posterior(): Posterior;
}

export function fitCells(
  cells: VoteCells,
  { judgeStanding = [], style = [] }: Pick<Ballots, 'judgeStanding' | 'style'>,
): CellsFit {
  const model = createJudgeModel(cells, JUDGE_PRIORS, (judge) => priorDiscrimination(judgeStanding, judge), style);
  const { point, factor, iterations, converged } = fitJudgeAware(model);
  return {
    strengths: point.strengths,
    judges: judgeEstimates(point, cells.judgeCount),
    posterior: () => posteriorOf(point.strengths, factor, JUDGE_PRIORS.strengthDeviation, wideningOf(cells)),
    iterations,
    converged,
  };
}
