/**
 * The asker's side of a round as a reducer: `stepAsker(state, event)` gives the next state and the effects a shell
 * performs. It invites, collects and passes on; who wins is decided by the signed ballots alone.
 */
import { type Failure, failure } from '#vocabulary';
import type { TypedRecord } from '#reputation';
import { receiveMessage } from './asker-delivery.ts';
import {
  type AskerEffect,
  type AskerEvent,
  type AskerState,
  type AskerStep,
  awaitedMembers,
  countedBallots,
  enter,
  isPending,
  mayConfirm,
  audienceOf,
  tallyInput,
  updateMember,
  withTally,
} from './asker-state.ts';
import { digestText } from './commitment.ts';
import { ACCEPT_MS, CONFIRM_MS, EXCHANGE_MS, estimateStepMs, estimateTokens } from './deadline.ts';
import { type Candidate, type Member, beginStep, createMember, endStep, giveUpOn, waitEndsAtMs } from './member.ts';
import { assignSlate, withFragility } from './tally.ts';
import { isRoundOver } from './round-phase.ts';

export function startAsker(
  init: Pick<AskerState, 'round' | 'self' | 'question' | 'parameters'>,
  candidates: readonly Candidate[],
  nowMs: number,
): AskerStep {
  const state: AskerState = {
    ...init,
    askedAtMs: nowMs,
    phase: 'inviting',
    phases: [{ phase: 'inviting', startedAtMs: nowMs, endedAtMs: undefined }],
    members: candidates.map((candidate) => createMember(candidate, nowMs)),
    ask: undefined,
    roster: undefined,
    lineup: undefined,
    verdict: undefined,
    signing: 'ask',
    tally: undefined,
    note: undefined,
  };
  if (candidates.length === 0) return fail(state, nobodyAnswers(), nowMs);
  const { parameters } = init;
  const body = {
    round: init.round,
    questionDigest: digestText(init.question),
    maxTokens: parameters.maxTokens,
    temperature: parameters.temperatureThousandths,
    answersPerJudge: parameters.answersPerJudge,
  };
  return { state, effects: [{ type: 'sign', record: 'ask', body, parents: [] }] };
}

export function stepAsker(state: AskerState, event: AskerEvent): AskerStep {
  if (isRoundOver(state.phase)) return { state, effects: [] };
  switch (event.type) {
    case 'signed':
      return continueSigned({ ...state, signing: undefined }, event.record, event.nowMs);
    case 'message':
      return advance(receiveMessage(state, event.from, event.message, event.nowMs), event.nowMs);
    case 'gone':
      return advance(
        updateMember(state, event.peer, (member) => (isPending(member) ? endStep(member, 'gone', 'It left.') : member)),
        event.nowMs,
      );
    case 'sign-failed':
      return fail(
        state,
        failure('cannot-sign', `This tab could not sign: ${event.error.message}`, 'Reload the page.'),
        event.nowMs,
      );
    case 'tick':
      // While the shell signs, deadlines of the step before are no longer anybody's.
      return state.signing === undefined
        ? advance(giveUpOverdue(state, event.nowMs), event.nowMs)
        : { state, effects: [] };
    case 'stop':
      return {
        state: { ...enter(state, 'stopped', event.nowMs), note: failure('stopped', 'You stopped this question.') },
        effects: [stopAll(state, 'stopped by the asker'), { type: 'finish' }],
      };
  }
}

/** Moves on as far as the members' deliveries allow, and says when to look again. */
function advance(state: AskerState, nowMs: number): AskerStep {
  if (state.signing !== undefined || isRoundOver(state.phase)) return { state, effects: [] };
  const counted = state.phase === 'opening' ? withTally(state) : state;
  const awaited = awaitedMembers(counted);
  if (awaited.length > 0) return { state: counted, effects: [wakeFor(awaited)] };
  switch (counted.phase) {
    case 'inviting':
      return closeInvitations(counted, nowMs);
    case 'answering':
      return closeAnswering(counted, nowMs);
    case 'revealing':
      return closeRevealing(counted, nowMs);
    case 'judging':
      return closeJudging(counted, nowMs);
    case 'opening':
      return closeOpening(counted, nowMs);
    case 'confirming':
      return settle(counted, nowMs);
    default:
      return { state: counted, effects: [] };
  }
}

