import type { PairFigures } from '#judging';
import { interval, count, percent } from '../judge-cli/judge-table.ts';
import { grouped } from '../rank-cli/rank-table.ts';
import { column, layOut } from '../rank-cli/table-layout.ts';
import { printable } from '../rank-cli/terminal-text.ts';
import type { CalibrateReport, Row } from './calibrate-report.ts';

const LENGTHS: Readonly<Record<string, string>> = {
  worseLonger: 'worse longer by > 25 %',
  similar: 'similar',
  betterLonger: 'better longer by > 25 %',
};
const DIFFICULTIES: Readonly<Record<string, string>> = { 1: '1 a child knows', 2: '2 school', 3: '3 beyond school' };

/** The report for a terminal. */
export function formatCalibration(report: CalibrateReport): string {
  const { figures, slates } = report;
  const { votes } = figures;
  return [
    `${printable(report.model)}, calibration ${printable(report.version)}, seed ${printable(report.seed)}`,
    `${count(slates, 'slate')}: weights fitted on ${count(figures.fitted, 'question')}, figures on others`,
    '',
    weightsOf(report),
    '',
    rowsOf('held out', [...figures.overall, ...figures.bySource], { detailed: true }),
    '',
    rowsOf('family', figures.byFamily),
    '',
    rowsOf('difficulty, without attacks', figures.byDifficulty, { names: DIFFICULTIES }),
    '',
    rowsOf('length in words, without attacks', figures.byLength, { names: LENGTHS }),
    '',
    `Votes would carry ${votes.count ? 'weight' : 'no weight'}:`,
    `  ${votes.why}.`,
    `${count(figures.onesided, 'question')} with only right or only wrong answers of the model's own`,
    ...new Set(figures.skipped.map((reason) => `left out: ${printable(reason)}`)),
    `${grouped(figures.tokens)} tokens evaluated or written, ${grouped(Math.round(figures.seconds))} s`,
  ].join('\n');
}

function weightsOf({ panels }: CalibrateReport): string {
  const names = [...new Set(panels.flatMap(({ weights }) => weights.map(({ name }) => name)))];
  const cell = (panel: number, name: string, of: 'weight' | 'scale'): string =>
    panels[panel]?.weights.find((entry) => entry.name === name)?.[of].toFixed(3) ?? '';
  return layOut([
    column('reading', 'left', names, (name) => name),
    ...panels.flatMap((_, panel) => [
      column(`panel ${panel + 1}: weight`, 'right', names, (name) => cell(panel, name, 'weight')),
      column('scale', 'right', names, (name) => cell(panel, name, 'scale')),
    ]),
  ]);
}

interface Layout {
  readonly names?: Readonly<Record<string, string>>;
  /** With how honest the probabilities are. */
  readonly detailed?: boolean;
}

function rowsOf(title: string, rows: readonly Row[], { names = {}, detailed = false }: Layout = {}): string {
  if (rows.length === 0) return `  ${title}: nothing was held out`;
  const columnsOf = (_: PairFigures, panel: number) => {
    const cell = (tell: (figures: PairFigures) => string) => (row: Row) => {
      const figures = row.panels[panel];
      return figures === undefined ? '' : tell(figures);
    };
    const honesty = [
      column(
        'Brier',
        'right',
        rows,
        cell(({ brier }) => brier.toFixed(3)),
      ),
      column(
        'ECE',
        'right',
        rows,
        cell(({ ece }) => ece.toFixed(3)),
      ),
    ];
    return [
      column(
        `panel ${panel + 1}`,
        'right',
        rows,
        cell(({ accuracy }) => percent(accuracy.share)),
      ),
      column(
        '95 %',
        'right',
        rows,
        cell(({ accuracy }) => interval({ ...accuracy, accuracy: accuracy.share })),
      ),
      ...(detailed ? honesty : []),
    ];
  };
  return layOut([
    column(title, 'left', rows, ({ name }) => printable(names[name] ?? name)),
    column('questions', 'right', rows, (row) => grouped(row.questions)),
    column('pairs', 'right', rows, (row) => grouped(row.pairs)),
    ...(rows[0]?.panels ?? []).flatMap(columnsOf),
  ]);
}
