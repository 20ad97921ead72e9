import {
  COPULAS,
  CUES,
  type Statement,
  decisiveOf,
  isCued,
  isNegated,
  statementsOf,
  wordAt,
} from './answer-statement.ts';
import { type Mention, type Token, foldText, tokensOf } from './answer-tokens.ts';

/** Whoever names more choices than this has chosen none. */
const MOST_CHOICES = 3;
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

/** The first way of saying a choice, as it is compared. */
export function canonicalChoice(choice: string): string {
  return waysOf(choice)[0]?.join(' ') ?? '';
}

/** Every mention of a choice, the longest where several begin at one place. */
export function choiceFinder(choices: readonly string[]): (tokens: readonly Token[]) => Mention[] {
  const waysBy = new Map<string, { readonly answer: string; readonly way: readonly string[] }[]>();
  for (const choice of choices)
    for (const way of waysOf(choice)) {
      const first = way[0] ?? '';
      waysBy.set(first, [...(waysBy.get(first) ?? []), { answer: canonicalChoice(choice), way }]);
    }
  for (const ways of waysBy.values()) ways.sort((a, b) => b.way.length - a.way.length);
  return (tokens) => {
    const mentions: Mention[] = [];
    for (let from = 0; from < tokens.length;) {
      const found = waysBy
        .get(wordAt(tokens, from))
        ?.find(({ way }) => way.every((word, offset) => wordAt(tokens, from + offset) === word));
      const to = from + (found?.way.length ?? 1);
      if (found !== undefined) mentions.push({ answer: found.answer, from, to });
      from = to;
    }
    return mentions;
  };
}

export function chosenAnswer(
  choices: readonly string[],
  question: { readonly question: string; readonly answer: string },
  text: string,
): string | undefined {
  const find = choiceFinder(choices);
  const folded = foldText(text);
  const own = distinct(find(tokensOf(foldText(question.question))));
  return own.has(question.answer)
    ? amongListed(
        statementsOf(folded, (tokens) => unnegated(tokens, find(tokens))),
        foldText(question.question),
      )
    : (amongUnlisted(
        statementsOf(folded, (tokens) => unnegated(tokens, find(tokens)).filter(({ answer }) => !own.has(answer))),
        (tokens) => find(tokens).some(({ answer }) => own.has(answer)),
      ) ?? echoed(statementsOf(folded, find), own));
}

/** The question does not name its answer: what it does name is no answer either. */
function amongUnlisted(
  statements: readonly Statement[],
  takesUp: (tokens: readonly Token[]) => boolean,
): string | undefined {
  const decisive = decisiveOf(statements, takesUp);
  if (decisive === undefined) return undefined;
  const claimed = decisive.mentions.filter((mention) => isCued(decisive, mention, CUES));
  const isPlain = claimed.length > 0 && distinct(decisive.mentions).size === 1;
  if (!isPlain && distinct(statements.flatMap(({ mentions }) => mentions)).size > MOST_CHOICES) return undefined;
  return (claimed[0] ?? decisive.mentions[0])?.answer;
}

/** "The opposite of hot is hot": claimed after all, and wrong. */
function echoed(statements: readonly Statement[], own: ReadonlySet<string>): string | undefined {
  for (const statement of statements)
    for (const mention of statement.mentions)
      if (isCued(statement, mention, COPULAS) && distinct(statement.mentions).size === 1 && own.has(mention.answer))
        return mention.answer;
  return undefined;
}

/** The question names the options: a text that takes them up names them too before it decides. */
function amongListed(statements: readonly Statement[], question: string): string | undefined {
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

function unnegated(tokens: readonly Token[], mentions: readonly Mention[]): Mention[] {
  return mentions.filter((mention) => !isNegated(tokens, mention));
}

function distinct(mentions: readonly Mention[]): Set<string> {
  return new Set(mentions.map(({ answer }) => answer));
}

function waysOf(choice: string): string[][] {
  return choice.split('|').map((way) => tokensOf(foldText(way)).map(({ text }) => text));
}
