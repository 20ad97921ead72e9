import type { Failure, PeerId, RecordId, RoundId } from '#vocabulary';
import type { JudgeFinding } from './tally.ts';

export type { JudgeFinding };

/**
 * What can be seen of a round, as plain data: the page draws it, the archive keeps it, other tabs of the same
 * browser receive it. Texts come from models and peers and are never trusted as markup.
 */
export interface RoundView {
  readonly id: RoundId;
  readonly question: string;
  readonly role: 'asker' | 'participant';
  readonly asker: PeerId;
  readonly askedAtMs: number;
  readonly phase: RoundPhase;
  /** Phases entered so far, in order; the last one is still running unless it has an end. */
  readonly phases: readonly PhaseView[];
  readonly provisional: ProvisionalView;
  readonly participants: readonly ParticipantView[];
  /** Answers revealed so far. Empty before the reveal: nobody sees another's answer early. */
  readonly answers: readonly AnswerView[];
  readonly votes: readonly VoteView[];
  /** Best first; empty until the first ballot counts. */
  readonly ranking: readonly RankingRow[];
  /** What the count found of each judge whose ballot counted. */
  readonly judges: readonly JudgeFinding[];
  /** Known once all votes are in. */
  readonly fragility: FragilityView | undefined;
  readonly verdict: VerdictView | undefined;
  /** What the round waits for now, for the page to say so. */
  readonly awaiting: AwaitingView | undefined;
  /** Why the round ended without a verdict, or with a lesser one (alone, too few for a judge without an interest). */
  readonly note: Failure | undefined;
}

/** `interrupted` is what a reload finds of a round that was running. */
export type RoundPhase =
  | 'inviting'
  | 'answering'
  | 'revealing'
  | 'judging'
  | 'opening'
  | 'confirming'
  | 'settled'
  | 'stopped'
  | 'failed'
  | 'interrupted';

export interface PhaseView {
  readonly phase: RoundPhase;
  readonly startedAtMs: number;
  readonly endedAtMs: number | undefined;
}

/** The asker's own answer while it streams. */
export interface ProvisionalView {
  readonly state: 'none' | 'waiting' | 'streaming' | 'done' | 'failed';
  readonly text: string;
  readonly tokens: number;
  /** From the question to its first token. */
  readonly firstTokenMs: number | undefined;
}

export type ParticipantState =
  | 'invited'
  | 'declined'
  | 'answering'
  | 'committed'
  | 'revealed'
  | 'judging'
  | 'voted'
  | 'opened'
  | 'confirmed'
  | 'disputed'
  | 'late'
  | 'gone';

export interface ParticipantView {
  readonly peer: PeerId;
  readonly model: string;
  readonly self: boolean;
  readonly state: ParticipantState;
  /** Why it declined, was late or is gone, in words. */
  readonly reason: string | undefined;
  /** Share of its present work done, in [0, 1]. */
  readonly progress: number | undefined;
  /** When the round goes on without it (epoch milliseconds). */
  readonly deadlineMs: number | undefined;
}

export interface AnswerView {
  readonly peer: PeerId;
  readonly model: string;
  readonly text: string;
  readonly tokens: number;
  readonly ms: number;
  /** The commit this answer was bound to before anybody saw it. */
  readonly commit: RecordId;
  /** Judges that screened it out as no genuine attempt. */
  readonly screenedBy: readonly PeerId[];
}

export interface VoteView {
  readonly judge: PeerId;
  /** Author of the answer on the first side, and of the second. */
  readonly a: PeerId;
  readonly b: PeerId;
  /** P(a is better) as this judge sees it. */
  readonly outcome: number;
  readonly logOdds: number;
  /** Weight it entered the fit with. */
  readonly weight: number;
  /** What each reading contributed, in logits. */
  readonly contributions: readonly { readonly name: string; readonly logOdds: number }[];
  /** The signed ballot that holds this vote. */
  readonly ballot: RecordId;
}

export interface RankingRow {
  readonly peer: PeerId;
  readonly strength: number;
  readonly low: number;
  readonly high: number;
  readonly pBest: number;
}

/** How few votes, turned into their opposite, would have made another answer the winner. */
export interface FragilityView {
  /** Undefined where none were found. */
  readonly flips: number | undefined;
  /** False when even fewer might do. */
  readonly exact: boolean;
  readonly rival: PeerId | undefined;
}

export interface VerdictView {
  readonly winner: PeerId;
  /** Whether the asker's own provisional answer won. */
  readonly confirmsProvisional: boolean;
  /** Peers that computed the same order from the same ballots, the asker among them. */
  readonly agreedBy: readonly PeerId[];
  readonly disputedBy: readonly PeerId[];
  readonly record: RecordId;
}

export interface AwaitingView {
  readonly what: 'acceptances' | 'answers' | 'reveals' | 'ballots' | 'openings' | 'confirmations';
  readonly peers: readonly PeerId[];
  /** When the round goes on regardless (epoch milliseconds). */
  readonly untilMs: number;
}
