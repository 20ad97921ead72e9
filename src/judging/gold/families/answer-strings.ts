import { foldText, sentencesOf } from './answer-tokens.ts';

const QUOTED = /"([^"\n]{1,80})"|`([^`\n]{1,80})`|\*\*([^*\n]{1,80})\*\*|(?<!\p{L})'([^'\n]{1,80})'(?!\p{L})/gu;
/** A bracketed list, letters spelled out one by one, or a word. */
const PIECES =
  /\[[^\]\n]{0,80}\]|(?<![\p{L}\p{N}])\p{L}(?:[\s,]{0,2}[-\s,]\s?\p{L}(?![\p{L}\p{N}]))+|[\p{L}\p{N}]+(?:['-][\p{L}\p{N}]+)*|[=:]/gu;
const CUES = new Set(': = is are was equals becomes reads prints gives outputs shows'.split(' '));
const SKIPPED = new Set(
  'the a an it as word letter string output result spelled written be becomes reads simply just'.split(' '),
);

/** As strings are compared: folded, without quotes, spaces and closing marks; letters spelled out are joined. */
export function canonicalString(text: string): string {
  const bare = foldText(text)
    .replace(/["'`*\s]/gu, '')
    .replace(/[.,;:!?]+$/u, '');
  return /^\p{L}(?:[-,]\p{L})+$/u.test(bare) ? bare.replace(/[-,]/gu, '') : bare;
}

/**
 * What the first sentence that says anything quotes and the question does not (the first after a cue, else the last); else
 * its first piece after a cue, or before one, that is none of the question's words; else the only piece of the text.
 */
export function statedString(question: string, text: string): string | undefined {
  const own = new Set(piecesOf(foldText(question)).map(({ text: piece }) => piece));
  for (const quoted of quotedIn(foldText(question))) own.add(quoted.text);
  const sentences = sentencesOf(foldText(text));
  for (const sentence of sentences) {
    const pieces = piecesOf(sentence);
    const cue = pieces.findIndex(({ text: piece }) => CUES.has(piece));
    const quoted = quotedIn(sentence).filter((piece) => piece.text !== '' && !own.has(piece.text));
    const after = quoted.find(({ start }) => cue >= 0 && start > (pieces[cue]?.start ?? 0));
    const found = (after ?? quoted.at(-1))?.text ?? unquoted(pieces, cue, own);
    if (found !== undefined) return found;
  }
  const [only, ...others] = sentences.flatMap(piecesOf);
  return others.length === 0 ? only?.text : undefined;
}

interface Piece {
  readonly text: string;
  readonly start: number;
}

function unquoted(pieces: readonly Piece[], cue: number, own: ReadonlySet<string>): string | undefined {
  if (cue < 0) return undefined;
  const isNew = ({ text }: Piece): boolean => !own.has(text) && !CUES.has(text);
  const after = pieces.slice(cue + 1).find((piece) => !own.has(piece.text) && !SKIPPED.has(piece.text));
  const before = pieces.slice(Math.max(0, cue - 1), cue).find((piece) => isNew(piece) && !SKIPPED.has(piece.text));
  const closing = pieces.slice(cue + 1).at(-1);
  const letter = closing !== undefined && /^\p{L}$/u.test(closing.text) ? closing : undefined;
  return (after !== undefined && isNew(after) ? after : (letter ?? before))?.text;
}

function quotedIn(sentence: string): Piece[] {
  return Array.from(sentence.matchAll(QUOTED), ({ 1: a, 2: b, 3: c, 4: d, index }) => ({
    text: canonicalString(a ?? b ?? c ?? d ?? ''),
    start: index,
  }));
}

function piecesOf(sentence: string): Piece[] {
  return Array.from(sentence.matchAll(PIECES), ({ 0: raw, index }) => ({
    text: ['=', ':'].includes(raw) ? raw : canonicalString(raw),
    start: index,
  }));
}
