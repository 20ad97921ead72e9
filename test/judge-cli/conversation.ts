import { type Result, err, ok } from '#vocabulary';
import { quoted } from '../rank-cli/terminal-text.ts';

// Preference data write a text either as a string or as messages; a judge reads one question and one answer.

interface Message {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

const NAMES: Readonly<Record<Message['role'], string>> = { system: 'System', user: 'User', assistant: 'Assistant' };

/** A prompt as one text: the user's message where there is one turn, else all turns under their speakers' names. */
export function conversationText(value: unknown): Result<string, string> {
  if (typeof value === 'string') return ok(value);
  const messages = readMessages(value);
  if (!messages.ok) return messages;
  const turns = messages.value.filter(({ role }) => role !== 'system');
  const [only, ...more] = turns;
  if (only === undefined || !turns.some(({ role }) => role === 'user')) return err('has no message of a user');
  if (more.length === 0) return ok(only.content);
  return ok(messages.value.map(({ role, content }) => `${NAMES[role]}: ${content}`).join('\n'));
}

/** The last thing the assistant says, be it in the reply alone or in the whole conversation. */
export function replyText(value: unknown): Result<string, string> {
  if (typeof value === 'string') return ok(value);
  const messages = readMessages(value);
  if (!messages.ok) return messages;
  const reply = messages.value.findLast(({ role }) => role === 'assistant');
  return reply === undefined ? err('has no message of an assistant') : ok(reply.content);
}

function readMessages(value: unknown): Result<readonly Message[], string> {
  if (!Array.isArray(value)) return err(`is ${quoted(value)}, neither a text nor a list of messages`);
  const messages: Message[] = [];
  for (const [index, entry] of (value as readonly unknown[]).entries()) {
    const { role, content } = (typeof entry === 'object' && entry !== null ? entry : {}) as Partial<Message>;
    if (typeof role !== 'string' || !Object.hasOwn(NAMES, role))
      return err(`message ${index + 1} has the role ${quoted(role)}, not system, user or assistant`);
    if (typeof content !== 'string') return err(`message ${index + 1} has no text as its content`);
    messages.push({ role, content });
  }
  return ok(messages);
}
