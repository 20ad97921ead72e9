import { type Mention, type Token, sentencesOf, tokensOf } from './answer-tokens.ts';

/** The sentence that states the answer, and what it names that may be the answer (at least one). */
export interface Statement {
  readonly tokens: readonly Token[];
  readonly mentions: readonly Mention[];
}

const set = (words: string): ReadonlySet<string> => new Set(words.split(' '));
export const COPULAS = set('is are was were equals = answer be');
export const CUES = set(
  ': is are was were equals = answer be has have had contains called named becomes means makes gives prints outputs',
);
/** Words that may stand between a cue and what it points at. */
const FILLERS = set(
  ': = the a an of in on from by as to about only just called named known word number letter item option simply located ' +
    'situated found part usually often typically generally mainly probably likely indeed actually definitely',
);
const NEGATIONS = set("not isn't aren't wasn't never unlike except instead neither nor");
const CONCLUSIONS = set('therefore thus hence');

/** Statements of a folded text in order, each cut to its conclusion where it draws one ("so", "therefore"). */
export function statementsOf(folded: string, find: (tokens: readonly Token[]) => Mention[]): Statement[] {
  return sentencesOf(folded)
    .map((sentence) => {
      const tokens = tokensOf(sentence);
      return concluded({ tokens, mentions: find(tokens) });
    })
    .filter(({ mentions }) => mentions.length > 0);
}

/** The first, unless a later one announces that it concludes, or begins with "so" and takes the question up again. */
export function decisiveOf(
  statements: readonly Statement[],
  takesUp: (tokens: readonly Token[]) => boolean,
): Statement | undefined {
  return (
    statements.slice(1).find(({ tokens }) => announces(tokens) || (wordAt(tokens, 0) === 'so' && takesUp(tokens))) ??
    statements[0]
  );
}

/** Whether a cue (the one at `place`, where told) stands right before a mention, fillers aside. */
export function isCued({ tokens }: Statement, { from }: Mention, cues: ReadonlySet<string>, place?: number): boolean {
  let at = from - 1;
  while (at > 0 && FILLERS.has(wordAt(tokens, at)) && !cues.has(wordAt(tokens, at))) at -= 1;
  return cues.has(wordAt(tokens, at)) && (place === undefined || at === place);
}

/** "not X", "rather than an X", "X is not". */
export function isNegated(tokens: readonly Token[], { from, to }: Mention): boolean {
  if (wordAt(tokens, to).endsWith("n't") || (COPULAS.has(wordAt(tokens, to)) && wordAt(tokens, to + 1) === 'not'))
    return true;
  let at = from - 1;
  while (at > 0 && FILLERS.has(wordAt(tokens, at))) at -= 1;
  const isPassedOver = wordAt(tokens, at) === 'than' && wordAt(tokens, at - 1) === 'rather';
  return isPassedOver || NEGATIONS.has(wordAt(tokens, at));
}

export function wordAt(tokens: readonly Token[], at: number): string {
  return tokens[at]?.text ?? '';
}

function announces(tokens: readonly Token[]): boolean {
  return (
    CONCLUSIONS.has(wordAt(tokens, 0)) ||
    tokens.some(({ text }, at) => text === 'answer' && ['is', ':'].includes(wordAt(tokens, at + 1)))
  );
}

function concluded({ tokens, mentions }: Statement): Statement {
  const start = tokens.findLastIndex(
    ({ text, opensClause }, at) =>
      CONCLUSIONS.has(text) || (text === 'so' && (opensClause || at === 0 || wordAt(tokens, at - 1) === 'and')),
  );
  const later = mentions.filter(({ from }) => from > start);
  return { tokens, mentions: later.length > 0 ? later : mentions };
}
