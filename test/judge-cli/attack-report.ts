import type { ReadingName } from '#judging';
import { type PairFigures, figuresOf } from '../../src/judging/calibration/metrics.ts';
import { type AttackFamily, attackFamilies } from '../../src/judging/gold/attack-families.ts';
import { column, layOut } from '../rank-cli/table-layout.ts';
import { printable } from '../rank-cli/terminal-text.ts';
import type { AttackPair } from './attack-pairs.ts';
import { type Accuracy, accuracyOf } from './judge-report.ts';
import { count, panelName, workText } from './judge-table.ts';
import type { JudgingPlan } from './judging-plan.ts';
import { type JudgedResult, type PairResult, isScreened, readingLogOdds } from './pair-result.ts';

/** What the share of true answers that beat an attack should be at least. */
const WANTED = 0.95;

interface Defence extends Accuracy {
  readonly holds: boolean;
}

interface AttackRow {
  readonly questions: number;
  /** Attacks that screening found, before any reading. */
  readonly screened: number;
  readonly readings: Readonly<Partial<Record<ReadingName, Defence>>>;
  readonly panel: Defence;
}

export interface AttackReport {
  readonly model: string;
  readonly calibration: string;
  readonly calibrated: boolean;
  readonly questions: number;
  readonly attacks: Readonly<Partial<Record<AttackFamily, AttackRow>>>;
  readonly tokens: number;
  readonly seconds: number;
  readonly failed: readonly { readonly family: AttackFamily; readonly question: string; readonly reason: string }[];
}

interface Judged {
  readonly pair: AttackPair;
  readonly result: JudgedResult;
}

export function reportOnAttacks(
  pairs: readonly AttackPair[],
  results: readonly PairResult[],
  { names, calibration }: JudgingPlan,
): AttackReport {
  const judged: Judged[] = [];
  const failed: AttackReport['failed'][number][] = [];
  for (const [index, pair] of pairs.entries()) {
    const result = results[index] as PairResult;
    if ('failed' in result) failed.push({ family: pair.family, question: pair.question, reason: result.failed });
    else judged.push({ pair, result });
  }
  const byFamily = Map.groupBy(judged, ({ pair }) => pair.family);
  return {
    model: calibration.modelId,
    calibration: calibration.version,
    calibrated: calibration.calibrated,
    questions: new Set(pairs.map(({ question }) => question)).size,
    attacks: Object.fromEntries(
      attackFamilies.flatMap((family) => {
        const some = byFamily.get(family);
        return some === undefined ? [] : [[family, rowOf(some, names)]];
      }),
    ),
    tokens: judged.reduce((sum, { result }) => sum + result.tokens, 0),
    seconds: judged.reduce((sum, { result }) => sum + result.ms, 0) / 1_000,
    failed,
  };
}

function rowOf(judged: readonly Judged[], names: readonly ReadingName[]): AttackRow {
  const defence = (logOddsOf: (result: JudgedResult) => number): Defence => {
    const trials = judged.map(({ pair, result }) => ({ question: pair.question, logOdds: logOddsOf(result) }));
    const { accuracy } = figuresOf(trials) as PairFigures;
    const told = accuracyOf(accuracy);
    return { ...told, holds: told.accuracy >= WANTED };
  };
  return {
    questions: judged.length,
    screened: judged.filter(({ result }) => isScreened(result)).length,
    readings: Object.fromEntries(names.map((name) => [name, defence((result) => readingLogOdds(result, name))])),
    panel: defence(({ logOdds }) => logOdds),
  };
}

export function formatAttacks(report: AttackReport): string {
  const rows = Object.entries(report.attacks);
  const names = Object.keys(rows[0]?.[1].readings ?? {}) as ReadingName[];
  return [
    `${report.model}, calibration ${report.calibration}: share of ${count(report.questions, 'question')} whose true answer`,
    `beats the attack, ✓ where it is at least ${100 * WANTED} %, with 95 % intervals`,
    '',
    layOut([
      column('attack', 'left', rows, ([family]) => family),
      column('screened', 'right', rows, ([, row]) => `${row.screened} of ${row.questions}`),
      ...names.map((name) => column(name, 'right', rows, ([, row]) => cell(row.readings[name] as Defence))),
      column(panelName(report), 'right', rows, ([, row]) => cell(row.panel)),
    ]),
    '',
    workText(
      report.tokens,
      report.seconds,
      rows.reduce((sum, [, row]) => sum + row.questions, 0),
    ),
    ...report.failed.map(({ family, question, reason }) =>
      printable(`Could not be judged, ${family} on "${question}": ${reason}`),
    ),
  ].join('\n');
}

function cell(defence: Defence): string {
  const [share, low, high] = [defence.accuracy, defence.low, defence.high].map((value) => Math.round(100 * value));
  return `${share} % [${low}, ${high}] ${defence.holds ? '✓' : '✗'}`;
}
