import { MAX_READ_LENGTH } from '../../text.ts';

/** A word, a number, `=` or `:` of a folded text. */
export interface Token {
  readonly text: string;
  /** Of digits only; number words are read by `numbersOf`. */
  readonly value?: number;
  /** A comma, bracket or the like stands before it. */
  readonly opensClause: boolean;
}

/** Somewhere in a sentence, as token positions from `from` to before `to`, an answer is named. */
export interface Mention {
  readonly answer: string;
  readonly from: number;
  readonly to: number;
}

const TOKENS =
  /(?:(?<![\p{L}\d)\]])(?<![\d)\]]\s)[-\u2212])?(?<![\p{L}\d_])(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?!\d|,\d{3}(?!\d)|(?:st|nd|rd|th)(?!\p{L}))|\p{L}+(?:'\p{L}+)*|[=:]/gu;
/** More digits than a number of ours has. */
const LONGEST_NUMBER = 20;

/** Without case, width and accents; at most `MAX_READ_LENGTH` units of the text are read. */
export function foldText(text: string): string {
  return (
    text
      .slice(0, MAX_READ_LENGTH)
      // The verb is no month.
      .replace(/\bmay(?= \p{L})/gu, 'might')
      .normalize('NFKD')
      .replace(/\p{M}+/gu, '')
      .toLowerCase()
      .replace(/[\u2018\u2019\u02bc\u00b4]/gu, "'")
      .replace(/[\u201c\u201d]/gu, '"')
  );
}

/** Sentences and lines of a folded text; questions among them only where there is nothing else. */
export function sentencesOf(folded: string): string[] {
  const sentences = folded
    .replace(/^[ \t]{0,8}1[.)][ \t]+(?=\S)/gmu, '')
    .split(/(?<=(?:[^\s.]{2}|\d)[.!?]["')\]*]?)\s+|[\n\u3002\uff01\uff1f]+/u)
    .filter((sentence) => /[\p{L}\p{N}]/u.test(sentence));
  const statements = sentences.filter((sentence) => !/\?["')\]*\s]*$/u.test(sentence));
  return statements.length > 0 ? statements : sentences;
}

export function tokensOf(folded: string): Token[] {
  let end = 0;
  return Array.from(folded.matchAll(TOKENS), ({ 0: raw, index }) => {
    const opensClause = /[,;:(\u2013\u2014]/u.test(folded.slice(end, index));
    end = index + raw.length;
    const digits = raw.replace(/,/gu, '').replace('\u2212', '-');
    return /\d/u.test(raw) && raw.length <= LONGEST_NUMBER
      ? { text: digits, value: Number(digits), opensClause }
      : { text: raw.replace(/'s$/u, ''), opensClause };
  });
}
