import { normaliseFinal } from './final-form.ts';

/** Longer than this is no final answer but prose. Bounds the work on each candidate. */
const LONGEST_RAW = 400;
/** Phrases tried from the end of the text, where the last says nothing. */
const MOST_PHRASES = 8;
/** An option in brackets counts where the text concludes: earlier ones list the options. */
const CLOSING_LENGTH = 200;
const LONGEST_NUMBER = 64;

/**
 * The final answer that a text states, in the form in which equal answers are equal strings (`normaliseFinal`), or undefined
 * where it states none. The first of these that is found, each the last of its kind: `\boxed{...}`; a line `#### 42`
 * (GSM8K); `(final) answer is X` or `Answer: X`; `(B)` in the closing 200 characters; a number. Works in time
 * proportional to the length of the text, whatever is in it.
 */
export function extractFinalAnswer(text: string): string | undefined {
  return boxedAnswer(text) ?? hashedAnswer(text) ?? phrasedAnswer(text) ?? bracketedOption(text) ?? lastNumber(text);
}

/** What stands in the last balanced `\boxed{}`; the inner one where they nest. One pass, with a stack of open braces. */
function boxedAnswer(text: string): string | undefined {
  const command = '\\boxed';
  if (!text.includes(command)) return undefined;
  const openings: { readonly start: number; readonly boxed: boolean }[] = [];
  let found: { readonly start: number; readonly end: number } | undefined;
  let boxNext = false;
  for (let index = 0; index < text.length; index++) {
    const character = text[index] as string;
    if (character === '\\') {
      boxNext = text.startsWith(command, index);
      // Past the command, or past an escaped brace.
      index += boxNext ? command.length - 1 : 1;
    } else if (character === '{') {
      openings.push({ start: index + 1, boxed: boxNext });
      boxNext = false;
    } else if (character === '}') {
      const opening = openings.pop();
      if (opening?.boxed === true && opening.start > (found?.start ?? -1)) found = { start: opening.start, end: index };
      boxNext = false;
    } else if (character !== ' ') {
      boxNext = false;
    }
  }
  return found === undefined ? undefined : shortAnswer(text.slice(found.start, found.end));
}

/** Other lines that begin with `####` are headings: only a number counts. */
function hashedAnswer(text: string): string | undefined {
  let last: string | undefined;
  for (const [, number] of text.matchAll(
    /^ {0,3}####[ \t]{0,8}(\$?[-+]?\$?\d[\d,]{0,40}(?:[./]\d{1,20})?)%?\.?[ \t]{0,8}\r?$/gmu,
  ))
    last = number;
  return last === undefined ? undefined : normaliseFinal(last);
}

function phrasedAnswer(text: string): string | undefined {
  const starts: number[] = [];
  for (const match of text.matchAll(/\banswer\b[*_]{0,3}(?: {0,4}[:=]| {1,4}is\b)/giu))
    starts.push(match.index + match[0].length);
  for (const start of starts.slice(-MOST_PHRASES).reverse()) {
    const answer = shortAnswer(firstClause(text.slice(start, start + LONGEST_RAW)));
    if (answer !== undefined) return answer;
  }
  return undefined;
}

/** What is said before the line or the clause ends; commas within brackets belong to it, as in `(1, 2)`. */
function firstClause(text: string): string {
  const rest = text.replace(/^[\s:=*_]+/u, '');
  let depth = 0;
  for (let index = 0; index < rest.length; index++) {
    const character = rest[index] as string;
    if (character === '\n') return rest.slice(0, index);
    if ('([{'.includes(character)) depth += 1;
    else if (')]}'.includes(character)) depth -= 1;
    else if (depth <= 0 && '.,;!?'.includes(character) && /^(?:[\s*]|$)/u.test(rest.slice(index + 1, index + 2)))
      return rest.slice(0, index);
    else if (
      depth <= 0 &&
      character === ' ' &&
      /^ (?:because|since|as|so|which|where)\b/iu.test(rest.slice(index, index + 9))
    )
      return rest.slice(0, index);
  }
  return rest;
}

function bracketedOption(text: string): string | undefined {
  const [last] = [...text.slice(-CLOSING_LENGTH).matchAll(/\(([A-J])\)/gu)].slice(-1);
  return last?.[1]?.toLowerCase();
}

function lastNumber(text: string): string | undefined {
  let end = text.length;
  while (end > 0 && !isDigit(text.charCodeAt(end - 1))) end -= 1;
  if (end === 0) return undefined;
  const window = text.slice(Math.max(0, end - LONGEST_NUMBER), end);
  const [number] =
    /(?:(?<![\w)\]])[-\u2212])?(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d*\.?\d+(?:\/\d+)?)$/u.exec(window) ?? [];
  return number === undefined ? undefined : normaliseFinal(number);
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

function shortAnswer(raw: string): string | undefined {
  return raw.length > LONGEST_RAW ? undefined : normaliseFinal(raw);
}
