import { MAX_READ_LENGTH, capText, neutraliseText } from '../text.ts';
import type { ScorerPrompt } from '../judge.ts';

/**
 * Bounds in bytes, because no tokeniser makes more tokens than bytes: question, answer and the 220 tokens that the
 * templates and examples may need fit a context of 2,048 in the worst case, so that no answer can break its judge.
 * 800 bytes of English are about 180 tokens.
 */
export const MAX_QUESTION_BYTES = 800;
export const MAX_ANSWER_BYTES = 800;

/** What a scorer is asked; the shape of the `Scorer` port. */
export interface ReadingPrompt {
  readonly prompt: ScorerPrompt;
  readonly continuations: readonly { readonly text: string; readonly ends: boolean }[];
}

/** Question and answer as a judge reads them: neutralised, and cut where they are longer than the bounds. */
export interface JudgedText {
  readonly question: string;
  readonly answer: string;
  readonly answerCapped: boolean;
}

export function prepareText(question: string, answer: string): JudgedText {
  const capped = capText(neutraliseText(answer.slice(0, MAX_READ_LENGTH)), MAX_ANSWER_BYTES);
  return {
    question: capText(neutraliseText(question.slice(0, MAX_READ_LENGTH)), MAX_QUESTION_BYTES).text,
    answer: capped.text,
    answerCapped: capped.capped || answer.length > MAX_READ_LENGTH,
  };
}

/** How likely the model finds the answer, as its own reply to the bare question. The end mark of a cut answer says nothing. */
export function forwardPrompt({ question, answer, answerCapped }: JudgedText): ReadingPrompt {
  return {
    prompt: [{ role: 'user', content: question }],
    continuations: [{ text: answer, ends: !answerCapped }],
  };
}

/** How likely the answer is after no question at all: bland text is likely everywhere. */
export function unpromptedPrompt({ answer, answerCapped }: JudgedText): ReadingPrompt {
  return {
    prompt: [{ role: 'user', content: 'Say something.' }],
    continuations: [{ text: answer, ends: !answerCapped }],
  };
}

const IS_IT_CORRECT = 'Is this answer correct? Reply Yes or No.';

/**
 * Yes against No after the same conversation. It begins with all that the forward reading computed, so an engine that
 * keeps that costs it some 20 tokens more, a third of what a prompt of its own would cost.
 */
export function yesNoPrompt({ question, answer }: JudgedText): ReadingPrompt {
  return {
    prompt: [
      { role: 'user', content: question },
      { role: 'assistant', content: answer },
      { role: 'user', content: IS_IT_CORRECT },
    ],
    continuations: [
      { text: 'Yes', ends: false },
      { text: 'No', ends: false },
    ],
  };
}

/** Questions with a sentence and with a word for an answer; of no family that judges are measured on. */
const EXAMPLES = [
  { question: 'What is the capital of Spain?', sentence: 'The capital of Spain is Madrid.', word: 'Madrid' },
  {
    question: 'Who invented the telephone?',
    sentence: 'Alexander Graham Bell invented the telephone.',
    word: 'Alexander Graham Bell',
  },
  { question: 'How many wheels does a bicycle have?', sentence: 'A bicycle has two wheels.', word: '2' },
  { question: 'What is 4 plus 5?', sentence: '4 plus 5 is 9.', word: '9' },
  { question: 'Which animal says moo?', sentence: 'A cow says moo.', word: 'cow' },
] as const;

/** The question that stands for none: what is likely after it is likely whatever was asked. */
export const NO_QUESTION = '?';

const CLOZE_EXAMPLES = EXAMPLES.map(({ question, word }) => `Question: ${question}\nAnswer: ${word}\n\n`).join('');

/** Where a short answer to the question would begin. Examples come first, so that an engine keeps them for all questions. */
export function clozePrompt(question: string): { readonly plain: string } {
  return { plain: `${CLOZE_EXAMPLES}Question: ${asOneLine(question)}\nAnswer:` };
}

const BACKWARD_EXAMPLES = EXAMPLES.slice(0, 4)
  .map(({ question, sentence }) => `Answer: ${sentence}\nQuestion: ${question}\n\n`)
  .join('');

/** How well the answer explains the question. */
export function backwardPrompt({ question, answer }: JudgedText): ReadingPrompt {
  return {
    prompt: { plain: `${BACKWARD_EXAMPLES}Answer: ${asOneLine(answer)}\nQuestion:` },
    continuations: [{ text: ` ${asOneLine(question)}`, ends: false }],
  };
}

/** Two answers before a judge that names one by its letter. */
export function letterPrompt(question: string, a: string, b: string): ReadingPrompt {
  return {
    prompt: [{ role: 'user', content: `${sideBySide(question, a, b)} Reply with one letter, A or B.` }],
    continuations: LETTERS,
  };
}

/** The same judge, asked to think first. */
export function reasoningPrompt(question: string, a: string, b: string): ScorerPrompt {
  return [{ role: 'user', content: `${sideBySide(question, a, b)} Think briefly first.` }];
}

export function reasonedLetterPrompt(question: string, a: string, b: string, reasoning: string): ReadingPrompt {
  return {
    prompt: [
      ...(reasoningPrompt(question, a, b) as readonly { role: 'user'; content: string }[]),
      { role: 'assistant', content: reasoning },
      { role: 'user', content: 'So which is better? Reply with one letter, A or B.' },
    ],
    continuations: LETTERS,
  };
}

const LETTERS = [
  { text: 'A', ends: false },
  { text: 'B', ends: false },
] as const;

function sideBySide(question: string, a: string, b: string): string {
  return `Question: ${question}\n\nAnswer A: ${a}\n\nAnswer B: ${b}\n\nWhich answer is better?`;
}

/** In the form of examples a line break would begin another one. */
function asOneLine(text: string): string {
  return text.replace(/\s+/gu, ' ').trim();
}
