import { createSeededRandom, randomInteger, randomNormal } from '#vocabulary';
import { type Ballots, type Vote, aggregators, rankAnswers } from '#ranking';
import { countBallots } from '../../../src/ranking/ballots.ts';
import { deviationsOf } from '../../../src/ranking/fit/posterior.ts';
import { fitCells } from '../../../src/ranking/fit/fit-cells.ts';
import { minorise } from '../../../src/ranking/aggregators/minorisation.ts';
import type { PairStatistics } from '../../../src/ranking/leaderboard/pair-statistics.ts';
import { fitToKeep, refit } from '../../../src/ranking/leaderboard/refit.ts';
import { fitSparse } from '../../../src/ranking/leaderboard/sparse-fit.ts';
import { log } from '../../../src/ranking/numerics/elementary.ts';
import type { BenchRow } from '../bench-row.ts';
import { type Medians, compareTimes } from './paired-timing.ts';
import { type Field, drawFields } from './simulated-field.ts';

/**
 * Time to fit from pair statistics, against Hunter's minorisation-maximisation on the same statistics with the same pass
 * over the pairs: the same objective (maximum likelihood) to the same largest gradient (`GRADIENT_TOLERANCE`). Counting
 * votes is left out, being the same for both. Cold: from nothing. One more vote: from the fit without it, of whose
 * information ours also keeps the inverse. Strengths spread as the prior has them, N(0, 1.5²). The closer a field, the
 * fewer passes minorisation needs: at N(0, 0.3²) ours takes 0.16 to 0.5 of its time cold, but 0.18 to 0.31 for one more
 * vote, 2 or 3 passes against some 25; at N(0, 1) and 1,000 votes among 7 items, 0.13.
 */
const SETTINGS: readonly (readonly [items: number, votes: number])[] = [
  [7, 10_000],
  [7, 1_000_000],
  [35, 10_000],
  [35, 1_000_000],
  [100, 100_000],
  [100, 1_000_000],
  [300, 100_000],
  [300, 1_000_000],
];
const MOST_COLD = 0.5;
const MOST_GROWN = 0.1;
/** Fields differ much in how long minorisation takes, small ones most: a setting's time is the mean of this many. */
const fieldCount = (items: number): number => (items < 20 ? 20 : 5);
const ITERATION_LIMIT = 100_000;
/** Gradients of 1e-11 leave strengths so close, or one of the two has not found the maximum. */
const AGREEMENT = 1e-6;

export function measureSpeed(): BenchRow[] {
  return [...SETTINGS.flatMap(([items, votes]) => measureFits(items, votes)), ...measureRound()];
}

function measureFits(items: number, votes: number): BenchRow[] {
  const fields = drawFields(items, votes, fieldCount(items)).map((field) => ({
    ...field,
    kept: fitToKeep(field.statistics),
  }));
  fields.forEach(expectAgreement);
  const name = `${items} items, ${votes.toLocaleString('en')} votes`;
  const cold = compareTimes(
    () => fields.forEach(({ statistics }) => fitSparse(statistics)),
    () => fields.forEach(({ statistics }) => minorise(statistics, ITERATION_LIMIT)),
  );
  const updated = compareTimes(
    () => fields.forEach(({ kept, grown }) => refit(kept, grown)),
    () => fields.forEach(({ kept, grown }) => minorise(grown, ITERATION_LIMIT, kept.powers)),
  );
  return [
    rowOf(`fit, ${name}, cold`, cold, fields.length, MOST_COLD),
    rowOf(`fit, ${name}, one more vote`, updated, fields.length, MOST_GROWN),
  ];
}

function rowOf(name: string, medians: Medians, fits: number, most: number): BenchRow {
  const microseconds = 1_000 / fits;
  const ratio = medians.ours / medians.rival;
  return {
    name,
    ours: medians.ours * microseconds,
    rival: medians.rival * microseconds,
    unit: 'us',
    ratio,
    target: `<= ${most}`,
    holds: ratio <= most,
  };
}

function expectAgreement({ statistics, grown, kept }: Field & { kept: ReturnType<typeof fitToKeep> }): void {
  expectSame(fitSparse(statistics), statistics);
  expectSame(refit(kept, grown), grown);
}

function expectSame(fit: ReturnType<typeof fitSparse>, statistics: PairStatistics): void {
  const { powers, converged } = minorise(statistics, ITERATION_LIMIT);
  const logs = powers.map(log);
  const mean = logs.reduce((sum, value) => sum + value, 0) / logs.length;
  const farthest = Math.max(
    ...fit.strengths.map((strength, item) => Math.abs(strength - (logs[item] as number) + mean)),
  );
  if (!fit.converged || !converged || !(farthest <= AGREEMENT))
    throw new Error(`The two fits differ by ${farthest} logits, so that their times cannot be compared`);
}

const ANSWERS = 35;
const ROUND_VOTES = 500;
const MOST_REFIT_MS = 2;
const MOST_RANKING_MS = 4;

/** A round: votes to ranking, intervals, chances of being best and judges' reports, against plain MAP with its intervals. */
function measureRound(): BenchRow[] {
  const ballots = drawRound();
  const fitPlainly = (): void => {
    const accumulator = aggregators.map.begin({ itemCount: ANSWERS, judgeCount: ANSWERS });
    for (const vote of ballots.votes) accumulator.add(vote);
    const result = accumulator.finish();
    if (!result.ok || result.value.uncertainty === undefined) throw new Error('MAP knows its uncertainty');
  };
  const fit = (): void => {
    const cells = countBallots(ballots);
    if (!cells.ok) throw new Error(cells.error.message);
    deviationsOf(fitCells(cells.value, ballots).posterior());
  };
  const rank = (): void => {
    if (!rankAnswers(ballots).ok) throw new Error('The ballots are proper');
  };
  const roundRow = (name: string, medians: Medians, mostMs: number): BenchRow => ({
    name: `round of ${ANSWERS} answers, ${ROUND_VOTES} votes of ${ANSWERS} judges: ${name}, against plain MAP with P(best)`,
    ...medians,
    unit: 'ms',
    ratio: medians.ours / medians.rival,
    target: `< ${mostMs} ms`,
    holds: medians.ours < mostMs,
  });
  return [
    roundRow('votes counted, fitted, intervals', compareTimes(fit, fitPlainly), MOST_REFIT_MS),
    roundRow('the whole ranking, P(best) and judges too', compareTimes(rank, fitPlainly), MOST_RANKING_MS),
  ];
}

function drawRound(): Ballots {
  const random = createSeededRandom('bench/speed/round');
  const strengths = Array.from({ length: ANSWERS }, () => 1.5 * randomNormal(random));
  const votes = Array.from({ length: ROUND_VOTES }, (_, index): Vote => {
    const judge = index % ANSWERS;
    // Nobody judges the answer of its own.
    const other = (distance: number): number => (judge + 1 + distance) % ANSWERS;
    const a = randomInteger(random, ANSWERS - 1);
    const b = (a + 1 + randomInteger(random, ANSWERS - 2)) % (ANSWERS - 1);
    const [first, second] = [other(a), other(b)];
    const gap = (strengths[first] as number) - (strengths[second] as number);
    const outcome = random.next() < 1 / (1 + Math.exp(-gap)) ? 1 : 0;
    return { judge, first, second, outcome, weight: 1, ordered: true };
  });
  return { answerCount: ANSWERS, judgeCount: ANSWERS, votes };
}
