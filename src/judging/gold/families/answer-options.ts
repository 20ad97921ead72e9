import { COPULAS, type Statement, isCued, wordAt } from './answer-statement.ts';
import { type Mention, type Token, tokensOf } from './answer-tokens.ts';

/** Whoever names more choices than this has chosen none. */
export const MOST_CHOICES = 3;
/** What a choice does that is the subject of its sentence. */
const VERBS = new Set('is are was were has have comes lives can would weighs costs belongs appears goes'.split(' '));
const ARTICLES = new Set(['a', 'an', 'the']);
const OPPOSITES = [
  ['bigger', 'smaller'],
  ['larger', 'smaller'],
  ['heavier', 'lighter'],
  ['faster', 'slower'],
  ['taller', 'shorter'],
  ['longer', 'shorter'],
  ['hotter', 'colder'],
  ['older', 'younger'],
  ['more', 'less'],
  ['deeper', 'shallower'],
].flatMap(([one = '', other = '']) => [
  [one, other],
  [other, one],
]);

/** The question names the options: a text that takes them up names them too before it decides. */
export function amongListed(statements: readonly Statement[], question: string): string | undefined {
  const decisive =
    statements.find((statement) => claimOf(statement) !== undefined || distinct(statement.mentions).size === 1) ??
    statements[0];
  if (decisive === undefined) return undefined;
  const named = [...distinct(decisive.mentions)];
  const claim = claimOf(decisive);
  if (claim === undefined) return isUndecided(decisive, named.length) ? undefined : named[0];
  if (named.length > MOST_CHOICES && isListGoingOn(decisive, claim)) return undefined;
  const other = named.find((answer) => answer !== claim.answer);
  return named.length === 2 && isTurned(decisive, question) ? other : claim.answer;
}

/** "A, a B, a C or a D" after what seemed a claim. */
function isListGoingOn({ mentions }: Statement, claim: Mention): boolean {
  return mentions.some(({ from }) => from >= claim.to && from - claim.to <= 1);
}

/** "Both A and B", "A or B"; or three options named and none pointed at. */
function isUndecided({ tokens, mentions }: Statement, named: number): boolean {
  if (named < 2 || named >= MOST_CHOICES) return named !== 1;
  return (
    tokens.some(({ text }) => text === 'both') || mentions.some((mention) => isListedAfter(tokens, mentions, mention))
  );
}

/** Whether "and" or "or" joins a mention to one before it. */
function isListedAfter(tokens: readonly Token[], mentions: readonly Mention[], { from }: Mention): boolean {
  let before = from - 1;
  while (ARTICLES.has(wordAt(tokens, before))) before -= 1;
  return ['and', 'or'].includes(wordAt(tokens, before)) && mentions.some(({ to }) => to === before);
}

/** "The mouse is smaller", where asked which is bigger. */
function isTurned({ tokens }: Statement, question: string): boolean {
  const asked = new Set(tokensOf(question).map(({ text }) => text));
  const said = new Set(tokens.map(({ text }) => text));
  return (
    said.has('than') &&
    OPPOSITES.some(([one = '', other = '']) => asked.has(one) && said.has(other) && !said.has(one) && !asked.has(other))
  );
}

/** The first option that is the subject or stands after a cue; of "X is Y" it is Y. */
function claimOf(statement: Statement): Mention | undefined {
  const { mentions } = statement;
  const claim = mentions.find((mention) => isCued(statement, mention, COPULAS) || isSubject(statement, mention));
  return (
    mentions.find(
      (mention) => claim !== undefined && mention.from > claim.to && isCued(statement, mention, COPULAS, claim.to),
    ) ?? claim
  );
}

function isSubject({ tokens, mentions }: Statement, mention: Mention): boolean {
  const isListed = isListedAfter(tokens, mentions, mention) || mentions.some((other) => other.to === mention.from);
  return !isListed && VERBS.has(wordAt(tokens, mention.to));
}

export function distinct(mentions: readonly Mention[]): Set<string> {
  return new Set(mentions.map(({ answer }) => answer));
}