function closeInvitations(state: AskerState, nowMs: number): AskerStep {
  const present = state.members.filter((member) => member.state === 'answering' || member.state === 'committed');
  if (present.length === 0 || state.ask === undefined) return fail(state, nobodyAnswers(), nowMs);
  const participants = present.map(({ peer, model, standing }) => ({ peer, model, standing }));
  return {
    state: { ...enter(state, 'answering', nowMs), signing: 'roster' },
    effects: [
      {
        type: 'sign',
        record: 'roster',
        body: { round: state.round, ask: state.ask.id, participants },
        parents: [state.ask.id],
      },
    ],
  };
}

function closeAnswering(state: AskerState, nowMs: number): AskerStep {
  const commits = state.members.flatMap((member) =>
    member.state === 'committed' && member.commit ? [member.commit.id] : [],
  );
  if (commits.length === 0 || state.roster === undefined) {
    return fail(
      state,
      failure('no-answers', 'Nobody finished an answer in time.', 'Ask again, or ask for something shorter.'),
      nowMs,
    );
  }
  const body = { round: state.round, roster: state.roster.id, commits: commits.toSorted() };
  return {
    state: { ...enter(state, 'revealing', nowMs), signing: 'lineup' },
    effects: [{ type: 'sign', record: 'lineup', body, parents: [state.roster.id] }],
  };
}

function closeRevealing(state: AskerState, nowMs: number): AskerStep {
  const reveals = state.members.flatMap((member) => (member.reveal ? [member.reveal] : []));
  if (reveals.length === 0) {
    return fail(state, failure('no-answers', 'No answer was revealed in time.', 'Ask again.'), nowMs);
  }
  if (reveals.length < 3) return settleUnjudged(state, reveals.length, nowMs);

  const assigned = assignSlate(tallyInput(state));
  const textOf = new Map(reveals.map((reveal) => [reveal.record.body.commit, reveal.text]));
  const members = state.members.map((member) => {
    const own = assigned.get(member.peer) ?? [];
    if (member.state !== 'revealed' || own.length < 2) return member;
    const stepTokens = own.reduce((sum, commit) => sum + estimateTokens(textOf.get(commit) ?? '') + 40, 0);
    const work = { promptTokens: estimateTokens(state.question) + 40, stepTokens };
    return beginStep(member, 'judging', nowMs, estimateStepMs(work, member.speed));
  });
  const next = { ...enter(state, 'judging', nowMs), members };
  const message = { t: 'slate', round: state.round, reveals } as const;
  // Everybody who could judge may have left since it revealed.
  return after([{ type: 'send', to: audienceOf(next), message }], advance(next, nowMs));
}

function closeJudging(state: AskerState, nowMs: number): AskerStep {
  const commits = state.members.flatMap((member) =>
    member.state === 'voted' && member.ballotCommit ? [member.ballotCommit] : [],
  );
  if (commits.length === 0) {
    return settleWith(
      state,
      failure(
        'no-ballots',
        'No judge finished in time; the answers stand unranked.',
        'Ask again when peers are less busy.',
      ),
      nowMs,
    );
  }
  const members = state.members.map((member) =>
    member.state === 'voted' ? beginStep(member, 'voted', nowMs, EXCHANGE_MS) : member,
  );
  const next = { ...enter(state, 'opening', nowMs), members };
  const message = { t: 'ballot-box', round: state.round, commits } as const;
  return after([{ type: 'send', to: audienceOf(next), message }], advance(next, nowMs));
}

function closeOpening(state: AskerState, nowMs: number): AskerStep {
  const { lineup } = state;
  if (state.tally === undefined || lineup === undefined || state.tally.votes.length === 0) {
    return settleWith(
      state,
      failure('no-ballots', 'No valid ballot was opened; the answers stand unranked.', 'Ask again.'),
      nowMs,
    );
  }
  const tally = withFragility(state.tally);
  const rows = tally.ranking.order;
  const body = {
    round: state.round,
    lineup: lineup.id,
    ballots: countedBallots(state).map((ballot) => ballot.id),
    order: tally.order,
    strengths: rows.map((row) => row.strength),
    lows: rows.map((row) => row.low),
    highs: rows.map((row) => row.high),
    pBest: rows.map((row) => row.pBest),
  };
  return {
    state: { ...enter(state, 'confirming', nowMs), tally, signing: 'verdict' },
    effects: [{ type: 'sign', record: 'verdict', body, parents: [lineup.id] }],
  };
}

