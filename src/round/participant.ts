/**
 * A participant's side of a round as a reducer. It answers, commits before anything is revealed, judges what it is
 * assigned, commits its ballot before any is opened, and repeats the fit for itself before it confirms a verdict.
 */
import { type Canonical, type Failure, type PeerId, type RecordId, type RoundId } from '#vocabulary';
import type { RecordOf, TypedRecord } from '#reputation';
import type { CheckedMessage, SignEffect } from './asker-state.ts';
import { digestAnswer, digestBallot, digestText } from './commitment.ts';
import { ASKER_PATIENCE_MS } from './deadline.ts';
import { openedBallots, opensAnswer } from './opening.ts';
import { type Tally, type TallyInput, assignSlate, tallyBallots } from './tally.ts';
import type { DeclineReason, Reveal } from './wire.ts';

export type ParticipantPhase = 'answering' | 'waiting' | 'judging' | 'observing' | 'done' | 'ended';

/** What the engine wrote for the question. */
export interface WrittenAnswer {
  readonly text: string;
  readonly tokens: number;
  readonly ms: number;
  readonly salt: Uint8Array;
}

export type BallotBody = RecordOf<'ballot'>['body'];
/** A ballot as the judge made it, before its commit exists. */
export type SealedBallot = Omit<BallotBody, 'commit'>;

export interface ParticipantRound {
  readonly round: RoundId;
  readonly self: PeerId;
  readonly asker: PeerId;
  readonly question: string;
  readonly model: string;
  readonly phase: ParticipantPhase;
  readonly startedAtMs: number;
  readonly lastHeardMs: number;
  /** Share of the present work done, for reports to the asker. */
  readonly share: number;
  readonly ask: RecordOf<'ask'>;
  readonly roster: RecordOf<'roster'> | undefined;
  readonly lineup: RecordOf<'lineup'> | undefined;
  readonly commits: readonly RecordOf<'commit'>[];
  readonly reveals: readonly Reveal<RecordOf<'reveal'>>[];
  readonly ballotCommits: readonly RecordOf<'ballot-commit'>[];
  readonly ballots: readonly RecordOf<'ballot'>[];
  readonly verdict: RecordOf<'verdict'> | undefined;
  readonly confirmations: readonly TypedRecord[];
  readonly answer: WrittenAnswer | undefined;
  readonly sealed: SealedBallot | undefined;
  readonly ownCommit: RecordOf<'commit'> | undefined;
  readonly ownBallotCommit: RecordOf<'ballot-commit'> | undefined;
  readonly tally: Tally | undefined;
  /** Why it ended early, in words. */
  readonly endReason: string | undefined;
}

export type ParticipantEvent =
  | { readonly type: 'message'; readonly message: CheckedMessage; readonly nowMs: number }
  | { readonly type: 'signed'; readonly record: TypedRecord; readonly nowMs: number }
  | { readonly type: 'answered'; readonly answer: WrittenAnswer; readonly nowMs: number }
  | { readonly type: 'judged'; readonly ballot: SealedBallot; readonly nowMs: number }
  | { readonly type: 'progress'; readonly share: number; readonly nowMs: number }
  | { readonly type: 'work-failed'; readonly error: Failure; readonly nowMs: number }
  | { readonly type: 'withdraw'; readonly reason: DeclineReason; readonly nowMs: number }
  | { readonly type: 'asker-gone'; readonly nowMs: number }
  | { readonly type: 'tick'; readonly nowMs: number };

export type ParticipantEffect =
  | SignEffect
  | { readonly type: 'send'; readonly message: CheckedMessage }
  | { readonly type: 'generate'; readonly question: string; readonly maxTokens: number; readonly temperature: number }
  | {
      readonly type: 'judge';
      readonly question: string;
      readonly answers: readonly { readonly commit: RecordId; readonly text: string }[];
    }
  /** Whatever the engine does for this round ends now. */
  | { readonly type: 'abort' }
  | { readonly type: 'finish'; readonly records: readonly TypedRecord[] };

