import { type Result, ok } from '#vocabulary';
import { countBallots } from './ballots.ts';
import type { RankingError } from './errors.ts';
import { type JudgeReport, reportJudges } from './evidence/judge-report.ts';
import { fitJudgeAware } from './fit/judge-aware.ts';
import { createJudgeModel, judgeEstimates } from './fit/judge-model.ts';
import { type Posterior, posteriorOf, rankPosterior } from './fit/posterior.ts';
import { JUDGE_PRIORS, NEUTRAL_STANDING, standingToDiscrimination } from './fit/priors.ts';
import { wideningOf } from './fit/widening.ts';
import type { JudgeEstimate, Ranking } from './ranking.ts';
import type { VoteCells } from './vote-cells.ts';
import type { Ballots } from './vote.ts';

/**
 * Ranks answers by soft votes, learning at once how much each judge's votes say. Equal votes give equal bytes on every
 * peer and engine, in whatever order they come. Without votes the result is the prior: all strengths 0, in ascending index.
 */
export function rankAnswers(ballots: Ballots): Result<Ranking, RankingError> {
  const cells = countBallots(ballots);
  return cells.ok ? ok(rankCells(cells.value, ballots)) : cells;
}

/** The same from votes that are counted already. */
export function rankCells(cells: VoteCells, facts: Pick<Ballots, 'judgeStanding' | 'style'>): Ranking {
  const { posterior, judges, ...rest } = fitCells(cells, facts);
  const reports = reportJudges(cells, posterior.strengths);
  return {
    ...rest,
    order: rankPosterior(posterior),
    judges: judges.map((estimate, judge) => ({ ...estimate, ...(reports[judge] as JudgeReport) })),
  };
}

/** A fit before anything is made of it. */
export interface CellsFit extends Pick<Ranking, 'iterations' | 'converged'> {
  readonly posterior: Posterior;
  readonly judges: readonly JudgeEstimate[];
}

/** What the votes say of the strengths, for planning further comparisons. */
export function fitCells(
  cells: VoteCells,
  { judgeStanding = [], style = [] }: Pick<Ballots, 'judgeStanding' | 'style'>,
): CellsFit {
  const priorMeanOf = (judge: number): number => standingToDiscrimination(judgeStanding[judge] ?? NEUTRAL_STANDING);
  const model = createJudgeModel(cells, JUDGE_PRIORS, priorMeanOf, style);
  const { point, factor, iterations, converged } = fitJudgeAware(model);
  return {
    posterior: posteriorOf(point.strengths, factor, JUDGE_PRIORS.strengthDeviation, wideningOf(cells)),
    judges: judgeEstimates(point, cells.judgeCount),
    iterations,
    converged,
  };
}