/** One or two answers: whoever could judge has an interest, so nobody does. */
function settleUnjudged(state: AskerState, answers: number, nowMs: number): AskerStep {
  const note =
    answers === 1
      ? failure(
          'alone',
          'Only one peer answered, so there was nothing to compare.',
          'Open more windows, or wait until others join.',
        )
      : failure(
          'too-few-judges',
          'Two peers answered; with recusal nobody was left to judge.',
          'Three or more peers can rank each other.',
        );
  return settleWith(state, note, nowMs);
}

function settleWith(state: AskerState, note: Failure, nowMs: number): AskerStep {
  return settle({ ...state, note }, nowMs);
}

function settle(state: AskerState, nowMs: number): AskerStep {
  const confirmations = state.members.flatMap((member) => (member.confirmation ? [member.confirmation] : []));
  return {
    state: enter(state, 'settled', nowMs),
    effects: [
      { type: 'send', to: audienceOf(state), message: { t: 'settled', round: state.round, confirmations } },
      { type: 'finish' },
    ],
  };
}

function continueSigned(state: AskerState, record: TypedRecord, nowMs: number): AskerStep {
  const { round } = state;
  switch (record.type) {
    case 'ask': {
      // Whoever left meanwhile stays gone.
      const members = state.members.map((member) =>
        member.state === 'invited' ? beginStep(member, 'invited', nowMs, ACCEPT_MS) : member,
      );
      const next = { ...state, ask: record, members };
      const message = { t: 'ask', round, record, question: state.question } as const;
      const to = members.filter((member) => member.state === 'invited').map((member) => member.peer);
      return after([{ type: 'send', to, message }], advance(next, nowMs));
    }
    case 'roster': {
      // To all invited: who is not on it learns that the round began without it.
      return after(
        [{ type: 'send', to: audienceOf(state), message: { t: 'roster', round, record } }],
        advance({ ...state, roster: record }, nowMs),
      );
    }
    case 'lineup': {
      const admitted = new Set(record.body.commits);
      const members = state.members.map((member) =>
        member.commit && admitted.has(member.commit.id) && member.state === 'committed'
          ? beginStep(member, 'committed', nowMs, EXCHANGE_MS)
          : member,
      );
      const next = { ...state, lineup: record, members };
      const commits = members.flatMap((member) =>
        member.commit && admitted.has(member.commit.id) ? [member.commit] : [],
      );
      const message = { t: 'lineup', round, record, commits } as const;
      return after([{ type: 'send', to: audienceOf(next), message }], advance(next, nowMs));
    }
    case 'verdict': {
      const members = state.members.map((member) =>
        mayConfirm(state, member) ? beginStep(member, member.state, nowMs, CONFIRM_MS) : member,
      );
      const next = { ...state, verdict: record, members };
      const message = { t: 'verdict', round, record, ballots: countedBallots(next) } as const;
      return after([{ type: 'send', to: audienceOf(next), message }], advance(next, nowMs));
    }
    default:
      return { state, effects: [] };
  }
}

function giveUpOverdue(state: AskerState, nowMs: number): AskerState {
  const awaited = new Set(awaitedMembers(state));
  const members = state.members.map((member) =>
    awaited.has(member) && nowMs >= waitEndsAtMs(member) ? giveUpOn(member, nowMs) : member,
  );
  return { ...state, members };
}

function fail(state: AskerState, note: Failure, nowMs: number): AskerStep {
  return {
    state: { ...enter(state, 'failed', nowMs), signing: undefined, note },
    effects: [stopAll(state, note.message), { type: 'finish' }],
  };
}

function nobodyAnswers(): Failure {
  return failure(
    'nobody-answers',
    'No peer with a model was ready to answer.',
    'Load a model in this tab, open another window, or wait until a peer is free.',
  );
}

function stopAll(state: AskerState, reason: string): AskerEffect {
  return { type: 'send', to: audienceOf(state), message: { t: 'stop', round: state.round, reason } };
}

function wakeFor(awaited: readonly Member[]): AskerEffect {
  return { type: 'wake', atMs: Math.min(...awaited.map(waitEndsAtMs)) };
}

function after(first: readonly AskerEffect[], step: AskerStep): AskerStep {
  return { state: step.state, effects: [...first, ...step.effects] };
}
