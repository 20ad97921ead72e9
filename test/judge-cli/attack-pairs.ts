import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { AttackFamily } from '../../src/judging/gold/attack-families.ts';
import { attacksOn } from '../../src/judging/gold/attacks.ts';
import type { Pair } from './pair.ts';

/** A true answer against an attack on its question. */
export interface AttackPair extends Pair {
  readonly family: AttackFamily;
}

interface WrittenSubject {
  readonly subject: string;
  readonly pairs: readonly {
    readonly form: string;
    readonly question: string;
    readonly better: string;
    readonly worse: string;
  }[];
}

const writtenFolder = join(import.meta.dirname, '../../src/judging/gold/written');

/** Questions with a true sentence each that no calibration was fitted on, subjects taking turns. */
function heldOutQuestions(): readonly { readonly question: string; readonly better: string; readonly worse: string }[] {
  const subjects = readdirSync(writtenFolder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => JSON.parse(readFileSync(join(writtenFolder, name), 'utf8')) as WrittenSubject)
    .toSorted((a, b) => (a.subject < b.subject ? -1 : 1))
    .filter((_, index) => index % 2 === 1)
    .map(({ pairs }) => pairs.filter(({ form }) => form === 'sentence'));
  const longest = Math.max(...subjects.map((pairs) => pairs.length));
  return Array.from({ length: longest }, (_, place) => subjects.flatMap((pairs) => pairs[place] ?? [])).flat();
}

/** One pair for every family of attacks on each of the first `count` questions, fewer only if there are fewer. */
export function attackPairs(count: number): readonly AttackPair[] {
  const all = heldOutQuestions();
  return all.slice(0, count).flatMap(({ question, better, worse: wrong }, turn) => {
    // The next question's subject is another one.
    const trueElsewhere = (all[(turn + 1) % all.length] as { readonly better: string }).better;
    const attacks = attacksOn({ question, right: better, wrong, trueElsewhere }, 'held-out', turn);
    return attacks.map(({ family, text }) => ({ family, question, better, worse: text }));
  });
}
