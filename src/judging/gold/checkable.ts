import { canonicalChoice, chosenAnswer } from './families/answer-choices.ts';
import { canonicalNumber, numbersOf } from './families/answer-numbers.ts';
import { type Statement, CUES, decisiveOf, statementsOf, wordAt } from './families/answer-statement.ts';
import { canonicalString, statedString } from './families/answer-strings.ts';
import { type Mention, type Token, foldText, tokensOf } from './families/answer-tokens.ts';
import type { Random } from '#vocabulary';

/** How the final answer of a text is found. */
export type AnswerForm =
  /** A value: a decimal point is allowed, "1,000" is read as 1000, number words are read too. */
  | { readonly kind: 'number' }
  /** A closed list of whole words in any case; `a|b` are two ways of saying one choice, the first is the canonical one. */
  | { readonly kind: 'choice'; readonly choices: readonly string[] }
  /** Work on strings: what the text quotes, else what a cue ("is", ":", ...) points at; compared without spaces and case. */
  | { readonly kind: 'string' };

export interface CheckableQuestion {
  readonly family: string;
  readonly question: string;
  readonly form: AnswerForm;
  /** As `extractFinalAnswer` returns it. */
  readonly answer: string;
  /** One plain sentence. */
  readonly right: string;
  /** Two to four distinct sentences, right but for one plausible slip. */
  readonly slips: readonly string[];
}

export interface QuestionFamily {
  readonly name: string;
  readonly difficulty: 1 | 2 | 3;
  /** `count` distinct questions, fewer only if the family has fewer. A pure function of the stream. */
  make(random: Random, count: number): CheckableQuestion[];
}

/** Longest `of` a statement's numbers without any cue: beyond, it lists and does not answer. */
const MOST_UNCUED = 8;

/** The final answer of any text, canonical, or undefined where it gives none. Reads the first `MAX_READ_LENGTH` units. */
export function extractFinalAnswer(question: CheckableQuestion, text: string): string | undefined {
  const { form } = question;
  if (form.kind === 'choice') return chosenAnswer(form.choices, question, text);
  return form.kind === 'string' ? statedString(question.question, text) : statedNumber(question.question, text);
}

export function isRight(question: CheckableQuestion, text: string): boolean {
  return extractFinalAnswer(question, text) === question.answer;
}

/** An answer on its own as `extractFinalAnswer` returns it. */
export function canonicalAnswer(form: AnswerForm, answer: string): string {
  if (form.kind === 'choice') return canonicalChoice(answer);
  return form.kind === 'string' ? canonicalString(answer) : canonicalNumber(Number(answer));
}

/** Numbers of the question are restated; only where there are no others is the last of them the answer. */
function statedNumber(question: string, text: string): string | undefined {
  const folded = foldText(text);
  const own = new Set(numbersOf(tokensOf(foldText(question))).map(({ answer }) => answer));
  const isOwn = ({ answer }: Mention): boolean => own.has(answer);
  const takesUp = (tokens: readonly Token[]): boolean => numbersOf(tokens).some(isOwn);
  const decisive = decisiveOf(
    statementsOf(folded, (tokens) => numbersOf(tokens).filter((mention) => !isOwn(mention))),
    takesUp,
  );
  if (decisive === undefined) return decisiveOf(statementsOf(folded, numbersOf), takesUp)?.mentions.at(-1)?.answer;
  const counted = /\bhow many (\p{L}+)/u.exec(foldText(question))?.[1];
  return pickNumber(decisive, counted);
}

/** What counts the things asked for, else the first after a cue, else the first that goes on with a list, else the last. */
function pickNumber({ tokens, mentions }: Statement, counted: string | undefined): string | undefined {
  const counting = mentions.find(({ to }) => counted !== undefined && wordAt(tokens, to) === counted);
  if (counting !== undefined) return counting.answer;
  const cue = cueIn(tokens);
  let pointedAt = cue < 0 ? undefined : mentions.find(({ from }) => from > cue);
  // "Half of 50 is 50 / 2 = 25."
  for (let next = pointedAt; next !== undefined;) {
    pointedAt = next;
    const { to } = next;
    next = wordAt(tokens, to) === '=' ? mentions.find(({ from }) => from > to) : undefined;
  }
  if (pointedAt !== undefined) return pointedAt.answer;
  const first = mentions[0];
  if (first !== undefined && tokens[first.from - 1]?.value !== undefined) return first.answer;
  return mentions.length > MOST_UNCUED ? undefined : mentions.at(-1)?.answer;
}

/** The first cue; of sums that go on (2 + 6 = 4 + 4 = 8) the last. */
function cueIn(tokens: readonly { readonly text: string; readonly value?: number }[]): number {
  let cue = tokens.findIndex(({ text }) => CUES.has(text));
  for (let at = cue + 1; cue >= 0 && tokens[cue]?.text === '=' && at < tokens.length; at++) {
    if (tokens[at]?.text === '=') cue = at;
    else if (tokens[at]?.value === undefined) break;
  }
  return cue;
}
