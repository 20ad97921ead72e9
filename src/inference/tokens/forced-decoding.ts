import type { Tokeniser } from './tokeniser.ts';

/** A text that an engine is to score token by token after `rendered`. */
export interface ForcedText {
  readonly tokens: readonly number[];
  /** The end-of-turn token follows the text. */
  readonly ends: boolean;
}

/** One request to the engine: these tokens, forced, after this prompt. */
export interface ForcedRun {
  readonly prompt: string;
  /** Place of the first token in the text. */
  readonly first: number;
  readonly tokens: readonly number[];
  readonly ends: boolean;
}

/**
 * The next run at or after `from`. A token that holds only part of a character cannot be reported by the engine
 * (its reply would not be UTF-8): runs stop before such tokens and go on after them, with the text up to there in the prompt.
 */
export function planRun(tokeniser: Tokeniser, rendered: string, text: ForcedText, from: number): ForcedRun | undefined {
  let first = from;
  while (first < text.tokens.length && !isReadable(tokeniser, text.tokens[first] as number)) first++;
  let last = first;
  while (last < text.tokens.length && isReadable(tokeniser, text.tokens[last] as number)) last++;
  const ends = text.ends && last === text.tokens.length;
  if (last === first && !ends) return undefined;
  const tokens = text.tokens.slice(first, last);
  return { prompt: rendered + textOf(tokeniser, text.tokens.slice(0, first)), first, tokens, ends };
}

/** GBNF that admits exactly these tokens; text literals would let the engine choose other splits. */
export function grammarOf(tokens: readonly number[]): string {
  return `root ::= ${tokens.length === 0 ? '""' : tokens.map((token) => `<[${token}]>`).join(' ')}`;
}

/** Whether the engine can be made to write the token and to report it: whole characters, and no NUL, which its grammars refuse. */
export function isReadable(tokeniser: Tokeniser, token: number): boolean {
  const bytes = tokeniser.bytesOf(token);
  if (bytes.length === 0 || bytes[0] === 0) return false;
  try {
    strictUtf8.decode(bytes);
    return true;
  } catch {
    return false;
  }
}

export function textOf(tokeniser: Tokeniser, tokens: readonly number[]): string {
  const pieces = tokens.map((token) => tokeniser.bytesOf(token));
  const bytes = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let offset = 0;
  for (const piece of pieces) {
    bytes.set(piece, offset);
    offset += piece.length;
  }
  return lenientUtf8.decode(bytes);
}

/** Number of leading tokens two texts share. */
export function sharedLength(a: readonly number[], b: readonly number[]): number {
  const limit = Math.min(a.length, b.length);
  let length = 0;
  while (length < limit && a[length] === b[length]) length++;
  return length;
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const lenientUtf8 = new TextDecoder('utf-8', { ignoreBOM: true });
