import { type Result, err, failure, ok } from '#vocabulary';
import { createByteLevelTokens } from './byte-level-tokens.ts';
import type { EngineError } from '../engine.ts';
import { createSentencePieceTokens } from './sentence-piece-tokens.ts';
import { type PlainTokens, type TokenTable, textsOfKinds, tokenKind } from './token-table.ts';

/** Text to tokens the way the model was trained; the engine's own tokeniser does the same but is not open to callers. */
export interface Tokeniser {
  /** Plain text: a control mark in it is text, not a mark. */
  encode(text: string): number[];
  /** A rendered prompt, as the engine reads it: control marks become their tokens. */
  encodePrompt(text: string): number[];
  /** The bytes a token stands for; empty for control tokens. */
  bytesOf(token: number): Uint8Array;
  /** Length in UTF-16 units of the longest token: a text n times as long has at least n tokens. */
  readonly longestToken: number;
}

export function createTokeniser(table: TokenTable): Result<Tokeniser, EngineError> {
  const plain = createPlainTokens(table);
  if (plain === undefined) {
    const kind = [table.model, table.preTokeniser].filter((part) => part !== undefined).join('/');
    return err(
      failure(
        'unsupported',
        `Tokens of the kind "${kind}" cannot be counted or scored here.`,
        'Choose a model with a "smollm" or "gpt-2" byte-level vocabulary or a SentencePiece one.',
      ),
    );
  }

  const inPrompt = createMarkSplitter(table, [tokenKind.control, tokenKind.unknown, tokenKind.userDefined]);
  const inText = createMarkSplitter(table, [tokenKind.userDefined]);
  const encodeParts = (text: string, splitter: MarkSplitter, atStart: boolean): number[] => {
    const tokens: number[] = [];
    let startsHere = atStart;
    for (const part of text.toWellFormed().split(splitter.pattern)) {
      if (part === '') continue;
      const mark = splitter.tokenOf.get(part);
      if (mark !== undefined) tokens.push(mark);
      else for (const token of plain.encode(part, startsHere)) tokens.push(token);
      startsHere = mark !== undefined && atStart;
    }
    return tokens;
  };
  return ok({
    encode: (text) => encodeParts(text, inText, false),
    encodePrompt: (text) => [
      ...(table.addsBegin && table.beginToken !== undefined ? [table.beginToken] : []),
      ...encodeParts(text, inPrompt, true),
    ],
    bytesOf: plain.bytesOf,
    longestToken: table.texts.reduce((longest, text) => Math.max(longest, text.length), 1),
  });
}

/** So long that its tokens cannot fit, however long they are: not worth the time of counting. */
export function isTooLong(tokeniser: Tokeniser, text: string, contextTokens: number): boolean {
  return text.length > contextTokens * tokeniser.longestToken;
}

function createPlainTokens(table: TokenTable): PlainTokens | undefined {
  if (table.model === 'gpt2') return createByteLevelTokens(table);
  return table.model === 'llama' ? createSentencePieceTokens(table) : undefined;
}

interface MarkSplitter {
  readonly pattern: RegExp;
  readonly tokenOf: ReadonlyMap<string, number>;
}

/** Cuts text at marks, the longer of two that begin together first, and keeps them as parts of their own. */
function createMarkSplitter(table: TokenTable, kinds: readonly number[]): MarkSplitter {
  const tokenOf = textsOfKinds(table, kinds);
  const byLength = [...tokenOf.keys()].sort((a, b) => b.length - a.length);
  const alternatives = byLength.map((mark) => mark.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('|');
  return { pattern: alternatives === '' ? /(?!)/u : new RegExp(`(${alternatives})`, 'u'), tokenOf };
}
