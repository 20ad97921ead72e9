import { grouped } from '../rank-cli/rank-table.ts';
import { column, layOut } from '../rank-cli/table-layout.ts';
import { printable } from '../rank-cli/terminal-text.ts';
import type { Accuracy, JudgeReport } from './judge-report.ts';
import { type LengthClass, lengthClasses } from './length-class.ts';

const LENGTHS: Readonly<Record<LengthClass, string>> = {
  worseLonger: 'worse longer by > 25 %',
  similar: 'similar',
  betterLonger: 'better longer by > 25 %',
};

/** The report for a terminal. */
export function formatReport(report: JudgeReport): string {
  const { pairs, questions, readings, panel, byLength, failed } = report;
  const rows = [
    ...Object.entries(readings).map(([name, accuracy]) => ({ name, accuracy })),
    { name: panelName(report), accuracy: panel },
  ];
  const lengths = lengthClasses.map((name) => ({ name: LENGTHS[name], ...byLength[name] }));
  return [
    `${report.model}, calibration ${report.calibration}: ${count(pairs, 'pair')} of ${count(questions, 'question')}`,
    '',
    layOut([
      column('reading', 'left', rows, ({ name }) => name),
      column('accuracy', 'right', rows, ({ accuracy }) => percent(accuracy.accuracy)),
      column('95 %', 'right', rows, ({ accuracy }) => interval(accuracy)),
    ]),
    '',
    `${panelName(report)}: Brier ${panel.brier.toFixed(3)}, expected calibration error ${panel.ece.toFixed(3)}`,
    '',
    layOut([
      column('length in words', 'left', lengths, ({ name }) => name),
      column('pairs', 'right', lengths, (row) => grouped(row.pairs)),
      column(panelName(report), 'right', lengths, ({ accuracy }) => (accuracy === undefined ? '' : percent(accuracy))),
      column('95 %', 'right', lengths, ({ accuracy = 0, low, high }) =>
        low === undefined || high === undefined ? '' : interval({ accuracy, low, high }),
      ),
    ]),
    '',
    `${grouped(report.screened)} decided by screening alone, ${grouped(report.cut)} with a text longer than judges read`,
    `${workText(report.tokens, report.seconds, pairs)}`,
    ...failed.map(({ reason, pairs: some }) => `${count(some, 'pair')} could not be judged: ${printable(reason)}`),
  ].join('\n');
}

export function workText(tokens: number, seconds: number, pairs: number): string {
  const each = Math.max(1, pairs);
  return (
    `${grouped(tokens)} tokens evaluated, ${grouped(Math.round(tokens / each))} a pair; ` +
    `${seconds.toFixed(1)} s, ${(seconds / each).toFixed(2)} s a pair`
  );
}

/** A panel that was never measured on this model must not pass for one. */
export function panelName({ calibrated }: { readonly calibrated: boolean }): string {
  return calibrated ? 'panel' : 'panel (stand-in)';
}

export function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

export function interval({ low, high }: Accuracy): string {
  return `[${(100 * low).toFixed(1)}, ${(100 * high).toFixed(1)}]`;
}

export function count(number: number, noun: string): string {
  return `${grouped(number)} ${noun}${number === 1 ? '' : 's'}`;
}
