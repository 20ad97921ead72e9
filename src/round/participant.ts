/**
 * A participant's side of a round as a reducer. It answers, commits before anything is revealed, judges what it is
 * assigned, commits its ballot before any is opened, and repeats the fit for itself before it confirms a verdict.
 */
import type { RecordId } from '#vocabulary';
import { type RecordOf, type TypedRecord, digestBallot } from '#reputation';
import type { SignEffect } from './effects.ts';
import { digestAnswer, digestText } from './commitment.ts';
import { PATIENCE_MS } from './deadline.ts';
import { openedBallots, opensAnswer } from './opening.ts';
import {
  type ParticipantEffect,
  type ParticipantEvent,
  type ParticipantRound,
  type ParticipantStep,
  isAskers,
  recordsOf,
  tallyInput,
} from './participant-state.ts';
import { findDisagreement } from './participant-verdict.ts';
import { MAX_PARTICIPANTS } from './parameters.ts';
import { assignSlate, tallyBallots, withFragility } from './tally.ts';
import type { DeclineReason, Reveal } from './wire.ts';

export function startParticipant(
  init: Pick<ParticipantRound, 'round' | 'self' | 'asker' | 'question' | 'model' | 'ask'>,
  nowMs: number,
): ParticipantStep {
  const { maxTokens, temperature } = init.ask.body;
  const patienceEndsAtMs = nowMs + PATIENCE_MS.roster;
  const state: ParticipantRound = {
    ...init,
    phase: 'answering',
    startedAtMs: nowMs,
    endedAtMs: undefined,
    patienceEndsAtMs,
    share: 0,
    roster: undefined,
    lineup: undefined,
    commits: [],
    reveals: [],
    ballotCommits: undefined,
    ballots: [],
    verdict: undefined,
    confirmations: [],
    answer: undefined,
    sealed: undefined,
    own: {},
    leftOut: undefined,
    tally: undefined,
    endReason: undefined,
  };
  return {
    state,
    effects: [
      { type: 'send', message: { t: 'accept', round: init.round, model: init.model } },
      { type: 'wake', atMs: patienceEndsAtMs },
      { type: 'generate', question: init.question, maxTokens, temperature: temperature / 1_000 },
    ],
  };
}

export function stepParticipant(state: ParticipantRound, event: ParticipantEvent): ParticipantStep {
  if (state.phase === 'done' || state.phase === 'ended') return stay(state);
  switch (event.type) {
    case 'message':
      return receive(state, event);
    case 'signed':
      return continueSigned(state, event.record);
    case 'answered': {
      if (state.phase !== 'answering') return stay(state);
      const { text, salt } = event.answer;
      const digest = digestAnswer({ round: state.round, peer: state.self, model: state.model, text, salt });
      return {
        state: { ...state, phase: 'waiting', answer: event.answer },
        effects: [sign('commit', { round: state.round, digest }, [state.ask.id])],
      };
    }
    case 'judged': {
      if (state.phase !== 'judging' || state.lineup === undefined) return stay(state);
      const digest = digestBallot(state.self, event.ballot);
      return {
        state: { ...state, phase: 'waiting', sealed: event.ballot },
        effects: [sign('ballot-commit', { round: state.round, digest }, [state.lineup.id])],
      };
    }
    case 'progress': {
      const stage = state.phase;
      if (stage !== 'answering' && stage !== 'judging') return stay(state);
      const share = Math.max(state.share, Math.min(1, event.share) || 0);
      return { state: { ...state, share }, effects: [send({ t: 'progress', round: state.round, stage, share })] };
    }
    case 'work-failed':
      // A judge whose engine failed still has its answer in the race; only its vote is lost.
      return decline(state, 'engine-failed', event.error.message, event.nowMs);
    case 'sign-failed':
      return decline(state, 'cannot-sign', event.error.message, event.nowMs);
    case 'withdraw':
      return decline(state, event.reason, 'Withdrawn.', event.nowMs);
    case 'asker-gone':
      return end(state, 'The asker left.', event.nowMs);
    case 'tick':
      if (event.nowMs >= state.patienceEndsAtMs) return end(state, 'The asker fell silent.', event.nowMs);
      return { state, effects: [{ type: 'wake', atMs: state.patienceEndsAtMs }] };
  }
}

