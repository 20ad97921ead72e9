import { MAX_READ_LENGTH, capText, neutraliseText } from '../text.ts';

/**
 * Bounds in bytes, because no tokeniser makes more tokens than bytes: question, answer and the 120 tokens that the
 * templates may need fit a context of 2,048 in the worst case, so that no answer can break its judge.
 * 800 bytes of English are about 180 tokens.
 */
export const MAX_QUESTION_BYTES = 800;
export const MAX_ANSWER_BYTES = 800;

export interface PromptMessage {
  readonly role: 'user' | 'assistant';
  readonly content: string;
}

/** What a scorer is asked; the shape of the `Scorer` port. */
export interface ReadingPrompt {
  readonly prompt: readonly PromptMessage[];
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