export interface ParticipantStep {
  readonly state: ParticipantRound;
  readonly effects: readonly ParticipantEffect[];
}

export function startParticipant(
  init: Pick<ParticipantRound, 'round' | 'self' | 'asker' | 'question' | 'model' | 'ask'>,
  nowMs: number,
): ParticipantStep {
  const { maxTokens, temperature } = init.ask.body;
  const state: ParticipantRound = {
    ...init,
    phase: 'answering',
    startedAtMs: nowMs,
    lastHeardMs: nowMs,
    share: 0,
    roster: undefined,
    lineup: undefined,
    commits: [],
    reveals: [],
    ballotCommits: [],
    ballots: [],
    verdict: undefined,
    confirmations: [],
    answer: undefined,
    sealed: undefined,
    ownCommit: undefined,
    ownBallotCommit: undefined,
    tally: undefined,
    endReason: undefined,
  };
  return {
    state,
    effects: [
      { type: 'send', message: { t: 'accept', round: init.round, model: init.model } },
      { type: 'generate', question: init.question, maxTokens, temperature: temperature / 1_000 },
    ],
  };
}

export function stepParticipant(state: ParticipantRound, event: ParticipantEvent): ParticipantStep {
  if (state.phase === 'done' || state.phase === 'ended') return stay(state);
  switch (event.type) {
    case 'message':
      return receive({ ...state, lastHeardMs: event.nowMs }, event.message);
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
      const digest = digestBallot(state.self, event.ballot as unknown as Canonical);
      return {
        state: { ...state, phase: 'waiting', sealed: event.ballot },
        effects: [sign('ballot-commit', { round: state.round, digest }, [state.lineup.id])],
      };
    }
    case 'progress': {
      const stage = state.phase;
      if (stage !== 'answering' && stage !== 'judging') return stay(state);
      const share = Math.max(state.share, event.share);
      return { state: { ...state, share }, effects: [send({ t: 'progress', round: state.round, stage, share })] };
    }
    case 'work-failed':
      // A judge whose engine failed still has its answer in the race; only its vote is lost.
      return end(state, 'engine-failed', event.error.message);
    case 'withdraw':
      return end(state, event.reason, 'Withdrawn.');
    case 'asker-gone':
      return finish(state, 'ended', 'The asker left.');
    case 'tick':
      return event.nowMs - state.lastHeardMs >= ASKER_PATIENCE_MS
        ? finish(state, 'ended', 'The asker fell silent.')
        : stay(state);
  }
}

function receive(state: ParticipantRound, message: CheckedMessage): ParticipantStep {
  switch (message.t) {
    case 'roster':
      return message.record.type === 'roster' && isAskers(state, message.record)
        ? stay({ ...state, roster: message.record })
        : stay(state);
    case 'lineup':
      return message.record.type === 'lineup' ? receiveLineup(state, message.record, message.commits) : stay(state);
    case 'slate':
      return receiveSlate(state, message.reveals);
    case 'ballot-box':
      return receiveBallotBox(state, message.commits);
    case 'verdict':
      return message.record.type === 'verdict' ? receiveVerdict(state, message.record, message.ballots) : stay(state);
    case 'settled': {
      const confirmations = message.confirmations.filter(
        (record) => record.type === 'confirmation' || record.type === 'dispute',
      );
      return finish({ ...state, confirmations }, 'done', undefined);
    }
    case 'stop':
      return finish(state, 'ended', 'The asker stopped the round.');
    default:
      return stay(state);
  }
}

