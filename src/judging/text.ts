/**
 * Marks by which chat templates separate turns, and tokens that models treat as control. An engine may or may not parse
 * them inside content; here they are broken up, so that it does not matter.
 */
const TEMPLATE_MARKS = /<[|｜]|[|｜]>|<\/?(?:s|bos|eos|pad|unk|start_of_turn|end_of_turn)>|\[\/?INST\]|<<\/?SYS>>/giu;
/** The characters after which a space breaks a mark up. One at a time, because marks may overlap: `<|>`. */
const MARK_OPENINGS =
  /<(?=[|｜])|[|｜](?=>)|<(?=\/?(?:s|bos|eos|pad|unk|start_of_turn|end_of_turn)>)|\[(?=\/?INST\])|<(?=<\/?SYS>>)/giu;
/** Control characters but tab and line feed, formatting characters but the joiners that scripts and emoji need, lone surrogates, private use. */
const CONTROL = /(?![\t\n])\p{Cc}|(?![\u200C\u200D])\p{Cf}|\p{Cs}|\p{Co}/gu;
/** Scripts written without spaces: each character counts as a word. */
export const WORDS =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]|[\p{L}\p{M}\p{N}]+/gu;

/** UTF-16 units of an answer or question that are looked at at all: four times what a prompt carries, so that stripped text may be made up for. */
export const MAX_READ_LENGTH = 3_200;

/** Text as a prompt may carry it: well formed, no control characters, template marks broken by a space. */
export function neutraliseText(text: string): string {
  return text
    .replace(/\r\n?/gu, '\n')
    .replace(CONTROL, '')
    .replace(MARK_OPENINGS, '$& ')
    .replace(/\n{3,}/gu, '\n\n')
    .trim();
}

export function templateMarksOf(text: string): string[] {
  return text.match(TEMPLATE_MARKS) ?? [];
}

export interface CappedText {
  readonly text: string;
  readonly capped: boolean;
}

/** The longest beginning of at most `maxBytes` bytes of UTF-8 that ends between code points. */
export function capText(text: string, maxBytes: number): CappedText {
  let bytes = 0;
  let end = 0;
  for (const character of text) {
    bytes += utf8Length(character.codePointAt(0) as number);
    if (bytes > maxBytes) return { text: text.slice(0, end), capped: true };
    end += character.length;
  }
  return { text, capped: false };
}

function utf8Length(codePoint: number): number {
  return codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
}

/** Words in reading order, without case, width or punctuation. */
export function wordsOf(text: string): string[] {
  return text.normalize('NFKC').toLowerCase().match(WORDS) ?? [];
}
