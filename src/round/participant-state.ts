/** What a participant knows of a round, and how to read it. */
import type { Failure, PeerId, RecordId, RoundId } from '#vocabulary';
import type { RecordOf, SealedBallot, TypedRecord } from '#reputation';
import type { CheckedMessage } from './asker-state.ts';
import type { LoopEffect, LoopEvent } from './effects.ts';
import type { Tally, TallyInput } from './tally.ts';
import type { DeclineReason, Reveal } from './wire.ts';

export type ParticipantPhase = 'answering' | 'waiting' | 'judging' | 'observing' | 'done' | 'ended';

/** What the engine wrote for the question. */
export interface WrittenAnswer {
  readonly text: string;
  readonly tokens: number;
  readonly ms: number;
  readonly salt: Uint8Array;
}

/** What this peer itself has stated in the round. */
export interface OwnRecords {
  readonly commit?: RecordOf<'commit'>;
  readonly reveal?: RecordOf<'reveal'>;
  readonly 'ballot-commit'?: RecordOf<'ballot-commit'>;
  readonly ballot?: RecordOf<'ballot'>;
  readonly confirmation?: RecordOf<'confirmation'>;
  readonly dispute?: RecordOf<'dispute'>;
}

export interface ParticipantRound {
  readonly round: RoundId;
  readonly self: PeerId;
  readonly asker: PeerId;
  readonly question: string;
  readonly model: string;
  readonly phase: ParticipantPhase;
  readonly startedAtMs: number;
  readonly endedAtMs: number | undefined;
  /** When this peer stops waiting for the asker's next move. */
  readonly patienceEndsAtMs: number;
  /** Share of the present work done, for reports to the asker. */
  readonly share: number;
  readonly ask: RecordOf<'ask'>;
  readonly roster: RecordOf<'roster'> | undefined;
  readonly lineup: RecordOf<'lineup'> | undefined;
  readonly commits: readonly RecordOf<'commit'>[];
  readonly reveals: readonly Reveal<RecordOf<'reveal'>>[];
  /** Undefined until the ballot box was closed. */
  readonly ballotCommits: readonly RecordOf<'ballot-commit'>[] | undefined;
  readonly ballots: readonly RecordOf<'ballot'>[];
  readonly verdict: RecordOf<'verdict'> | undefined;
  /** What the others computed, as the asker passed it on. */
  readonly confirmations: readonly (RecordOf<'confirmation'> | RecordOf<'dispute'>)[];
  readonly answer: WrittenAnswer | undefined;
  readonly sealed: SealedBallot | undefined;
  readonly own: OwnRecords;
  /** What of this peer's own the asker left out although it had been sent; the reason of its dispute. */
  readonly leftOut: string | undefined;
  readonly tally: Tally | undefined;
  /** Why it ended early, in words. */
  readonly endReason: string | undefined;
}

export type ParticipantEvent =
  | LoopEvent
  | { readonly type: 'message'; readonly message: CheckedMessage; readonly nowMs: number }
  | { readonly type: 'answered'; readonly answer: WrittenAnswer; readonly nowMs: number }
  | { readonly type: 'judged'; readonly ballot: SealedBallot; readonly nowMs: number }
  | { readonly type: 'progress'; readonly share: number; readonly nowMs: number }
  | { readonly type: 'work-failed'; readonly error: Failure; readonly nowMs: number }
  | { readonly type: 'withdraw'; readonly reason: DeclineReason; readonly nowMs: number }
  | { readonly type: 'asker-gone'; readonly nowMs: number };

export type ParticipantEffect =
  | LoopEffect
  | { readonly type: 'send'; readonly message: CheckedMessage }
  | { readonly type: 'generate'; readonly question: string; readonly maxTokens: number; readonly temperature: number }
  | {
      readonly type: 'judge';
      readonly question: string;
      readonly answers: readonly { readonly commit: RecordId; readonly text: string }[];
      /** The other answers of the round. */
      readonly others: readonly string[];
    }
  /** Stores records while the round goes on. */
  | { readonly type: 'keep'; readonly records: readonly TypedRecord[] }
  /** Whatever the engine does for this round ends now. */
  | { readonly type: 'abort' }
  | { readonly type: 'finish'; readonly records: readonly TypedRecord[] };

export interface ParticipantStep {
  readonly state: ParticipantRound;
  readonly effects: readonly ParticipantEffect[];
}

/** Whether the asker wrote this record for this round. */
export function isAskers(state: ParticipantRound, record: TypedRecord): boolean {
  return record.author === state.asker && record.body.round === state.round;
}

export function tallyInput(state: ParticipantRound): TallyInput {
  const standing = new Map(state.roster?.body.participants.map((one) => [one.peer, one.standing]));
  return {
    round: state.round,
    lineup: state.lineup?.body.commits ?? [],
    slate: state.reveals.map((reveal) => ({ commit: reveal.record.body.commit, author: reveal.record.author })),
    ballots: [],
    standingOf: (judge) => standing.get(judge) ?? 0,
    answersPerJudge: state.ask.body.answersPerJudge,
  };
}

/** Every record of this round that this peer holds, its own among them; none of a round in which it stated nothing. */
export function recordsOf(state: ParticipantRound): readonly TypedRecord[] {
  const own: readonly TypedRecord[] = Object.values(state.own).filter((record) => record !== undefined);
  if (own.length === 0) return [];
  const held: readonly (TypedRecord | undefined)[] = [
    state.ask,
    state.roster,
    state.lineup,
    ...state.commits,
    ...state.reveals.map((reveal) => reveal.record),
    ...(state.ballotCommits ?? []),
    ...state.ballots,
    state.verdict,
    ...state.confirmations,
    ...own,
  ];
  return [...new Map(held.flatMap((record) => (record ? [[record.id, record] as const] : []))).values()];
}
