import { type PeerId, type RecordId, failure } from '#vocabulary';
import type { RecordOf, TypedRecord } from '#reputation';
import { type AskerState, awaitedMembers } from './asker-state.ts';
import { waitEndsAtMs } from './member.ts';
import type { ParticipantRound } from './participant-state.ts';
import { type CountedVote, type SlateEntry, type Tally, orderSlate } from './tally.ts';
import type {
  AnswerView,
  AwaitingView,
  FragilityView,
  ParticipantState,
  ParticipantView,
  ProvisionalView,
  RankingRow,
  RoundPhase,
  RoundView,
  VerdictView,
  VoteView,
} from './view.ts';
import type { Reveal } from './wire.ts';
import { isRoundOver } from './round-phase.ts';

/** The asker's round as the page shows it, together with what its own model wrote so far. */
export function viewAskerRound(state: AskerState, provisional: ProvisionalView): RoundView {
  const reveals = state.members.flatMap((member) => (member.reveal ? [member.reveal] : []));
  const modelOf = new Map(state.members.map((member) => [member.peer, member.model]));
  const awaited = new Set(awaitedMembers(state));
  return {
    id: state.round,
    question: state.question,
    role: 'asker',
    asker: state.self,
    askedAtMs: state.askedAtMs,
    phase: state.phase,
    phases: state.phases,
    provisional: isRoundOver(state.phase) ? closeProvisional(provisional) : provisional,
    participants: state.members.map((member): ParticipantView => ({
      peer: member.peer,
      model: member.model,
      self: member.peer === state.self,
      state: member.state,
      reason: member.reason,
      progress: member.share,
      deadlineMs: awaited.has(member) ? waitEndsAtMs(member) : undefined,
    })),
    answers: viewAnswers(reveals, modelOf, state.tally),
    votes: viewVotes(reveals, state.tally),
    ranking: viewRanking(reveals, state.tally),
    judges: state.tally?.judges ?? [],
    fragility: viewFragility(reveals, state.tally),
    verdict: viewVerdict(state),
    awaiting: viewAwaiting(state),
    note: state.note,
  };
}

const WAITS: Partial<Record<RoundPhase, AwaitingView['what']>> = {
  inviting: 'acceptances',
  answering: 'answers',
  revealing: 'reveals',
  judging: 'ballots',
  opening: 'openings',
  confirming: 'confirmations',
};

function viewAwaiting(state: AskerState): AwaitingView | undefined {
  const what = WAITS[state.phase];
  const awaited = awaitedMembers(state);
  if (what === undefined || awaited.length === 0) return undefined;
  return { what, peers: awaited.map((member) => member.peer), untilMs: Math.max(...awaited.map(waitEndsAtMs)) };
}

function viewVerdict(state: AskerState): VerdictView | undefined {
  const { verdict } = state;
  if (verdict === undefined) return undefined;
  const winner = state.members.find((member) => member.commit?.id === verdict.body.order[0]);
  if (winner === undefined) return undefined;
  const inState = (wanted: ParticipantState): PeerId[] =>
    state.members.filter((member) => member.state === wanted).map((member) => member.peer);
  const disputedBy = inState('disputed');
  const agreeing = inState('confirmed').filter((peer) => peer !== state.self);
  return {
    winner: winner.peer,
    confirmsProvisional: winner.peer === state.self,
    // The verdict is the asker's own computation, whether or not it wrote an answer; its own part may still dispute it.
    agreedBy: disputedBy.includes(state.self) ? agreeing : [state.self, ...agreeing],
    disputedBy,
    record: verdict.id,
  };
}

/** A round that is over has stopped its own engine, too, though the engine may not have said so yet. */
function closeProvisional(provisional: ProvisionalView): ProvisionalView {
  if (provisional.state !== 'streaming' && provisional.state !== 'waiting') return provisional;
  return { ...provisional, state: provisional.text === '' ? 'none' : 'done' };
}

/** Somebody else's round as the peer that works in it sees it. */
export function viewServedRound(state: ParticipantRound): RoundView {
  const modelOf = new Map(state.roster?.body.participants.map((one) => [one.peer, one.model]));
  const phase = servedPhase(state);
  const participants = state.roster?.body.participants ?? [{ peer: state.self, model: state.model }];
  return {
    id: state.round,
    question: state.question,
    role: 'participant',
    asker: state.asker,
    askedAtMs: state.startedAtMs,
    phase,
    phases: [{ phase, startedAtMs: state.startedAtMs, endedAtMs: state.endedAtMs }],
    provisional: { state: 'none', text: '', tokens: 0, firstTokenMs: undefined },
    participants: participants.map(({ peer, model }) => ({
      peer,
      model,
      self: peer === state.self,
      state: servedMemberState(state, peer),
      reason: undefined,
      progress: peer === state.self ? state.share : undefined,
      deadlineMs: undefined,
    })),
    answers: viewAnswers(state.reveals, modelOf, state.tally),
    votes: viewVotes(state.reveals, state.tally),
    ranking: viewRanking(state.reveals, state.tally),
    judges: state.tally?.judges ?? [],
    fragility: viewFragility(state.reveals, state.tally),
    verdict: viewServedVerdict(state),
    awaiting: undefined,
    note: state.endReason === undefined ? undefined : failure('left', state.endReason),
  };
}

