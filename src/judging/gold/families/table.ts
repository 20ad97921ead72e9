import { type Random, shuffled } from '#vocabulary';
import type { AnswerForm, CheckableQuestion, QuestionFamily } from '../checkable.ts';
import { canonicalChoice, choiceFinder } from './answer-choices.ts';
import { numberWord } from './answer-numbers.ts';
import { foldText, tokensOf } from './answer-tokens.ts';
import { finished, oneOf, sentence, withArticle } from './family.ts';

/** One fact. Ways of saying one answer are divided by `|`, parts of a subject by `;`. */
export interface Row {
  readonly subject: string;
  readonly answer: string;
  readonly slips: readonly string[];
}

export interface Table {
  readonly name: string;
  readonly difficulty: 1 | 2 | 3;
  readonly rows: readonly Row[];
  /** `{s}` and `{t}` are parts of the subject, `{a}` the answer; `{an s}` puts an article before. Each list has two or three. */
  readonly asks: readonly string[];
  readonly says: readonly string[];
  /** Further choices, named in texts but no answer here. */
  readonly others?: string;
  readonly kind?: 'choice' | 'number';
}

const COMMON = new Set('right left end first last open close take come came new long high low short found'.split(' '));

/**
 * Lines `subject: answer` or `subject: answer / slip / slip`, in blocks that an empty line divides. A row without slips of its
 * own takes them from the answers of its block.
 */
export function rowsOf(blocks: string): Row[] {
  return blocks
    .trim()
    .split(/\n[ \t]*\n/u)
    .flatMap((block) => {
      const rows = block.trim().split('\n').map(parseRow);
      const answers = rows.map(({ answer }) => answer);
      return rows.map((row) => (row.slips.length > 0 ? row : { ...row, slips: answers }));
    });
}

/** Lines `answer: subject, subject` or `answer / slip / slip: subject, subject`; else the other answers are the slips. */
export function groupedRows(groups: string): Row[] {
  const lines = groups
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/:\s+/u));
  const answers = lines.map(([line = '']) => line.split(' / ')[0] as string);
  return lines.flatMap(([line = '', subjects = '']) => {
    const [answer = '', ...slips] = line.split(' / ');
    return subjects
      .split(',')
      .map((subject) => ({ subject: subject.trim(), answer, slips: slips.length > 0 ? slips : answers }));
  });
}

/** One question a row. */
export function tableFamily(table: Table): QuestionFamily {
  const { name, difficulty, rows } = table;
  const choices = choicesOf(rows, table.others);
  const formOf = (row: Row): AnswerForm =>
    table.kind === 'number' ? { kind: 'number' } : { kind: 'choice', choices: ledBy(row, choices) };
  return {
    name,
    difficulty,
    make: (random, count) =>
      shuffled(random, rows)
        .slice(0, count)
        .map((row) => askedRow(table, formOf(row), row, random)),
  };
}

function askedRow(table: Table, form: AnswerForm, row: Row, random: Random): CheckableQuestion {
  const question = filled(oneOf(random, table.asks), row.subject, '');
  const template = oneOf(random, table.says);
  const isNamed = namedIn(question, form, row.answer);
  const inWords =
    form.kind === 'number' && random.next() < 0.5 && [row.answer, ...row.slips].every((value) => Number(value) <= 20);
  return finished(table.name, {
    form,
    question,
    answer: spoken(row.answer),
    say: (answer) => filled(template, row.subject, inWords ? numberWord(Number(answer)) : answer),
    slips: shuffled(random, row.slips)
      .map(spoken)
      .filter((slip) => !isNamed(slip)),
  });
}

function parseRow(line: string): Row {
  const [subject = '', values = ''] = line.split(/:\s+/u);
  const [answer = '', ...slips] = values.split('/').map((value) => value.trim());
  return { subject: subject.trim(), answer, slips };
}

/** Ways of saying the same are one choice, whichever rows name them. */
function choicesOf(rows: readonly Row[], others = ''): string[] {
  const choices = new Map<string, string>();
  const named = [...rows.map(({ answer }) => answer), ...rows.flatMap(({ slips }) => slips), ...others.split('/')];
  for (const choice of named.map((one) => one.trim()).filter((one) => one !== ''))
    if ((choices.get(spoken(choice))?.length ?? 0) < choice.length) choices.set(spoken(choice), choice);
  // What one choice is called first stands for no other.
  return Array.from(choices, ([first, ways]) =>
    ways
      .split('|')
      .filter((way) => way === first || !choices.has(way))
      .join('|'),
  );
}

/**
 * The row's answer, and the others without its ways of saying it: "cub" is right for a fox and wrong for a dog. What every
 * other text has ("left", "first") is a choice only where it is the row's.
 */
function ledBy({ answer, slips }: Row, choices: readonly string[]): string[] {
  const own = new Set(answer.split('|').map(canonicalChoice));
  const isOther = (way: string): boolean => !own.has(canonicalChoice(way)) && (!COMMON.has(way) || slips.includes(way));
  const others = choices.map((choice) => choice.split('|').filter(isOther));
  return [answer, ...others.filter((ways) => ways.length > 0).map((ways) => ways.join('|'))];
}

/** What a question names besides its answer is no slip: it would not be taken for an answer. */
function namedIn(question: string, form: AnswerForm, right: string): (answer: string) => boolean {
  const tokens = tokensOf(foldText(question));
  const isListed = form.kind === 'choice' && choiceFinder([right])(tokens).length > 0;
  return (answer) => form.kind === 'choice' && !isListed && choiceFinder([answer])(tokens).length > 0;
}

function spoken(answer: string): string {
  return answer.split('|')[0] as string;
}

function filled(template: string, subject: string, answer: string): string {
  const [s = '', t = ''] = subject.split(';').map((part) => part.trim());
  const parts: Record<string, string> = { s, t, a: answer };
  return sentence(
    template.replace(/\{(an )?([sta])\}/gu, (_, article: string | undefined, key: string) => {
      const part = parts[key] as string;
      return article === undefined ? part : withArticle(part);
    }),
  );
}
