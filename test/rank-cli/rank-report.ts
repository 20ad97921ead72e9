import { type Aggregate, type Aggregator, type AggregatorName, type VoteCells, reportJudges } from '#ranking';
import { NORMAL_95 } from '../../src/ranking/numerics/normal.ts';
import { orderByStrength } from '../../src/ranking/ranking.ts';
import type { BootstrapResult } from './bootstrap.ts';
import { explainOpenStrengths } from './comparison-chain.ts';

/** What `--json` prints. Figures that do not exist are null. */
export interface RankReport {
  readonly method: AggregatorName;
  /** What a strength is. */
  readonly unit: string;
  readonly votes: number;
  /** Malformed records left out (`--skip-malformed`). */
  readonly skipped: number;
  /** False when an iteration limit ended the fit, as where no finite maximum exists. */
  readonly converged: boolean;
  readonly iterations: number;
  /** Why the votes alone leave strengths open: an undefeated item, groups never compared. */
  readonly open: string | null;
  /** Where `low`, `high` and `pBest` come from. */
  readonly intervals: 'method' | 'bootstrap' | 'none';
  readonly bootstrap: BootstrapFacts | null;
  readonly itemCount: number;
  /** Best first; the first `--top` of them. */
  readonly items: readonly RankedItem[];
  /** Most votes first. */
  readonly judges: readonly RankedJudge[];
}

export interface BootstrapFacts {
  readonly replicates: number;
  readonly failed: number;
  readonly resampled: 'judges' | 'votes';
  readonly seed: string;
}

export interface RankedItem {
  readonly name: string;
  readonly strength: number;
  /** 95 % interval. */
  readonly low: number | null;
  readonly high: number | null;
  readonly pBest: number | null;
  readonly bootLow?: number | null;
  readonly bootHigh?: number | null;
}

export interface RankedJudge {
  readonly name: string;
  readonly votes: number;
  /** What the method learned of it, where the method learns any. */
  readonly discrimination: number | null;
  readonly positionBias: number | null;
  /** How its votes compare with the order that all gave; see `JudgeReport`. */
  readonly agreement: number | null;
  readonly swapConsistency: number | null;
  readonly firstShare: number | null;
  readonly brier: number | null;
  /** Only where strengths are logits, so that they give probabilities. */
  readonly calibrationError: number | null;
}

type Uncertainty = NonNullable<Aggregate['uncertainty']>;

export interface Ranked {
  readonly aggregator: Aggregator;
  readonly aggregate: Aggregate;
  readonly cells: VoteCells;
  readonly itemNames: readonly string[];
  readonly judgeNames: readonly string[];
  readonly votesOfJudge: readonly number[];
  readonly skipped: number;
  readonly seed: string;
  readonly bootstrap: BootstrapResult | undefined;
  readonly top?: number | undefined;
}

export function reportRanking(ranked: Ranked): RankReport {
  const { aggregator, aggregate, bootstrap } = ranked;
  // Worked out anew whenever it is read.
  const { uncertainty } = aggregate;
  const order = orderByStrength(aggregate.strengths);
  return {
    method: aggregator.name,
    unit: aggregator.unit,
    votes: ranked.cells.voteCount,
    skipped: ranked.skipped,
    converged: aggregate.converged,
    iterations: aggregate.iterations,
    open: explainOpenStrengths(ranked.cells, ranked.itemNames) ?? null,
    intervals: uncertainty === undefined ? (bootstrap === undefined ? 'none' : 'bootstrap') : 'method',
    bootstrap: bootstrap === undefined ? null : bootstrapFacts(bootstrap, ranked.seed),
    itemCount: order.length,
    items: order.slice(0, ranked.top).map((item) => ({
      name: ranked.itemNames[item] as string,
      ...itemFigures(item, aggregate.strengths[item] as number, uncertainty, bootstrap),
    })),
    judges: rankedJudges(ranked),
  };
}

function bootstrapFacts({ replicates, failed, resampled }: BootstrapResult, seed: string): BootstrapFacts {
  return { replicates, failed, resampled, seed };
}

function itemFigures(
  item: number,
  strength: number,
  own: Uncertainty | undefined,
  bootstrap: BootstrapResult | undefined,
): Omit<RankedItem, 'name'> {
  const boot =
    bootstrap === undefined
      ? undefined
      : { bootLow: finite(bootstrap.low[item]), bootHigh: finite(bootstrap.high[item]) };
  if (own === undefined) {
    const [low, high] = [boot?.bootLow ?? null, boot?.bootHigh ?? null];
    return { strength, low, high, pBest: finite(bootstrap?.pBest[item]), ...boot };
  }
  const reach = NORMAL_95 * (own.deviations[item] as number);
  const [low, high] = [finite(strength - reach), finite(strength + reach)];
  return { strength, low, high, pBest: finite(own.pBest[item]), ...boot };
}

function rankedJudges({ aggregator, aggregate, cells, judgeNames, votesOfJudge }: Ranked): RankedJudge[] {
  const isLogits = aggregator.unit === 'logits';
  return reportJudges(cells, aggregate.strengths)
    .map((report, judge) => ({
      name: judgeNames[judge] as string,
      votes: votesOfJudge[judge] ?? 0,
      discrimination: finite(aggregate.judges?.[judge]?.discrimination),
      positionBias: finite(aggregate.judges?.[judge]?.positionBias),
      agreement: finite(report.agreement),
      swapConsistency: finite(report.swapConsistency),
      firstShare: finite(report.firstShare),
      brier: finite(report.brier),
      calibrationError: isLogits ? finite(report.calibrationError) : null,
    }))
    .filter(({ votes }) => votes > 0)
    .sort((x, y) => y.votes - x.votes);
}

function finite(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}