/** The verdict as this peer's own fit gives it, and who said so, too, as far as the asker passed it on. */
function viewServedVerdict(state: ParticipantRound): VerdictView | undefined {
  const { verdict, tally, own } = state;
  const winner = state.reveals.find((reveal) => reveal.record.body.commit === tally?.order[0]);
  if (verdict === undefined || winner === undefined) return undefined;
  const said = [own.confirmation, own.dispute, ...state.confirmations].filter((record) => record !== undefined);
  const authorsOf = (type: TypedRecord['type']): PeerId[] =>
    said.filter((record) => record.type === type).map((record) => record.author);
  return {
    winner: winner.record.author,
    confirmsProvisional: winner.record.author === state.asker,
    agreedBy: authorsOf('confirmation'),
    disputedBy: authorsOf('dispute'),
    record: verdict.id,
  };
}

/** As much as a participant can know of another: what it has delivered. */
function servedMemberState(state: ParticipantRound, peer: PeerId): ParticipantState {
  const isPeers = (record: { readonly author: PeerId }): boolean => record.author === peer;
  if (peer === state.self && state.phase === 'judging') return 'judging';
  if (state.ballots.some(isPeers)) return 'opened';
  if (state.ballotCommits?.some(isPeers) === true) return 'voted';
  if (state.reveals.some((reveal) => isPeers(reveal.record))) return 'revealed';
  if (state.commits.some(isPeers)) return 'committed';
  return 'answering';
}

function servedPhase(state: ParticipantRound): RoundPhase {
  if (state.phase === 'done') return 'settled';
  if (state.phase === 'ended') return 'stopped';
  if (state.verdict !== undefined) return 'confirming';
  if (state.ballotCommits !== undefined) return 'opening';
  if (state.reveals.length > 0) return 'judging';
  return state.lineup === undefined ? 'answering' : 'revealing';
}

type RevealOf = Reveal<RecordOf<'reveal'>>;

function viewAnswers(
  reveals: readonly RevealOf[],
  modelOf: ReadonlyMap<PeerId, string>,
  tally: Tally | undefined,
): AnswerView[] {
  return reveals.map((reveal) => ({
    peer: reveal.record.author,
    model: modelOf.get(reveal.record.author) ?? '',
    text: reveal.text,
    tokens: reveal.tokens,
    ms: reveal.ms,
    commit: reveal.record.body.commit,
    screenedBy: (tally?.screened ?? [])
      .filter((one) => one.commit === reveal.record.body.commit)
      .map((one) => one.judge),
  }));
}

function authorsByCommit(reveals: readonly RevealOf[]): ReadonlyMap<RecordId, PeerId> {
  return new Map(reveals.map((reveal) => [reveal.record.body.commit, reveal.record.author]));
}

function viewVotes(reveals: readonly RevealOf[], tally: Tally | undefined): VoteView[] {
  const authorOf = authorsByCommit(reveals);
  return (tally?.votes ?? []).map((vote: CountedVote) => ({
    judge: vote.judge,
    a: authorOf.get(vote.first) as PeerId,
    b: authorOf.get(vote.second) as PeerId,
    outcome: vote.outcome,
    logOdds: vote.logOdds,
    weight: vote.weight,
    contributions: vote.contributions,
    ballot: vote.ballot,
  }));
}

function viewFragility(reveals: readonly RevealOf[], tally: Tally | undefined): FragilityView | undefined {
  if (tally?.fragility === undefined) return undefined;
  const { flips, exact, rival } = tally.fragility;
  return { flips, exact, rival: rival === undefined ? undefined : slateOf(reveals)[rival]?.author };
}

function slateOf(reveals: readonly RevealOf[]): readonly SlateEntry[] {
  return orderSlate(reveals.map((reveal) => ({ commit: reveal.record.body.commit, author: reveal.record.author })));
}

function viewRanking(reveals: readonly RevealOf[], tally: Tally | undefined): RankingRow[] {
  if (tally === undefined) return [];
  const slate = slateOf(reveals);
  return tally.ranking.order.map((row) => ({
    peer: (slate[row.answer] as SlateEntry).author,
    strength: row.strength,
    low: row.low,
    high: row.high,
    pBest: row.pBest,
  }));
}