/** From here on the seed is fixed, so the answer may be shown. Left out, it stops working and only watches. */
function receiveLineup(
  state: ParticipantRound,
  lineup: RecordOf<'lineup'>,
  records: readonly TypedRecord[],
): ParticipantStep {
  if (!isAskers(state, lineup) || state.lineup !== undefined || lineup.body.roster !== state.roster?.id)
    return stay(state);
  const admitted = new Set<RecordId>(lineup.body.commits);
  const members = new Set(state.roster.body.participants.map((one) => one.peer));
  const commits = records
    .filter((record): record is RecordOf<'commit'> => record.type === 'commit')
    .filter((record) => admitted.has(record.id) && members.has(record.author) && record.body.round === state.round);
  if (commits.length !== admitted.size) return stay(state);
  const next = { ...state, lineup, commits };
  const { answer, ownCommit } = state;
  if (answer === undefined || ownCommit === undefined || !admitted.has(ownCommit.id)) {
    return { state: { ...next, phase: 'observing' }, effects: [{ type: 'abort' }] };
  }
  const body = { round: state.round, commit: ownCommit.id, answerDigest: digestText(answer.text) };
  return { state: next, effects: [sign('reveal', body, [lineup.id])] };
}

function receiveSlate(state: ParticipantRound, received: readonly Reveal<TypedRecord>[]): ParticipantStep {
  if (state.lineup === undefined || state.reveals.length > 0) return stay(state);
  const modelOf = new Map(state.roster?.body.participants.map((one) => [one.peer, one.model]));
  const commitOf = new Map(state.commits.map((commit) => [commit.id, commit]));
  const reveals = received.flatMap((reveal) => {
    const { record } = reveal;
    if (record.type !== 'reveal') return [];
    const commit = commitOf.get(record.body.commit);
    const checked = { ...reveal, record };
    return commit && opensAnswer(commit, checked, modelOf.get(commit.author) ?? '') ? [checked] : [];
  });
  const next = { ...state, reveals };
  if (state.phase === 'observing') return stay(next);
  const textOf = new Map(reveals.map((reveal) => [reveal.record.body.commit, reveal.text]));
  const assigned = assignSlate(tallyInput(next)).get(state.self) ?? [];
  if (assigned.length < 2) return stay({ ...next, phase: 'waiting' });
  const answers = assigned.map((commit) => ({ commit, text: textOf.get(commit) ?? '' }));
  return {
    state: { ...next, phase: 'judging', share: 0 },
    effects: [{ type: 'judge', question: state.question, answers }],
  };
}

/** The set of ballots is closed, so nobody can copy: open ours. */
function receiveBallotBox(state: ParticipantRound, records: readonly TypedRecord[]): ParticipantStep {
  if (state.lineup === undefined || state.ballotCommits.length > 0) return stay(state);
  const authors = new Set(state.reveals.map((reveal) => reveal.record.author));
  const ballotCommits = records
    .filter((record): record is RecordOf<'ballot-commit'> => record.type === 'ballot-commit')
    .filter((record) => record.body.round === state.round && authors.has(record.author));
  const next = { ...state, ballotCommits };
  const { sealed, ownBallotCommit } = state;
  if (
    sealed === undefined ||
    ownBallotCommit === undefined ||
    !ballotCommits.some((one) => one.id === ownBallotCommit.id)
  ) {
    return { state: { ...next, phase: 'observing' }, effects: [{ type: 'abort' }] };
  }
  return { state: next, effects: [sign('ballot', { ...sealed, commit: ownBallotCommit.id }, [ownBallotCommit.id])] };
}

/** Strengths may differ in the last bits between engines; more than this is another result. */
const STRENGTH_TOLERANCE = 1e-6;

function receiveVerdict(
  state: ParticipantRound,
  verdict: RecordOf<'verdict'>,
  records: readonly TypedRecord[],
): ParticipantStep {
  if (!isAskers(state, verdict) || state.verdict !== undefined || state.lineup === undefined) return stay(state);
  const ballots = openedBallots(
    state.ballotCommits,
    records.filter((record): record is RecordOf<'ballot'> => record.type === 'ballot'),
  );
  const tally = tallyBallots({ ...tallyInput(state), ballots });
  const next = { ...state, verdict, ballots, ...(tally.ok ? { tally: tally.value } : {}) };
  const order = tally.ok ? tally.value.order : [];
  const reason = tally.ok ? disagreement(next, verdict, tally.value) : tally.error.message;
  const body = { round: state.round, verdict: verdict.id, order };
  const effect =
    reason === undefined
      ? sign('confirmation', body, [verdict.id])
      : sign('dispute', { ...body, reason }, [verdict.id]);
  return { state: next, effects: [effect] };
}

