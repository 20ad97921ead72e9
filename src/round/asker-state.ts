/** What the asker knows of its round, and how to read it. */
import type { Failure, PeerId, RoundId } from '#vocabulary';
import type { RecordOf, TypedRecord } from '#reputation';
import type { LoopEffect, LoopEvent } from './effects.ts';
import type { Member } from './member.ts';
import { openedBallots } from './opening.ts';
import type { RoundParameters } from './parameters.ts';
import { isRoundOver } from './round-phase.ts';
import { type Tally, type TallyInput, tallyBallots } from './tally.ts';
import type { ParticipantState, PhaseView, RoundPhase } from './view.ts';
import type { RoundMessage } from './wire.ts';

export interface AskerState {
  readonly round: RoundId;
  readonly self: PeerId;
  readonly question: string;
  readonly parameters: RoundParameters;
  readonly askedAtMs: number;
  readonly phase: RoundPhase;
  readonly phases: readonly PhaseView[];
  readonly members: readonly Member[];
  readonly ask: RecordOf<'ask'> | undefined;
  readonly roster: RecordOf<'roster'> | undefined;
  readonly lineup: RecordOf<'lineup'> | undefined;
  readonly verdict: RecordOf<'verdict'> | undefined;
  /** Set while the shell signs a record of this type: nothing advances until it is there. */
  readonly signing: TypedRecord['type'] | undefined;
  /** Fit over the ballots opened so far; moves as each lands. */
  readonly tally: Tally | undefined;
  readonly note: Failure | undefined;
}

export type CheckedMessage = RoundMessage<TypedRecord>;

export type AskerEvent =
  | LoopEvent
  | { readonly type: 'message'; readonly from: PeerId; readonly message: CheckedMessage; readonly nowMs: number }
  | { readonly type: 'gone'; readonly peer: PeerId; readonly nowMs: number }
  | { readonly type: 'stop'; readonly nowMs: number };

export type AskerEffect =
  | LoopEffect
  | { readonly type: 'send'; readonly to: readonly PeerId[]; readonly message: CheckedMessage }
  | { readonly type: 'finish' };

export interface AskerStep {
  readonly state: AskerState;
  readonly effects: readonly AskerEffect[];
}

/** State a member is awaited in during a phase; in phases that are over nobody is. */
const AWAITED: Partial<Record<RoundPhase, ParticipantState>> = {
  inviting: 'invited',
  answering: 'answering',
  revealing: 'committed',
  judging: 'judging',
  opening: 'voted',
};

export function awaitedMembers(state: AskerState): readonly Member[] {
  if (state.phase === 'confirming') return state.members.filter((member) => mayConfirm(state, member));
  const awaited = AWAITED[state.phase];
  return state.members.filter((member) => member.state === awaited);
}

/** Everybody present repeats the fit, also those whose own answer or ballot came too late. */
const CONFIRMING: ReadonlySet<ParticipantState> = new Set(['opened', 'revealed', 'late']);

export function mayConfirm(state: AskerState, member: Member): boolean {
  return CONFIRMING.has(member.state) && isOnRoster(state, member.peer);
}

export function enter(state: AskerState, phase: RoundPhase, nowMs: number): AskerState {
  const phases = state.phases.map((one) => (one.endedAtMs === undefined ? { ...one, endedAtMs: nowMs } : one));
  const endedAtMs = isRoundOver(phase) ? nowMs : undefined;
  return { ...state, phase, phases: [...phases, { phase, startedAtMs: nowMs, endedAtMs }] };
}

/**
 * Who is told how the round goes on: everybody invited that did not decline, and from the roster on only its peers.
 * Late and silent ones are told, too: they may confirm what others decided, and must learn that it is over.
 */
export function audienceOf(state: AskerState): readonly PeerId[] {
  return state.members
    .filter((member) => member.state !== 'declined' && (state.roster === undefined || isOnRoster(state, member.peer)))
    .map((member) => member.peer);
}

export function isOnRoster(state: AskerState, peer: PeerId): boolean {
  return state.roster?.body.participants.some((one) => one.peer === peer) ?? false;
}

const DONE: ReadonlySet<ParticipantState> = new Set(['declined', 'gone', 'confirmed', 'disputed']);

/** Whether this member may still leave the round early. */
export function isPending(member: Member): boolean {
  return !DONE.has(member.state);
}

export function updateMember(state: AskerState, peer: PeerId, change: (member: Member) => Member): AskerState {
  return { ...state, members: state.members.map((member) => (member.peer === peer ? change(member) : member)) };
}

/** Fits anew when a ballot has come; reports and timers come far more often. */
export function withTally(state: AskerState): AskerState {
  const ballots = ballotsOf(state);
  if (ballots.length === (state.tally?.ballotCount ?? 0)) return state;
  const tally = tallyBallots({ ...tallyInput(state), ballots });
  return tally.ok ? { ...state, tally: tally.value } : state;
}

export function ballotsOf(state: AskerState): readonly RecordOf<'ballot'>[] {
  return openedBallots(
    state.members.flatMap((member) => (member.ballotCommit ? [member.ballotCommit] : [])),
    state.members.flatMap((member) => (member.ballot ? [member.ballot] : [])),
  );
}

/** What a verdict names: standing is made of them, so one that breaks a rule must not be among them. */
export function countedBallots(state: AskerState): readonly RecordOf<'ballot'>[] {
  const refused = new Set(state.tally?.refused.map((one) => one.ballot));
  return ballotsOf(state).filter((ballot) => !refused.has(ballot.id));
}

export function tallyInput(state: AskerState): TallyInput {
  const standing = new Map(state.roster?.body.participants.map((one) => [one.peer, one.standing]));
  return {
    round: state.round,
    lineup: state.lineup?.body.commits ?? [],
    slate: state.members.flatMap((member) =>
      member.reveal ? [{ commit: member.reveal.record.body.commit, author: member.peer }] : [],
    ),
    ballots: [],
    standingOf: (judge) => standing.get(judge) ?? 0,
    answersPerJudge: state.parameters.answersPerJudge,
  };
}

/** Every record of the round that the asker holds. */
export function recordsOfAsker(state: AskerState): readonly TypedRecord[] {
  const delivered = state.members.flatMap((member) => [
    member.commit,
    member.reveal?.record,
    member.ballotCommit,
    member.ballot,
    member.confirmation,
  ]);
  return [state.ask, state.roster, state.lineup, ...delivered, state.verdict].filter((record) => record !== undefined);
}
