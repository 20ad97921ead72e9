import { type Random, randomInteger, shuffled } from '#vocabulary';
import { type AnswerForm, type CheckableQuestion, type QuestionFamily, canonicalAnswer } from '../checkable.ts';

/** Draws that may repeat before a family counts as used up. */
const DRAWS_EACH = 60;

/** Everything of a question but its family; answers as they are to be said. */
export interface Draft {
  readonly form: AnswerForm;
  readonly question: string;
  /** What the question comes to, however it is worded: a family asks it once. */
  readonly topic: string;
  readonly say: (answer: string) => string;
  readonly answer: string;
  /** At least two; what equals the answer or another is left out, and more than three are. */
  readonly slips: readonly string[];
}

export function finished(
  family: string,
  { form, question, say, answer, slips }: Omit<Draft, 'topic'>,
): CheckableQuestion {
  const right = canonicalAnswer(form, answer);
  const wrong = new Map(slips.map((slip) => [canonicalAnswer(form, slip), slip]));
  wrong.delete(right);
  return {
    family,
    question,
    form,
    answer: right,
    right: say(answer),
    slips: [...wrong.values()].slice(0, 3).map((slip) => say(slip)),
  };
}

/** Questions drawn one by one until they are enough or only repeat. */
export function drawnFamily(name: string, difficulty: 1 | 2 | 3, draw: (random: Random) => Draft): QuestionFamily {
  return {
    name,
    difficulty,
    make(random, count) {
      const made = new Map<string, CheckableQuestion>();
      for (let draws = 0; made.size < count && draws < DRAWS_EACH * count; draws++) {
        const draft = draw(random);
        const question = finished(name, draft);
        if (question.slips.length >= 2 && !made.has(draft.topic)) made.set(draft.topic, question);
      }
      return [...made.values()];
    },
  };
}

export function oneOf<T>(random: Random, items: readonly T[]): T {
  return items[randomInteger(random, items.length)] as T;
}

export function someOf<T>(random: Random, items: readonly T[], count: number): T[] {
  return shuffled(random, items).slice(0, count);
}

/** Integer from `from` to `to`, both possible. */
export function between(random: Random, from: number, to: number): number {
  return from + randomInteger(random, to - from + 1);
}

/** "a mouse", "an hour". */
export function withArticle(noun: string): string {
  const takesAn = /^(?:[aeiou]|hour|honest)/iu.test(noun) && !/^(?:uni|use|eu|one|ukul)/iu.test(noun);
  return `${takesAn ? 'an' : 'a'} ${noun}`;
}

/** With a capital letter at its beginning. */
export function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