/** Why this verdict is not what the ballots say; undefined when it is. */
function disagreement(state: ParticipantRound, verdict: RecordOf<'verdict'>, tally: Tally): string | undefined {
  const { body } = verdict;
  const counted = new Set(state.ballots.map((ballot) => ballot.id));
  if (body.ballots.length !== counted.size || body.ballots.some((id) => !counted.has(id))) {
    return 'The ballots passed on are not those the verdict names.';
  }
  if (state.ownBallotCommit !== undefined && state.ballotCommits.some((one) => one.id === state.ownBallotCommit?.id)) {
    if (!state.ballots.some((ballot) => ballot.author === state.self)) return 'My ballot was left out.';
  }
  if (body.order.length !== tally.order.length || body.order.some((commit, rank) => commit !== tally.order[rank])) {
    return 'The ballots give another order.';
  }
  const rows = tally.ranking.order;
  const differs = rows.some(
    (row, rank) => Math.abs(row.strength - (body.strengths[rank] ?? Number.NaN)) > STRENGTH_TOLERANCE,
  );
  return differs ? 'The ballots give other strengths.' : undefined;
}

function continueSigned(state: ParticipantRound, record: TypedRecord): ParticipantStep {
  const { round } = state;
  switch (record.type) {
    case 'commit':
      return { state: { ...state, ownCommit: record }, effects: [send({ t: 'commit', round, record })] };
    case 'reveal': {
      if (state.answer === undefined) return stay(state);
      return { state, effects: [send({ t: 'reveal', round, record, ...state.answer })] };
    }
    case 'ballot-commit':
      return { state: { ...state, ownBallotCommit: record }, effects: [send({ t: 'ballot-commit', round, record })] };
    case 'ballot':
      return { state, effects: [send({ t: 'ballot', round, record })] };
    case 'confirmation':
    case 'dispute':
      return { state: { ...state, confirmations: [record] }, effects: [send({ t: 'confirmation', round, record })] };
    default:
      return stay(state);
  }
}

function tallyInput(state: ParticipantRound): TallyInput {
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

/** Every record of this round that this peer holds, its own among them. */
export function recordsOf(state: ParticipantRound): readonly TypedRecord[] {
  const held: readonly (TypedRecord | undefined)[] = [
    state.ask,
    state.roster,
    state.lineup,
    ...state.commits,
    state.ownCommit,
    ...state.reveals.map((reveal) => reveal.record),
    ...state.ballotCommits,
    state.ownBallotCommit,
    ...state.ballots,
    state.verdict,
    ...state.confirmations,
  ];
  return [...new Map(held.flatMap((record) => (record ? [[record.id, record] as const] : []))).values()];
}

function isAskers(state: ParticipantRound, record: TypedRecord): boolean {
  return record.author === state.asker && record.body.round === state.round;
}

function end(state: ParticipantRound, reason: DeclineReason, words: string): ParticipantStep {
  const step = finish(state, 'ended', words);
  return { state: step.state, effects: [send({ t: 'decline', round: state.round, reason }), ...step.effects] };
}

function finish(state: ParticipantRound, phase: 'done' | 'ended', endReason: string | undefined): ParticipantStep {
  const next = { ...state, phase, endReason };
  return { state: next, effects: [{ type: 'abort' }, { type: 'finish', records: recordsOf(next) }] };
}

function sign<T extends SignEffect['record']>(
  record: T,
  body: Extract<SignEffect, { record: T }>['body'],
  parents: readonly RecordId[],
): SignEffect {
  return { type: 'sign', record, body, parents } as SignEffect;
}

function send(message: CheckedMessage): ParticipantEffect {
  return { type: 'send', message };
}

function stay(state: ParticipantRound): ParticipantStep {
  return { state, effects: [] };
}
