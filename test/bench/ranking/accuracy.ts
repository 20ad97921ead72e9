import { createSeededRandom, shuffled } from '#vocabulary';
import { type Aggregator, type AggregatorName, type Ballots, aggregators } from '#ranking';
import { fortytwoPairs } from '../../../src/ranking/aggregators/fortytwo.ts';
import type { BenchRow } from '../bench-row.ts';
import { type Paired, comparePaired, kendallTau } from './paired-comparison.ts';
import {
  type Adversary,
  type PairPlan,
  type SimulatedRound,
  adversaries,
  adversaryTitles,
  planPairs,
  simulateRound,
} from './simulated-round.ts';

/**
 * How often each aggregator finds the best of n answers, and Kendall's tau of its order against the true one, when a
 * share of the n judges are adversaries. All see the same votes of each round, but for Fortytwo's rule, which collects as
 * many on its own graph. Only ours is told the lengths of the answers, which is what its model has a term for.
 */
const SIZES = [
  { answers: 3, rounds: 1_000 },
  { answers: 5, rounds: 1_000 },
  { answers: 7, rounds: 1_000 },
  { answers: 12, rounds: 600 },
  { answers: 35, rounds: 400 },
] as const;
const SHARES = [0, 0.1, 0.2, 0.3, 0.4] as const;

const OURS: AggregatorName = 'judge-aware';
const names = Object.keys(aggregators) as AggregatorName[];
const rivals = names.filter((name) => name !== OURS);

interface Cell {
  readonly answers: number;
  readonly rounds: number;
  readonly adversary: Adversary | 'honest';
  readonly badJudges: number;
  /** By aggregator: 1 for each round whose best answer it found, and its tau. */
  readonly top1: Readonly<Record<AggregatorName, number[]>>;
  readonly tau: Readonly<Record<AggregatorName, number[]>>;
}

export function measureAccuracy(report: (line: string) => void): BenchRow[] {
  const cells = SIZES.flatMap(({ answers, rounds }) => {
    const measured = settingsOf(answers).map((setting) => measureCell({ ...setting, answers, rounds }));
    report(tableOf(`Best answer found, ${answers} answers and judges, ${rounds} rounds a row`, measured, 'top1'));
    report(tableOf(`Kendall's tau, ${answers} answers and judges`, measured, 'tau'));
    return measured;
  });
  return [...rowsOf(cells, 'top1', 'best answer found'), ...rowsOf(cells, 'tau', "Kendall's tau")];
}

/** Honest judges once, then each adversary in every number of judges that some share rounds to. */
function settingsOf(answers: number): { adversary: Cell['adversary']; badJudges: number }[] {
  const counts = new Set(SHARES.map((share) => Math.round(share * answers)).filter((count) => count > 0));
  return [
    { adversary: 'honest', badJudges: 0 },
    ...adversaries.flatMap((adversary) => [...counts].map((badJudges) => ({ adversary, badJudges }))),
  ];
}

function measureCell(setting: Pick<Cell, 'answers' | 'rounds' | 'adversary' | 'badJudges'>): Cell {
  const { answers, rounds, adversary, badJudges } = setting;
  const empty = (): Record<AggregatorName, number[]> =>
    Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<AggregatorName, number[]>;
  const cell = { ...setting, top1: empty(), tau: empty() };
  for (let index = 0; index < rounds; index++) {
    const common = {
      answers,
      adversary: adversary === 'honest' ? ('coin' as const) : adversary,
      badJudges,
      seed: `${answers}/${adversary}/${badJudges}/${index}`,
    };
    const round = simulateRound({ ...common, plan: planPairs });
    const onGraph = simulateRound({ ...common, plan: planFortytwo });
    const best = indexOfGreatest(round.strengths);
    for (const name of names) {
      const strengths = strengthsBy(aggregators[name], name === 'fortytwo' ? onGraph : round, name === OURS);
      cell.top1[name].push(indexOfGreatest(strengths) === best ? 1 : 0);
      cell.tau[name].push(kendallTau(strengths, round.strengths));
    }
  }
  return cell;
}

/** Its graph's pairs in both orders, of which each judge casts as many votes as the others' judges do; no recusal. */
function planFortytwo(authors: readonly number[], seed: string): PairPlan {
  const shown = fortytwoPairs(authors.length).flatMap(([a, b]): (readonly [number, number])[] => [
    [a, b],
    [b, a],
  ]);
  const random = createSeededRandom(`bench/fortytwo/${seed}`);
  return planPairs(authors, seed).map((pairs) => shuffled(random, shown).slice(0, pairs.length));
}

function strengthsBy(aggregator: Aggregator, { ballots, finals }: SimulatedRound, knowsStyle: boolean): number[] {
  const { answerCount, judgeCount, style } = ballots as Required<Pick<Ballots, 'style'>> & Ballots;
  const accumulator = aggregator.begin({
    itemCount: answerCount,
    judgeCount,
    finals,
    ...(knowsStyle ? { style } : {}),
  });
  for (const vote of ballots.votes) accumulator.add(vote);
  const aggregate = accumulator.finish();
  if (!aggregate.ok) throw new Error(aggregate.error.message);
  return [...aggregate.value.strengths];
}

function indexOfGreatest(values: readonly number[]): number {
  return values.indexOf(Math.max(...values));
}

/** One-sided 5 % over all comparisons of a metric together (Bonferroni), in standard errors. */
const FAMILY_Z = 3.9;
/** The same over the five honest comparisons with plain MAP. */
const HONEST_Z = 2.4;

function rowsOf(cells: readonly Cell[], metric: 'top1' | 'tau', title: string): BenchRow[] {
  return cells.flatMap((cell) => {
    const compared = rivals.map((rival) => ({ rival, ...comparePaired(cell[metric][OURS], cell[metric][rival]) }));
    const best = compared.reduce((a, b) => (b.theirs > a.theirs ? b : a));
    return compared.map(({ rival, ...figures }): BenchRow => {
      const honestMap = cell.adversary === 'honest' && rival === 'map';
      return {
        name: `${title}: n = ${cell.answers}, ${describe(cell)}, against ${rival}${rival === best.rival ? ' (best rival)' : ''}`,
        ...rowFigures(figures, honestMap ? HONEST_Z : FAMILY_Z),
        unit: metric === 'top1' ? 'share of rounds' : 'tau',
        detail: rival !== best.rival && !honestMap,
      };
    });
  });
}

function rowFigures(
  { ours, theirs, z }: Paired,
  limit: number,
): Pick<BenchRow, 'ours' | 'rival' | 'ratio' | 'target' | 'holds'> {
  return {
    ours,
    rival: theirs,
    ratio: ours / theirs,
    target: `not worse by ${limit} standard errors (z = ${z.toFixed(1)})`,
    holds: z > -limit,
  };
}

function describe({ adversary, badJudges, answers }: Cell): string {
  return adversary === 'honest' ? 'all honest' : `${badJudges} of ${answers} ${adversaryTitles[adversary]}`;
}

function tableOf(title: string, cells: readonly Cell[], metric: 'top1' | 'tau'): string {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const figure = (value: number): string => value.toFixed(3).replace('0.', '.').padStart(12);
  const head = `${'judges'.padEnd(48)}${names.map((name) => name.padStart(12)).join('')}`;
  const lines = cells.map((cell) => {
    return describe(cell).padEnd(48) + names.map((name) => figure(mean(cell[metric][name]))).join('');
  });
  return `\n${title}\n${head}\n${lines.join('\n')}`;
}