type MessageEvent = Extract<ParticipantEvent, { type: 'message' }>;

/** A message that does not move the round on changes nothing, so repeating one buys no time. */
function receive(state: ParticipantRound, { message, nowMs }: MessageEvent): ParticipantStep {
  switch (message.t) {
    case 'roster':
      return message.record.type === 'roster' ? receiveRoster(state, message.record, nowMs) : stay(state);
    case 'lineup':
      return message.record.type === 'lineup'
        ? receiveLineup(state, message.record, message.commits, nowMs)
        : stay(state);
    case 'slate':
      return receiveSlate(state, message.reveals, nowMs);
    case 'ballot-box':
      return receiveBallotBox(state, message.commits, nowMs);
    case 'verdict':
      return message.record.type === 'verdict'
        ? receiveVerdict(state, message.record, message.ballots, nowMs)
        : stay(state);
    case 'settled':
      return finish({ ...state, confirmations: confirmationsIn(state, message.confirmations) }, 'done', nowMs);
    case 'stop':
      return end(state, 'The asker stopped the round.', nowMs);
    default:
      return stay(state);
  }
}

function receiveRoster(state: ParticipantRound, roster: RecordOf<'roster'>, nowMs: number): ParticipantStep {
  if (!isAskers(state, roster) || state.roster !== undefined || roster.body.ask !== state.ask.id) return stay(state);
  const { participants } = roster.body;
  if (!participants.some((one) => one.peer === state.self && one.model === state.model)) {
    return end(state, 'The round began without this peer.', nowMs);
  }
  if (participants.length > MAX_PARTICIPANTS) return end(state, 'The asker wants too many peers.', nowMs);
  return moveOn({ ...state, roster }, nowMs + PATIENCE_MS.lineup);
}

/** From here on the seed is fixed, so the answer may be shown. Left out, it stops working and only watches. */
function receiveLineup(
  state: ParticipantRound,
  lineup: RecordOf<'lineup'>,
  records: readonly TypedRecord[],
  nowMs: number,
): ParticipantStep {
  const { roster, answer, own } = state;
  if (!isAskers(state, lineup) || roster === undefined || state.lineup !== undefined) return stay(state);
  if (lineup.body.roster !== roster.id) return stay(state);
  const members = new Set(roster.body.participants.map((one) => one.peer));
  const commits = distinctById(records).filter(
    (record): record is RecordOf<'commit'> =>
      record.type === 'commit' &&
      members.has(record.author) &&
      record.body.round === state.round &&
      // Without this a commit to the same question asked earlier would do.
      record.parents.includes(state.ask.id),
  );
  const admitted = new Set<RecordId>(lineup.body.commits);
  const authors = new Set(commits.map((commit) => commit.author));
  const isComplete = commits.length === admitted.size && commits.every((commit) => admitted.has(commit.id));
  if (!isComplete || authors.size !== commits.length) return end(state, 'The lineup breaks the rules.', nowMs);

  const next = { ...state, lineup, commits };
  const patience = nowMs + PATIENCE_MS.slate;
  if (answer === undefined || own.commit === undefined || !admitted.has(own.commit.id)) {
    const leftOut = own.commit === undefined ? undefined : 'My answer was left out.';
    return moveOn({ ...next, phase: 'observing', leftOut }, patience, [{ type: 'abort' }]);
  }
  const body = { round: state.round, commit: own.commit.id, answerDigest: digestText(answer.text) };
  return moveOn(next, patience, [sign('reveal', body, [lineup.id])]);
}

