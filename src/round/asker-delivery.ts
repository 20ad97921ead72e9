/** What a message changes of the member that sent it. */
import type { PeerId, RoundId } from '#vocabulary';
import { type TypedRecord, opensBallotCommit } from '#reputation';
import { type AskerState, type CheckedMessage, isOnRoster, isPending, updateMember } from './asker-state.ts';
import { estimateStepMs, estimateTokens } from './deadline.ts';
import { type Member, beginStep, endStep, reportProgress } from './member.ts';
import { opensAnswer } from './opening.ts';
import type { ParticipantState, RoundPhase } from './view.ts';
import type { DeclineReason } from './wire.ts';

export function receiveMessage(state: AskerState, from: PeerId, message: CheckedMessage, nowMs: number): AskerState {
  return updateMember(state, from, (member) => receiveFrom(state, member, message, nowMs));
}

/** Anything out of turn changes nothing. */
function receiveFrom(state: AskerState, member: Member, message: CheckedMessage, nowMs: number): Member {
  switch (message.t) {
    case 'accept': {
      if (member.state !== 'invited') return member;
      const work = { promptTokens: estimateTokens(state.question) + 40, stepTokens: state.parameters.maxTokens };
      const model = message.model;
      return beginStep({ ...member, model }, 'answering', nowMs, estimateStepMs(work, member.speed));
    }
    case 'decline':
      return isPending(member) ? endStep(member, 'declined', DECLINE_TEXTS[message.reason]) : member;
    case 'progress':
      return member.state === message.stage ? reportProgress(member, message.share, nowMs) : member;
    case 'commit':
    case 'reveal':
      return receiveAnswer(state, member, message);
    case 'ballot-commit':
    case 'ballot':
      return receiveBallot(state, member, message);
    case 'confirmation':
      return receiveConfirmation(state, member, message.record);
    default:
      return member;
  }
}

type Delivery<T extends CheckedMessage['t']> = Extract<CheckedMessage, { t: T }>;

function receiveAnswer(state: AskerState, member: Member, message: Delivery<'commit' | 'reveal'>): Member {
  const { record } = message;
  if (!isFrom(record, member.peer, state.round)) return member;
  if (message.t === 'commit') {
    const isExpected = member.commit === undefined && isAwaitedStill(state, member, 'answering', 'answering');
    if (record.type !== 'commit' || !isExpected || !buildsOn(record, state.ask)) return member;
    return { ...endStep(member, 'committed'), commit: record };
  }
  // An answer shown before the lineup is fixed could be copied, and would be missing from it.
  const isAdmitted = member.commit !== undefined && state.lineup?.body.commits.includes(member.commit.id) === true;
  if (record.type !== 'reveal' || member.state !== 'committed' || member.commit === undefined || !isAdmitted) {
    return member;
  }
  const { text, salt, tokens, ms } = message;
  const reveal = { record, text, salt, tokens, ms };
  return opensAnswer(member.commit, reveal, member.model)
    ? { ...endStep(member, 'revealed'), reveal }
    : endStep(member, 'late', 'Its answer did not match its commitment.');
}

function receiveBallot(state: AskerState, member: Member, message: Delivery<'ballot-commit' | 'ballot'>): Member {
  const { record } = message;
  if (!isFrom(record, member.peer, state.round)) return member;
  if (message.t === 'ballot-commit') {
    const isExpected =
      member.ballotCommit === undefined &&
      member.reveal !== undefined &&
      isAwaitedStill(state, member, 'judging', 'judging');
    if (record.type !== 'ballot-commit' || !isExpected || !buildsOn(record, state.lineup)) return member;
    return { ...endStep(member, 'voted'), ballotCommit: record };
  }
  // A ballot opened before the box is closed is not in the box, and would count for the asker alone.
  const isExpected = state.phase === 'opening' && member.state === 'voted';
  if (record.type !== 'ballot' || !isExpected || member.ballotCommit === undefined) return member;
  return opensBallotCommit(member.ballotCommit, record)
    ? { ...endStep(member, 'opened'), ballot: record }
    : endStep(member, 'late', 'Its ballot did not match its commitment.');
}

function receiveConfirmation(state: AskerState, member: Member, record: TypedRecord): Member {
  const { verdict } = state;
  const isExpected = state.phase === 'confirming' && isOnRoster(state, member.peer) && member.state !== 'declined';
  if (!isExpected || verdict === undefined || member.confirmation !== undefined) return member;
  if (record.type !== 'confirmation' && record.type !== 'dispute') return member;
  if (!isFrom(record, member.peer, state.round) || record.body.verdict !== verdict.id) return member;
  if (record.type === 'dispute') {
    return { ...endStep(member, 'disputed', record.body.reason), confirmation: record };
  }
  const { order } = record.body;
  const isSame =
    order.length === verdict.body.order.length && order.every((commit, rank) => commit === verdict.body.order[rank]);
  return isSame
    ? { ...endStep(member, 'confirmed', member.reason), confirmation: record }
    : { ...endStep(member, 'disputed', 'It confirmed another order.'), confirmation: record };
}

/** A peer given up on is let in again while the others are still waited for. */
function isAwaitedStill(state: AskerState, member: Member, phase: RoundPhase, awaited: ParticipantState): boolean {
  if (member.state === awaited) return true;
  return (
    state.phase === phase && isOnRoster(state, member.peer) && (member.state === 'late' || member.state === 'gone')
  );
}

function isFrom(record: TypedRecord, peer: PeerId, round: RoundId): boolean {
  return record.author === peer && record.body.round === round;
}

/** The parent ties a record to this very round: a round id alone could be used twice. */
function buildsOn(record: TypedRecord, parent: TypedRecord | undefined): boolean {
  return parent !== undefined && record.parents.includes(parent.id);
}

const DECLINE_TEXTS: Readonly<Record<DeclineReason, string>> = {
  busy: 'It is busy with another round.',
  'not-contributing': 'It does not contribute now.',
  'no-model': 'It has no model ready.',
  'owner-asks': 'Its owner asked a question of their own.',
  'too-long': 'The question is too long for its model.',
  'engine-failed': 'Its engine failed.',
  closing: 'It is closing.',
  stale: 'It takes this question for an old one: the clocks of the two devices differ by minutes.',
  'out-of-bounds': 'It was asked for more than it grants anybody.',
  'cannot-sign': 'It could not sign.',
};
