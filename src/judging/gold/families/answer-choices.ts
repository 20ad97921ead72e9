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
import { MOST_CHOICES, amongListed, distinct } from './answer-options.ts';
import { type Mention, type Token, foldText, tokensOf } from './answer-tokens.ts';

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

function unnegated(tokens: readonly Token[], mentions: readonly Mention[]): Mention[] {
  return mentions.filter((mention) => !isNegated(tokens, mention));
}

function waysOf(choice: string): string[][] {
  return choice.split('|').map((way) => tokensOf(foldText(way)).map(({ text }) => text));
}