function receiveSlate(
  state: ParticipantRound,
  received: readonly Reveal<TypedRecord>[],
  nowMs: number,
): ParticipantStep {
  if (state.lineup === undefined || state.reveals.length > 0) return stay(state);
  const modelOf = new Map(state.roster?.body.participants.map((one) => [one.peer, one.model]));
  const commitOf = new Map(state.commits.map((commit) => [commit.id, commit]));
  const valid = received.flatMap((reveal) => {
    const { record } = reveal;
    if (record.type !== 'reveal') return [];
    const commit = commitOf.get(record.body.commit);
    const checked = { ...reveal, record };
    return commit && opensAnswer(commit, checked, modelOf.get(commit.author) ?? '') ? [checked] : [];
  });
  // A slate that holds an answer twice must not give it two places.
  const reveals = [...new Map(valid.map((reveal) => [reveal.record.body.commit, reveal])).values()];
  if (reveals.length === 0) return stay(state);
  const isOwnMissing = state.own.reveal !== undefined && !reveals.some((reveal) => reveal.record.author === state.self);
  const leftOut = state.leftOut ?? (isOwnMissing ? 'My answer was left out.' : undefined);
  const next = { ...state, reveals, leftOut };
  const patience = nowMs + PATIENCE_MS.ballotBox;
  if (state.phase === 'observing') return moveOn(next, patience);
  const textOf = new Map(reveals.map((reveal) => [reveal.record.body.commit, reveal.text]));
  const assigned = assignSlate(tallyInput(next)).get(state.self) ?? [];
  if (assigned.length < 2) return moveOn({ ...next, phase: 'waiting' }, patience);
  const answers = assigned.map((commit) => ({ commit, text: textOf.get(commit) ?? '' }));
  // What it may not judge, its own answer among it, still shows what answers agree on.
  const others = [...textOf].filter(([commit]) => !assigned.includes(commit)).map(([, text]) => text);
  return moveOn({ ...next, phase: 'judging', share: 0 }, patience, [
    { type: 'judge', question: state.question, answers, others },
  ]);
}

/** The set of ballots is closed, so nobody can copy: open ours. */
function receiveBallotBox(state: ParticipantRound, records: readonly TypedRecord[], nowMs: number): ParticipantStep {
  const { lineup, sealed, own } = state;
  if (lineup === undefined || state.reveals.length === 0 || state.ballotCommits !== undefined) return stay(state);
  const authors = new Set(state.reveals.map((reveal) => reveal.record.author));
  const ballotCommits = distinctById(records).filter(
    (record): record is RecordOf<'ballot-commit'> =>
      record.type === 'ballot-commit' &&
      record.body.round === state.round &&
      authors.has(record.author) &&
      record.parents.includes(lineup.id),
  );
  const next = { ...state, ballotCommits };
  const patience = nowMs + PATIENCE_MS.verdict;
  const commit = own['ballot-commit'];
  if (sealed === undefined || commit === undefined || !ballotCommits.some((one) => one.id === commit.id)) {
    const leftOut = state.leftOut ?? (commit === undefined ? undefined : 'My ballot was left out.');
    return moveOn({ ...next, phase: 'observing', leftOut }, patience, [{ type: 'abort' }]);
  }
  return moveOn(next, patience, [sign('ballot', { ...sealed, commit: commit.id }, [commit.id])]);
}

