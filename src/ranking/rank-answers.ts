import { type Result, ok } from '#vocabulary';
import { countBallots } from './ballots.ts';
import type { RankingError } from './errors.ts';
import { type JudgeReport, reportJudges } from './evidence/judge-report.ts';
import { fitCells } from './fit/fit-cells.ts';
import { rankPosterior } from './fit/posterior.ts';
import type { Ranking } from './ranking.ts';
import type { Ballots } from './vote.ts';

/**
 * Ranks answers by soft votes, learning at once how much each judge's votes say. Equal votes give equal bytes on every
 * peer and engine, in whatever order they come. Without votes the result is the prior: all strengths 0, in ascending index.
 */
export function rankAnswers(ballots: Ballots): Result<Ranking, RankingError> {
  const cells = countBallots(ballots);
  if (!cells.ok) return cells;
  const { strengths, judges, posterior, iterations, converged } = fitCells(cells.value, ballots);
  const reports = reportJudges(cells.value, strengths);
  return ok({
    order: rankPosterior(posterior()),
    judges: judges.map((estimate, judge) => ({ ...estimate, ...(reports[judge] as JudgeReport) })),
    iterations,
    converged,
  });
}
