import { createHash } from 'node:crypto';
import { conversationText, replyText } from './conversation.ts';
import { quoted } from '../rank-cli/terminal-text.ts';

/** One question with two answers, of which a person or a fact says that the first is better. */
export interface Pair {
  readonly question: string;
  readonly better: string;
  readonly worse: string;
}

const NEEDED = 'a pair has question, better and worse, or prompt, chosen and rejected';

/** The pair of one line's JSON value, or why there is none. Other keys are passed over. */
export function readPair(value: unknown): Pair | { readonly reason: string } {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { reason: `${quoted(value)} is not an object; ${NEEDED}` };
  const fields = value as Readonly<Record<string, unknown>>;
  const has = (...keys: string[]): boolean => keys.every((key) => Object.hasOwn(fields, key));
  if (has('question', 'better', 'worse')) return readPlain(fields);
  if (has('prompt', 'chosen', 'rejected')) return readPreference(fields);
  const keys = Object.keys(fields).slice(0, 10).map(quoted).join(', ');
  return { reason: `this object has ${keys === '' ? 'no keys' : keys}; ${NEEDED}` };
}

function readPlain(fields: Readonly<Record<string, unknown>>): Pair | { readonly reason: string } {
  const { question, better, worse } = fields;
  if (typeof question !== 'string') return { reason: `question is ${quoted(question)}, not a text` };
  if (typeof better !== 'string') return { reason: `better is ${quoted(better)}, not a text` };
  if (typeof worse !== 'string') return { reason: `worse is ${quoted(worse)}, not a text` };
  return withQuestion('question', { question, better, worse });
}

function readPreference(fields: Readonly<Record<string, unknown>>): Pair | { readonly reason: string } {
  const question = conversationText(fields['prompt']);
  if (!question.ok) return { reason: `prompt ${question.error}` };
  const better = replyText(fields['chosen']);
  if (!better.ok) return { reason: `chosen ${better.error}` };
  const worse = replyText(fields['rejected']);
  if (!worse.ok) return { reason: `rejected ${worse.error}` };
  return withQuestion('prompt', { question: question.value, better: better.value, worse: worse.value });
}

/** An empty answer is a bad one, and judges must say so; without a question there is nothing to judge. */
function withQuestion(key: string, pair: Pair): Pair | { readonly reason: string } {
  return pair.question.trim() === '' ? { reason: `${key} is empty` } : pair;
}

/** Names a pair by what it says, wherever it stands. */
export function keyOfPair({ question, better, worse }: Pair): string {
  return createHash('sha256')
    .update(JSON.stringify([question, better, worse]))
    .digest('hex');
}
