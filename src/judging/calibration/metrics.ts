/** How well probabilities of "a is better than b" fit what is known. */
export interface Proportion {
  readonly share: number;
  readonly count: number;
  /** 95 % interval (Wilson 1927), in [0, 1]. */
  readonly low: number;
  readonly high: number;
}

/** One pair whose better answer is known, and what a judge said of it. */
export interface JudgedPair {
  /** Pairs of one question are no independent trials: they share one vote in every figure. */
  readonly question: string;
  /** Log-odds that the better answer is better. */
  readonly logOdds: number;
}

export interface PairFigures {
  /** Of questions; a tie counts half. */
  readonly accuracy: Proportion;
  readonly pairs: number;
  /** Mean squared error of the probability of the better answer, in [0, 1] (Brier 1950). */
  readonly brier: number;
  /** Expected calibration error of the favoured answer's probability, in [0, 1] (Naeini et al. 2015, equation 2). */
  readonly ece: number;
}

/** Equal-width bins of the favoured answer's probability over [0.5, 1]. */
const CONFIDENCE_BINS = 10;

/** Figures of a set of pairs, every question weighing the same. Undefined without pairs. */
export function figuresOf(pairs: readonly JudgedPair[]): PairFigures | undefined {
  if (pairs.length === 0) return undefined;
  const perQuestion = Map.groupBy(pairs, ({ question }) => question);
  const weighed = pairs.map(({ question, logOdds }) => ({
    logOdds,
    weight: 1 / (perQuestion.size * (perQuestion.get(question)?.length as number)),
  }));
  const mean = (valueOf: (logOdds: number) => number): number =>
    weighed.reduce((sum, { logOdds, weight }) => sum + weight * valueOf(logOdds), 0);
  return {
    accuracy: proportion(mean(hit), perQuestion.size),
    pairs: pairs.length,
    brier: mean((logOdds) => (1 - sigmoid(logOdds)) ** 2),
    ece: calibrationError(weighed),
  };
}

/** 95 % interval of a proportion (Wilson 1927). `count` may be 0: then nothing is known. */
export function proportion(share: number, count: number): Proportion {
  if (count === 0) return { share: 0, count, low: 0, high: 1 };
  const z = 1.959_963_984_540_054;
  const denominator = 1 + (z * z) / count;
  const centre = (share + (z * z) / (2 * count)) / denominator;
  const margin = (z * Math.sqrt((share * (1 - share)) / count + (z * z) / (4 * count * count))) / denominator;
  return { share, count, low: Math.max(0, centre - margin), high: Math.min(1, centre + margin) };
}

function calibrationError(weighed: readonly { readonly logOdds: number; readonly weight: number }[]): number {
  const bins = Array.from({ length: CONFIDENCE_BINS }, () => ({ confidence: 0, hits: 0 }));
  for (const { logOdds, weight } of weighed) {
    const confidence = sigmoid(Math.abs(logOdds));
    const bin = bins[Math.min(CONFIDENCE_BINS - 1, Math.floor((confidence - 0.5) * 2 * CONFIDENCE_BINS))];
    if (bin === undefined) throw new Error(`No probability follows from log-odds of ${logOdds}`);
    bin.confidence += weight * confidence;
    bin.hits += weight * hit(logOdds);
  }
  return bins.reduce((sum, { confidence, hits }) => sum + Math.abs(confidence - hits), 0);
}

const hit = (logOdds: number): number => (logOdds > 0 ? 1 : logOdds === 0 ? 0.5 : 0);

export function sigmoid(logOdds: number): number {
  return 1 / (1 + Math.exp(-logOdds));
}
