import type { Mention, Token } from './answer-tokens.ts';

const SMALL = (
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen ' +
  'eighteen nineteen'
).split(' ');
const TENS = 'twenty thirty forty fifty sixty seventy eighty ninety'.split(' ');
const WORDS = new Map([
  ...SMALL.map((word, value): [string, number] => [word, value]),
  ...TENS.map((word, index): [string, number] => [word, 20 + 10 * index]),
]);
const MULTIPLES = new Map([
  ['hundred', 100],
  ['thousand', 1_000],
]);
/** Beside these "one" counts nothing: "this one", "one of them". */
const BEFORE_PRONOUN = new Set('no any every some this that each another which the'.split(' '));
const AFTER_PRONOUN = new Set('of another who thing can could day should must would might way'.split(' '));

/** A whole number up to ninety-nine, or a round hundred or thousand, in words. */
export function numberWord(value: number): string {
  const [tens, units] = [Math.floor(value / 10), value % 10];
  if (value < 20) return SMALL[value] as string;
  return [TENS[tens - 2], ...(units > 0 ? [SMALL[units]] : [])].join('-');
}

/** Numbers in digits and in words, in their canonical form, in reading order. */
export function numbersOf(tokens: readonly Token[]): Mention[] {
  const mentions: Mention[] = [];
  for (let from = 0; from < tokens.length;) {
    const read = numberAt(tokens, from);
    if (read === undefined) from += 1;
    else {
      mentions.push({ answer: canonicalNumber(read.value), from, to: read.to });
      from = read.to;
    }
  }
  return mentions;
}

export function canonicalNumber(value: number): string {
  return String(value === 0 ? 0 : value);
}

function numberAt(tokens: readonly Token[], from: number): { value: number; to: number } | undefined {
  let [thousands, group, to] = [0, 0, from];
  /** Only less than this can follow: 10 after "twenty", nothing after "three". */
  let room = Infinity;
  for (; to < tokens.length; to++) {
    const { text, value = WORDS.get(text) } = tokens[to] as Token;
    const multiple = MULTIPLES.get(text);
    if (multiple === 100 && group < 100) {
      group = Math.max(1, group) * 100;
      room = 100;
    } else if (multiple === 1_000 && thousands === 0) {
      thousands = Math.max(1, group) * 1_000;
      group = 0;
      room = 1_000;
    } else if (value !== undefined && (to === from ? !isPronoun(tokens, to) : WORDS.has(text) && value < room)) {
      group += value;
      room = WORDS.has(text) && value >= 20 ? 10 : 0;
    } else if (text !== 'and' || room < 100 || to === from || !WORDS.has(tokens[to + 1]?.text ?? '')) break;
  }
  return to === from ? undefined : { value: thousands + group, to };
}

function isPronoun(tokens: readonly Token[], at: number): boolean {
  if (tokens[at]?.text !== 'one') return false;
  return BEFORE_PRONOUN.has(tokens[at - 1]?.text ?? '') || AFTER_PRONOUN.has(tokens[at + 1]?.text ?? '');
}
