import type { PeerId } from '#vocabulary';
import type { RecordOf } from '#reputation';
import { type Speed, SILENCE_MS, extendDeadlineMs } from './deadline.ts';
import type { ParticipantState } from './view.ts';
import type { Reveal } from './wire.ts';

/** One invited peer as the asker sees it. */
export interface Member {
  readonly peer: PeerId;
  readonly model: string;
  readonly speed: Speed;
  /** Judge standing in [0, 1] that the roster states. */
  readonly standing: number;
  readonly state: ParticipantState;
  readonly reason: string | undefined;
  readonly share: number | undefined;
  readonly stepStartedAtMs: number;
  readonly firstDeadlineMs: number;
  readonly deadlineMs: number;
  readonly lastHeardMs: number;
  readonly commit: RecordOf<'commit'> | undefined;
  readonly reveal: Reveal<RecordOf<'reveal'>> | undefined;
  readonly ballotCommit: RecordOf<'ballot-commit'> | undefined;
  readonly ballot: RecordOf<'ballot'> | undefined;
  readonly confirmation: RecordOf<'confirmation'> | RecordOf<'dispute'> | undefined;
}

export interface Candidate {
  readonly peer: PeerId;
  readonly model: string;
  readonly speed: Speed;
  readonly standing: number;
}

export function createMember(candidate: Candidate, nowMs: number): Member {
  return {
    ...candidate,
    state: 'invited',
    reason: undefined,
    share: undefined,
    stepStartedAtMs: nowMs,
    firstDeadlineMs: nowMs,
    deadlineMs: nowMs,
    lastHeardMs: nowMs,
    commit: undefined,
    reveal: undefined,
    ballotCommit: undefined,
    ballot: undefined,
    confirmation: undefined,
  };
}

/** Starts a step for a member: from now on it owes something until `nowMs + allowedMs`. */
export function beginStep(member: Member, state: ParticipantState, nowMs: number, allowedMs: number): Member {
  const deadlineMs = nowMs + allowedMs;
  return {
    ...member,
    state,
    share: undefined,
    stepStartedAtMs: nowMs,
    firstDeadlineMs: deadlineMs,
    deadlineMs,
    lastHeardMs: nowMs,
  };
}

export function endStep(member: Member, state: ParticipantState, reason?: string): Member {
  return { ...member, state, reason, share: undefined };
}

/** A report never shrinks what was reported before, and only real advance moves the deadline. */
export function reportProgress(member: Member, share: number, nowMs: number): Member {
  const advanced = share > (member.share ?? 0);
  if (!advanced) return { ...member, lastHeardMs: nowMs };
  const deadlineMs = extendDeadlineMs(member.stepStartedAtMs, member.firstDeadlineMs, share, nowMs);
  return { ...member, lastHeardMs: nowMs, share, deadlineMs };
}

const COMPUTING: ReadonlySet<ParticipantState> = new Set(['answering', 'judging']);

/** When the round stops waiting for this member, unless it reports or delivers first. */
export function waitEndsAtMs(member: Member): number {
  return COMPUTING.has(member.state) ? Math.min(member.deadlineMs, member.lastHeardMs + SILENCE_MS) : member.deadlineMs;
}

/** The member after its wait is over: one that still reports is just late, one that owed no work has gone silent. */
export function giveUpOn(member: Member, nowMs: number): Member {
  if (member.state === 'invited') return endStep(member, 'late', 'It did not answer the invitation in time.');
  if (!COMPUTING.has(member.state)) return endStep(member, 'gone', 'It stopped answering.');
  return nowMs >= member.lastHeardMs + SILENCE_MS
    ? endStep(member, 'gone', 'It stopped reporting.')
    : endStep(member, 'late', 'It was not ready in time.');
}
