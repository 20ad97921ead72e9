import type { RankReport, RankedItem, RankedJudge } from './rank-report.ts';
import { type Column, GAP, column, layOut, tableWidth } from './table-layout.ts';
import { printable, shortened } from './terminal-text.ts';

const MAX_JUDGES_SHOWN = 20;
const MAX_NAME_WIDTH = 40;
const MIN_PLOT_WIDTH = 16;
const MAX_PLOT_WIDTH = 60;

/** The report for a terminal of so many columns. */
export function formatRanking(report: RankReport, terminalWidth: number): string {
  const { items, itemCount, judges } = report;
  const table = itemColumns(report);
  const judgesShown = judges.slice(0, MAX_JUDGES_SHOWN);
  const more = (count: number, noun: string): string[] =>
    count > 0 ? [`${GAP}and ${grouped(count)} more ${count === 1 ? noun : `${noun}s`}`] : [];
  return [
    layOut([...table, ...plotColumn(report, terminalWidth - tableWidth(table))]),
    ...more(itemCount - items.length, 'item'),
    '',
    layOut(judgeColumns(judgesShown)),
    ...more(judges.length - judgesShown.length, 'judge'),
    '',
    ...factsOf(report),
  ].join('\n');
}

function itemColumns({ items, intervals, bootstrap }: RankReport): Column[] {
  const format = strengthFormat(items);
  const interval = (low: number | null | undefined, high: number | null | undefined): string =>
    typeof low === 'number' && typeof high === 'number' ? `[${format(low)}, ${format(high)}]` : '';
  const columns = [
    { title: '#', align: 'right' as const, cells: items.map((_, rank) => String(rank + 1)) },
    column('item', 'left', items, ({ name }) => shortened(printable(name), MAX_NAME_WIDTH)),
    column('strength', 'right', items, ({ strength }) => format(strength)),
    column('95 %', 'right', items, ({ low, high }) => interval(low, high)),
  ];
  if (intervals === 'method' && bootstrap !== null) {
    columns.push(column('bootstrap', 'right', items, ({ bootLow, bootHigh }) => interval(bootLow, bootHigh)));
  }
  columns.push(column('P(best)', 'right', items, ({ pBest }) => pBest?.toFixed(3) ?? ''));
  return columns.filter(({ cells }) => cells.some((cell) => cell !== ''));
}

/** Intervals drawn to one scale, where there is room for them. */
function plotColumn({ items }: RankReport, room: number): Column[] {
  const width = Math.min(MAX_PLOT_WIDTH, room - GAP.length);
  const ends = items.flatMap(({ low, strength, high }) => [low ?? strength, strength, high ?? strength]);
  const least = Math.min(...ends);
  const range = Math.max(...ends) - least;
  if (width < MIN_PLOT_WIDTH || items.every(({ low }) => low === null) || !(range > 0 && range < Infinity)) return [];
  const place = (value: number): number => Math.round(((value - least) / range) * (width - 1));
  const draw = ({ low, strength, high }: RankedItem): string => {
    const marks = Array.from({ length: width }, () => ' ');
    marks.fill('─', place(low ?? strength), place(high ?? strength) + 1);
    marks[place(strength)] = '●';
    return marks.join('');
  };
  return [column('', 'left', items, draw)];
}

function judgeColumns(judges: readonly RankedJudge[]): Column[] {
  const decimal = (value: number | null): string => value?.toFixed(2) ?? '';
  const percent = (value: number | null): string => (value === null ? '' : `${(100 * value).toFixed(0)} %`);
  const columns = [
    column('judge', 'left', judges, ({ name }) => shortened(printable(name), MAX_NAME_WIDTH)),
    column('votes', 'right', judges, ({ votes }) => grouped(votes)),
    column('discrimination', 'right', judges, ({ discrimination }) => decimal(discrimination)),
    column('position bias', 'right', judges, ({ positionBias }) => decimal(positionBias)),
    column('agrees', 'right', judges, ({ agreement }) => percent(agreement)),
    column('first shown wins', 'right', judges, ({ firstShare }) => percent(firstShare)),
    column('same when swapped', 'right', judges, ({ swapConsistency }) => percent(swapConsistency)),
  ];
  return columns.filter(({ cells }) => cells.some((cell) => cell !== ''));
}

function factsOf(report: RankReport): string[] {
  const { method, bootstrap, converged, intervals, judges, open } = report;
  const counts = [countOf(report.votes, 'vote'), countOf(report.itemCount, 'item'), countOf(judges.length, 'judge')];
  const fit = converged ? 'converged' : `stopped after ${countOf(report.iterations, 'iteration')} without converging`;
  const facts = [`${counts.join(', ')}. Method ${method} (${report.unit}), ${fit}.`];
  if (open !== null) {
    const effect = converged ? 'the votes alone do not fix all strengths' : 'no finite maximum';
    facts.push(`${printable(open)}: ${effect}.`);
  }
  if (report.skipped > 0) facts.push(`${countOf(report.skipped, 'malformed record')} left out.`);
  if (bootstrap !== null) {
    const what = intervals === 'method' ? 'Bootstrap' : `Intervals by bootstrap, since ${method} has none of its own`;
    const lost = bootstrap.failed === 0 ? '' : `, ${grouped(bootstrap.failed)} of which allowed no fit`;
    const draws = `${countOf(bootstrap.replicates, 'draw')} of the ${bootstrap.resampled}${lost}`;
    facts.push(`${what}: ${draws}; seed ${printable(bootstrap.seed)}.`);
  } else if (intervals === 'none') {
    facts.push(`No intervals: ${method} has none of its own here. --bootstrap 200 gives some.`);
  }
  return facts;
}

/** As many decimals as three digits of the range of strengths need. */
function strengthFormat(items: readonly RankedItem[]): (strength: number) => string {
  const strengths = items.map(({ strength }) => strength);
  const range = Math.max(...strengths) - Math.min(...strengths);
  const decimals = range > 0 && range < Infinity ? Math.min(4, Math.max(0, 2 - Math.floor(Math.log10(range)))) : 2;
  // No negative zero.
  return (strength) => strength.toFixed(decimals).replace(/^-(?=[0.]+$)/u, '');
}

function countOf(count: number, noun: string): string {
  return `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`;
}

export function grouped(count: number): string {
  return count.toLocaleString('en-US');
}