function receiveVerdict(
  state: ParticipantRound,
  verdict: RecordOf<'verdict'>,
  records: readonly TypedRecord[],
  nowMs: number,
): ParticipantStep {
  if (!isAskers(state, verdict) || state.verdict !== undefined || state.lineup === undefined) return stay(state);
  const ballots = openedBallots(
    state.ballotCommits ?? [],
    distinctById(records).filter((record): record is RecordOf<'ballot'> => record.type === 'ballot'),
  );
  const tally = tallyBallots({ ...tallyInput(state), ballots });
  const next = { ...state, verdict, ballots, ...(tally.ok ? { tally: withFragility(tally.value) } : {}) };
  const reason = tally.ok ? findDisagreement(next, verdict, tally.value) : tally.error.message;
  const body = { round: state.round, verdict: verdict.id, order: tally.ok ? tally.value.order : [] };
  const effect =
    reason === undefined
      ? sign('confirmation', body, [verdict.id])
      : sign('dispute', { ...body, reason }, [verdict.id]);
  return moveOn(next, nowMs + PATIENCE_MS.settled, [effect]);
}

/** What the others said of this verdict, once each; anything else the asker might slip in stays out of the ledger. */
function confirmationsIn(
  state: ParticipantRound,
  records: readonly TypedRecord[],
): readonly (RecordOf<'confirmation'> | RecordOf<'dispute'>)[] {
  const members = new Set(state.roster?.body.participants.map((one) => one.peer));
  members.delete(state.self);
  const valid = records.filter(
    (record): record is RecordOf<'confirmation'> | RecordOf<'dispute'> =>
      (record.type === 'confirmation' || record.type === 'dispute') &&
      members.has(record.author) &&
      record.body.verdict === state.verdict?.id,
  );
  return [...new Map(valid.map((record) => [record.author, record])).values()];
}

function continueSigned(state: ParticipantRound, record: TypedRecord): ParticipantStep {
  const { round } = state;
  const next = { ...state, own: { ...state.own, [record.type]: record } };
  switch (record.type) {
    case 'commit':
      // The ledger has it before it is sent: a reload must not make this peer commit to the same question again.
      return {
        state: next,
        effects: [{ type: 'keep', records: [state.ask, record] }, send({ t: 'commit', round, record })],
      };
    case 'reveal':
      if (state.answer === undefined) return stay(state);
      return { state: next, effects: [send({ t: 'reveal', round, record, ...state.answer })] };
    case 'ballot-commit':
    case 'ballot':
      return { state: next, effects: [send({ t: record.type, round, record })] };
    case 'confirmation':
    case 'dispute':
      return { state: next, effects: [send({ t: 'confirmation', round, record })] };
    default:
      return stay(state);
  }
}

function distinctById(records: readonly TypedRecord[]): readonly TypedRecord[] {
  return [...new Map(records.map((record) => [record.id, record])).values()];
}

/** The asker made its move; the wait for the next begins. */
function moveOn(
  state: ParticipantRound,
  patienceEndsAtMs: number,
  effects: readonly ParticipantEffect[] = [],
): ParticipantStep {
  return { state: { ...state, patienceEndsAtMs }, effects: [...effects, { type: 'wake', atMs: patienceEndsAtMs }] };
}

function decline(state: ParticipantRound, reason: DeclineReason, words: string, nowMs: number): ParticipantStep {
  const step = end(state, words, nowMs);
  return { state: step.state, effects: [send({ t: 'decline', round: state.round, reason }), ...step.effects] };
}

function end(state: ParticipantRound, endReason: string, nowMs: number): ParticipantStep {
  return finish({ ...state, endReason }, 'ended', nowMs);
}

function finish(state: ParticipantRound, phase: 'done' | 'ended', nowMs: number): ParticipantStep {
  const next = { ...state, phase, endedAtMs: nowMs };
  return { state: next, effects: [{ type: 'abort' }, { type: 'finish', records: recordsOf(next) }] };
}

function sign<T extends SignEffect['record']>(
  record: T,
  body: Extract<SignEffect, { record: T }>['body'],
  parents: readonly RecordId[],
): SignEffect {
  return { type: 'sign', record, body, parents } as SignEffect;
}

function send(message: Extract<ParticipantEffect, { type: 'send' }>['message']): ParticipantEffect {
  return { type: 'send', message };
}

function stay(state: ParticipantRound): ParticipantStep {
  return { state, effects: [] };
}
