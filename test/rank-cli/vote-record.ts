import { type Result, err, ok } from '#vocabulary';
import type { Vote } from '#ranking';
import { MAX_WEIGHT } from '../../src/ranking/vote.ts';
import type { NameIndex } from './name-index.ts';
import { quoted } from './terminal-text.ts';

/** The two layouts of a vote: ours, and the battles that LMArena and FastChat publish. */
export type Layout = 'votes' | 'battles';

/** The columns of a vote as they stand in the file. `result` is the outcome, or the winner of a battle. */
export interface VoteRecord {
  readonly a: unknown;
  readonly b: unknown;
  readonly result: unknown;
  /** Undefined where the file has no such column. */
  readonly judge: unknown;
  readonly weight: unknown;
  readonly ordered: unknown;
}

export interface LayoutColumns {
  readonly a: string;
  readonly b: string;
  readonly result: string;
}

export const layouts: Readonly<Record<Layout, LayoutColumns>> = {
  votes: { a: 'a', b: 'b', result: 'outcome' },
  battles: { a: 'model_a', b: 'model_b', result: 'winner' },
};

export const neededColumns = 'a vote has a, b and outcome, or model_a, model_b and winner';

/** The layout whose columns are all there. */
export function findLayout(has: (column: string) => boolean): Layout | undefined {
  if (has('a') && has('b') && has('outcome')) return 'votes';
  return has('model_a') && has('model_b') && has('winner') ? 'battles' : undefined;
}

/** The judge of files that name none. */
const ANONYMOUS = 'anonymous';

const outcomeOfWinner: Readonly<Record<string, number>> = {
  model_a: 1,
  model_b: 0,
  tie: 0.5,
  'tie (bothbad)': 0.5,
  both_bad: 0.5,
};

/** Checks a whole record before any of its names is given an index, so that a faulty one leaves no trace. */
export function readVote(
  record: VoteRecord,
  layout: Layout,
  names: { readonly items: NameIndex; readonly judges: NameIndex },
): Result<Vote, string> {
  const columns = layouts[layout];
  const outcome = layout === 'votes' ? readOutcome(record.result) : readWinner(record.result);
  if (typeof outcome === 'string') return err(outcome);
  const weight = record.weight === undefined ? 1 : readWeight(record.weight);
  if (typeof weight === 'string') return err(weight);
  const ordered = record.ordered === undefined ? true : readOrdered(record.ordered);
  if (typeof ordered === 'string') return err(ordered);

  const judgeField = record.judge === undefined ? ANONYMOUS : record.judge;
  let first = names.items.find(record.a);
  let second = names.items.find(record.b);
  let judge = names.judges.find(judgeField);
  // Nearly all fields hold a name that is known as it stands, and need no check.
  if (first === undefined || second === undefined || judge === undefined || first === second) {
    const a = names.items.check(record.a, columns.a);
    if (!a.ok) return a;
    const b = names.items.check(record.b, columns.b);
    if (!b.ok) return b;
    if (a.value === b.value)
      return err(`${columns.a} and ${columns.b} are both ${quoted(a.value)}: it is compared with itself`);
    const checked = names.judges.check(judgeField, 'judge');
    if (!checked.ok) return checked;
    first = names.items.indexOf(a.value);
    second = names.items.indexOf(b.value);
    judge = names.judges.indexOf(checked.value);
  }
  return ok({ judge, first, second, outcome, weight, ordered });
}

function readOutcome(value: unknown): number | string {
  const outcome = readNumber(value);
  if (outcome >= 0 && outcome <= 1) return outcome;
  return `outcome is ${quoted(value)}, not a number from 0 (b is better) to 1 (a is better)`;
}

function readWinner(value: unknown): number | string {
  const word = typeof value === 'string' ? value.trim().toLowerCase() : '';
  if (Object.hasOwn(outcomeOfWinner, word)) return outcomeOfWinner[word] as number;
  return `winner is ${quoted(value)}, not one of ${Object.keys(outcomeOfWinner).join(', ')}`;
}

function readWeight(value: unknown): number | string {
  const weight = readNumber(value);
  if (weight >= 0 && weight <= MAX_WEIGHT) return weight;
  return `weight is ${quoted(value)}, not a number from 0 to ${MAX_WEIGHT}`;
}

function readOrdered(value: unknown): boolean | string {
  if (typeof value === 'boolean') return value;
  const word = String(value).trim().toLowerCase();
  if (word === 'true' || word === '1') return true;
  if (word === 'false' || word === '0') return false;
  return `ordered is ${quoted(value)}, not true (a was shown first) or false (each was scored by itself)`;
}

/** NaN for everything that is not a decimal number; `Number` would take an empty field for 0. */
function readNumber(value: unknown): number {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') return Number.NaN;
  return /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?\s*$/iu.test(value) ? Number(value) : Number.NaN;
}
