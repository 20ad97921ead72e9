/** What a message changes of the member that sent it. */
import type { PeerId, RoundId } from '#vocabulary';
import type { TypedRecord } from '#reputation';
import { type AskerState, type CheckedMessage, isPending, updateMember } from './asker-state.ts';
import { estimateStepMs, estimateTokens } from './deadline.ts';
import { type Member, beginStep, endStep, reportProgress } from './member.ts';
import { opensAnswer, opensBallot } from './opening.ts';

export function receiveMessage(state: AskerState, from: PeerId, message: CheckedMessage, nowMs: number): AskerState {
  return updateMember(state, from, (member) => receiveFrom(state, member, message, nowMs));
}

/** What a message changes of its sender. Anything out of turn changes nothing. */
function receiveFrom(state: AskerState, member: Member, message: CheckedMessage, nowMs: number): Member {
  switch (message.t) {
    case 'accept': {
      if (member.state !== 'invited') return member;
      const work = { promptTokens: estimateTokens(state.question) + 40, stepTokens: state.parameters.maxTokens };
      const model = message.model;
      return beginStep({ ...member, model }, 'answering', nowMs, estimateStepMs(work, member.speed));
    }
    case 'decline':
      return isPending(member) ? endStep(member, 'declined', declineReason(message.reason)) : member;
    case 'progress':
      return member.state === message.stage ? reportProgress(member, message.share, nowMs) : member;
    case 'commit':
      if (member.state !== 'answering' || message.record.type !== 'commit') return member;
      if (!isFrom(message.record, member.peer, state.round)) return member;
      return { ...endStep(member, 'committed'), commit: message.record };
    case 'reveal': {
      const { record, text, salt, tokens, ms } = message;
      if (member.state !== 'committed' || record.type !== 'reveal' || member.commit === undefined) return member;
      const reveal = { record, text, salt, tokens, ms };
      if (!opensAnswer(member.commit, reveal, member.model)) {
        return endStep(member, 'late', 'Its answer did not match its commitment.');
      }
      return { ...endStep(member, 'revealed'), reveal };
    }
    case 'ballot-commit':
      if (member.state !== 'judging' || message.record.type !== 'ballot-commit') return member;
      if (!isFrom(message.record, member.peer, state.round)) return member;
      return { ...endStep(member, 'voted'), ballotCommit: message.record };
    case 'ballot':
      if (member.state !== 'voted' || message.record.type !== 'ballot' || member.ballotCommit === undefined)
        return member;
      if (!opensBallot(member.ballotCommit, message.record)) {
        return endStep(member, 'late', 'Its ballot did not match its commitment.');
      }
      return { ...endStep(member, 'opened'), ballot: message.record };
    case 'confirmation':
      if (state.phase !== 'confirming' || !isFrom(message.record, member.peer, state.round)) return member;
      if (message.record.type === 'confirmation')
        return { ...endStep(member, 'confirmed'), confirmation: message.record };
      if (message.record.type === 'dispute') return { ...endStep(member, 'disputed'), confirmation: message.record };
      return member;
    default:
      return member;
  }
}

function isFrom(record: TypedRecord, peer: PeerId, round: RoundId): boolean {
  return record.author === peer && record.body.round === round;
}

const DECLINE_TEXTS: Readonly<Record<string, string>> = {
  busy: 'It is busy with another round.',
  'not-contributing': 'It does not contribute now.',
  'no-model': 'It has no model ready.',
  'owner-asks': 'Its owner asked a question of their own.',
  'too-long': 'The question is too long for its model.',
  'engine-failed': 'Its engine failed.',
  closing: 'It is closing.',
};

function declineReason(reason: string): string {
  return DECLINE_TEXTS[reason] ?? 'It declined.';
}
