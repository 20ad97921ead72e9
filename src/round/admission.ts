/** Whether this peer takes a question that reached it, and why not. */
import { type PeerId, type RecordId, type RoundId, equalBytes } from '#vocabulary';
import type { RecordOf } from '#reputation';
import type { CheckedMessage } from './asker-state.ts';
import { digestText } from './commitment.ts';
import {
  ASK_FRESHNESS_MS,
  MAX_ANSWERS_PER_JUDGE,
  MAX_ASKED_TEMPERATURE_THOUSANDTHS,
  MAX_ASKED_TOKENS,
} from './constants.ts';
import type { DeclineReason } from './wire.ts';

/** A question whose signature, round and text belong together. */
export interface Invitation {
  readonly asker: PeerId;
  readonly round: RoundId;
  readonly ask: RecordOf<'ask'>;
  readonly question: string;
}

export function readInvitation(from: PeerId, message: Extract<CheckedMessage, { t: 'ask' }>): Invitation | undefined {
  const { record: ask, round, question } = message;
  if (ask.type !== 'ask' || ask.author !== from || ask.body.round !== round) return undefined;
  if (!equalBytes(ask.body.questionDigest, digestText(question))) return undefined;
  return { asker: from, round, ask, question };
}

/** What no question may ask of this peer, whoever asks. */
export function findExcess({ ask }: Invitation, nowMs: number): DeclineReason | undefined {
  const { maxTokens, temperature, answersPerJudge } = ask.body;
  if (Math.abs(nowMs - ask.time) > ASK_FRESHNESS_MS) return 'stale';
  if (maxTokens < 1 || maxTokens > MAX_ASKED_TOKENS) return 'out-of-bounds';
  if (temperature > MAX_ASKED_TEMPERATURE_THOUSANDTHS || answersPerJudge > MAX_ANSWERS_PER_JUDGE)
    return 'out-of-bounds';
  return undefined;
}

/**
 * The questions served lately. A peer that answered one of them again would sign two commits to it, which is proof of
 * cheating; older ones are refused as stale.
 */
export interface ServedQuestions {
  has(ask: RecordId): boolean;
  add(ask: RecordId, nowMs: number): void;
}

export function createServedQuestions(): ServedQuestions {
  const servedAtMs = new Map<RecordId, number>();
  return {
    has: (ask) => servedAtMs.has(ask),
    add(ask, nowMs) {
      // A question dated ahead stays fresh for twice the tolerance.
      for (const [old, atMs] of servedAtMs) if (atMs < nowMs - 2 * ASK_FRESHNESS_MS) servedAtMs.delete(old);
      servedAtMs.set(ask, nowMs);
    },
  };
}
