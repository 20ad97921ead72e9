/**
 * Messages of one round, protocol `/peerage/round/1.0.0`. One message is one canonical CBOR map; `t` names its kind.
 * The asker is the hub: participants send to it, it passes on what all must hold. It can delay, never forge:
 * every fact is a signed record, and a left-out record makes its author dispute the verdict.
 *
 * | t             | from        | fields                                    | meaning                                        |
 * |---------------|-------------|-------------------------------------------|------------------------------------------------|
 * | ask           | asker       | record, question                          | will you answer this?                          |
 * | accept        | participant | model                                     | yes; I have begun                              |
 * | decline       | participant | reason                                    | no, or no longer                               |
 * | progress      | participant | stage, share                              | I am working; share of the step done, 0..1     |
 * | roster        | asker       | record                                    | these peers take part                          |
 * | commit        | participant | record                                    | digest of my answer                            |
 * | lineup        | asker       | record, commits                           | commits admitted; fixes the seed               |
 * | reveal        | participant | record, text, salt, tokens, ms            | my answer, opening its commit                  |
 * | slate         | asker       | reveals                                   | the answers to judge                           |
 * | ballot-commit | participant | record                                    | digest of my ballot                            |
 * | ballot-box    | asker       | commits                                   | ballots admitted; open them now                |
 * | ballot        | participant | record                                    | my ballot, opening its commit                  |
 * | verdict       | asker       | record, ballots                           | the order I computed, and from what            |
 * | confirmation  | participant | record                                    | I computed the same (or: a dispute)            |
 * | settled       | asker       | confirmations                             | what the others computed; the round is over    |
 * | stop          | asker       | reason                                    | the round is over without a verdict            |
 */
import * as v from 'valibot';
import {
  type Canonical,
  type Failure,
  type Result,
  type RoundId,
  decodeCanonical,
  encodeCanonical,
  err,
  failure,
  ok,
} from '#vocabulary';
import { MAX_MESSAGE_BYTES } from '#swarm';
import { SALT_BYTES } from './commitment.ts';
import { MAX_ANSWER_BYTES, MAX_PASSED_ON_BYTES } from './constants.ts';
import { MAX_PARTICIPANTS, MAX_QUESTION_LENGTH } from './parameters.ts';

export const ROUND_PROTOCOL = '/peerage/round/1.0.0';

const DECLINE_REASONS = [
  'busy',
  'not-contributing',
  'no-model',
  'owner-asks',
  'too-long',
  'engine-failed',
  'closing',
  'stale',
  'out-of-bounds',
  'cannot-sign',
] as const;
export type DeclineReason = (typeof DECLINE_REASONS)[number];

export interface Reveal<R> {
  readonly record: R;
  readonly text: string;
  readonly salt: Uint8Array;
  readonly tokens: number;
  readonly ms: number;
}

interface Kinds<R> {
  ask: { readonly record: R; readonly question: string };
  accept: { readonly model: string };
  decline: { readonly reason: DeclineReason };
  progress: { readonly stage: 'answering' | 'judging'; readonly share: number };
  roster: { readonly record: R };
  commit: { readonly record: R };
  lineup: { readonly record: R; readonly commits: readonly R[] };
  reveal: Reveal<R>;
  slate: { readonly reveals: readonly Reveal<R>[] };
  'ballot-commit': { readonly record: R };
  'ballot-box': { readonly commits: readonly R[] };
  ballot: { readonly record: R };
  verdict: { readonly record: R; readonly ballots: readonly R[] };
  confirmation: { readonly record: R };
  settled: { readonly confirmations: readonly R[] };
  stop: { readonly reason: string };
}

/** A message whose records are of type R: bytes on the wire, checked records inside. */
export type RoundMessage<R> = {
  [K in keyof Kinds<R>]: { readonly t: K; readonly round: RoundId } & Kinds<R>[K];
}[keyof Kinds<R>];
export type WireMessage = RoundMessage<Uint8Array>;

const round = v.pipe(
  v.string(),
  v.regex(/^[0-9a-f]{32}$/u),
  v.transform((text) => text as RoundId),
);
const record = v.pipe(v.instance(Uint8Array), v.maxLength(64 * 1024));
/** A participant's statement, which the asker has to pass on to all. */
const statement = v.pipe(v.instance(Uint8Array), v.maxLength(MAX_PASSED_ON_BYTES));
const statements = v.pipe(v.array(statement), v.maxLength(MAX_PARTICIPANTS));
const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(10_000_000));
const shortText = v.pipe(v.string(), v.maxLength(200));
const reveal = {
  record: v.pipe(v.instance(Uint8Array), v.maxLength(MAX_PASSED_ON_BYTES - MAX_ANSWER_BYTES)),
  text: v.pipe(v.string(), v.maxBytes(MAX_ANSWER_BYTES)),
  salt: v.pipe(v.instance(Uint8Array), v.length(SALT_BYTES)),
  tokens: count,
  ms: count,
};

const messageSchema = v.variant('t', [
  v.strictObject({
    t: v.literal('ask'),
    round,
    record,
    question: v.pipe(v.string(), v.minLength(1), v.maxLength(MAX_QUESTION_LENGTH)),
  }),
  v.strictObject({ t: v.literal('accept'), round, model: shortText }),
  v.strictObject({ t: v.literal('decline'), round, reason: v.picklist(DECLINE_REASONS) }),
  v.strictObject({ t: v.literal('progress'), round, stage: v.picklist(['answering', 'judging']), share }),
  v.strictObject({ t: v.literal('roster'), round, record }),
  v.strictObject({ t: v.literal('commit'), round, record: statement }),
  v.strictObject({ t: v.literal('lineup'), round, record, commits: statements }),
  v.strictObject({ t: v.literal('reveal'), round, ...reveal }),
  v.strictObject({
    t: v.literal('slate'),
    round,
    reveals: v.pipe(v.array(v.strictObject(reveal)), v.maxLength(MAX_PARTICIPANTS)),
  }),
  v.strictObject({ t: v.literal('ballot-commit'), round, record: statement }),
  v.strictObject({ t: v.literal('ballot-box'), round, commits: statements }),
  v.strictObject({ t: v.literal('ballot'), round, record: statement }),
  v.strictObject({ t: v.literal('verdict'), round, record, ballots: statements }),
  v.strictObject({ t: v.literal('confirmation'), round, record: statement }),
  v.strictObject({ t: v.literal('settled'), round, confirmations: statements }),
  v.strictObject({ t: v.literal('stop'), round, reason: shortText }),
]);

export function encodeMessage(message: WireMessage): Uint8Array {
  // Every kind above is made of canonical values; the interfaces just lack the index signature to say so.
  return encodeCanonical(message as unknown as Canonical);
}

/** Never throws, whatever the bytes. */
export function decodeMessage(bytes: Uint8Array): Result<WireMessage, Failure<'malformed-message'>> {
  // The swarm carries no more; 35 statements of the largest size stay below it.
  if (bytes.length > MAX_MESSAGE_BYTES) return err(failure('malformed-message', 'The message is too large.'));
  const decoded = decodeCanonical(bytes);
  if (!decoded.ok) return err(failure('malformed-message', decoded.error.message));
  const parsed = v.safeParse(messageSchema, decoded.value);
  if (!parsed.success) return err(failure('malformed-message', v.summarize(parsed.issues)));
  return ok(parsed.output);
}

/** The records a message carries, in a fixed order. */
export function recordsIn<R>(message: RoundMessage<R>): readonly R[] {
  const own = 'record' in message ? [message.record] : [];
  switch (message.t) {
    case 'lineup':
      return [...own, ...message.commits];
    case 'verdict':
      return [...own, ...message.ballots];
    case 'ballot-box':
      return message.commits;
    case 'settled':
      return message.confirmations;
    case 'slate':
      return message.reveals.map((one) => one.record);
    default:
      return own;
  }
}

/** The same message with `recordsIn(message)` replaced, one for one. */
export function withRecords<From, To>(message: RoundMessage<From>, records: readonly To[]): RoundMessage<To> {
  const [first, ...rest] = records;
  switch (message.t) {
    case 'accept':
    case 'decline':
    case 'progress':
    case 'stop':
      return message;
    case 'slate':
      return {
        ...message,
        reveals: message.reveals.map((one, index) => ({ ...one, record: records[index] as To })),
      };
    case 'settled':
      return { ...message, confirmations: records };
    case 'ballot-box':
      return { ...message, commits: records };
    case 'lineup':
      return { ...message, record: first as To, commits: rest };
    case 'verdict':
      return { ...message, record: first as To, ballots: rest };
    default:
      return { ...message, record: first as To };
  }
}
