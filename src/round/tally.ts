import { type Failure, type PeerId, type RecordId, type Result, type RoundId, err, failure, ok } from '#vocabulary';
import { MAX_LOG_ODDS, type Statement, findShipped, isUnmeasured, votesFollow } from '#judging';
import {
  type Ballots,
  type Fragility,
  type Ranking,
  type Vote,
  assignAnswers,
  findFragility,
  logistic,
  rankAnswers,
  scoredPairWeight,
} from '#ranking';
import type { BallotRecord } from '#reputation';
import { seedOfRound } from './commitment.ts';

/** One answer that was revealed and matched its commit. */
export interface SlateEntry {
  readonly commit: RecordId;
  readonly author: PeerId;
}

/** All that the outcome of a round depends on: the same input gives the same order on every peer. */
export interface TallyInput {
  readonly round: RoundId;
  /** Commits of the lineup; they fix the seed. */
  readonly lineup: readonly RecordId[];
  readonly slate: readonly SlateEntry[];
  readonly ballots: readonly BallotRecord[];
  /** Standing of each judge in [0, 1] as the asker's signed roster states it. */
  readonly standingOf: (judge: PeerId) => number;
  readonly answersPerJudge: number;
}

/** A vote that entered the fit, with the ballot it stands in. */
export interface CountedVote {
  readonly judge: PeerId;
  readonly first: RecordId;
  readonly second: RecordId;
  readonly outcome: number;
  readonly logOdds: number;
  readonly weight: number;
  readonly ballot: RecordId;
  readonly contributions: readonly { readonly name: string; readonly logOdds: number }[];
}

/** What the fit found of one judge. */
export interface JudgeFinding {
  readonly judge: PeerId;
  /** How far its votes were believed: 1 for a typical honest judge, 0 for one whose votes say nothing. */
  readonly discrimination: number;
  /** Share of its decided votes that agree with the order found; undefined where it decided nothing. */
  readonly agreement: number | undefined;
}

export interface Tally {
  readonly ranking: Ranking;
  /** The same votes by the indices of the ordered slate. */
  readonly indexed: Ballots;
  /** Of every judge whose ballot counted. */
  readonly judges: readonly JudgeFinding[];
  /** Fewest votes that would change the winner; worked out for the final count only (`withFragility`). */
  readonly fragility: Fragility | undefined;
  /** Commits of the answers, best first. */
  readonly order: readonly RecordId[];
  readonly votes: readonly CountedVote[];
  /** Ballots that were looked at, refused ones included. */
  readonly ballotCount: number;
  /** Screened-out answers: which judges refused which answer. */
  readonly screened: readonly { readonly judge: PeerId; readonly commit: RecordId }[];
  readonly refused: readonly { readonly ballot: RecordId; readonly reason: string }[];
}

/** The slate in the order of its commits: indices of answers and of judges everywhere in a round. */
export function orderSlate(slate: readonly SlateEntry[]): readonly SlateEntry[] {
  return slate.toSorted((a, b) => (a.commit < b.commit ? -1 : a.commit > b.commit ? 1 : 0));
}

/** Which answers each author of the slate judges, in the order they are to be read. */
export function assignSlate(
  input: Pick<TallyInput, 'round' | 'lineup' | 'slate' | 'answersPerJudge'>,
): ReadonlyMap<PeerId, readonly RecordId[]> {
  const slate = orderSlate(input.slate);
  const assigned = assignAnswers({
    authors: slate.map((_, index) => index),
    judgeCount: slate.length,
    answersPerJudge: input.answersPerJudge,
    seed: seedOfRound(input.round, input.lineup),
  });
  // Refused only for more peers than a round admits, or a hostile ask: then nobody judges.
  const plan = assigned.ok ? assigned.value : [];
  return new Map(
    slate.map((entry, judge) => [entry.author, (plan[judge] ?? []).map((answer) => commitAt(slate, answer))]),
  );
}

/** Counts the ballots that keep the rules and fits the strengths. Same input, same result, in any order of ballots. */
export function tallyBallots(input: TallyInput): Result<Tally, Failure> {
  const slate = orderSlate(input.slate);
  const indexOf = new Map(slate.map((entry, index) => [entry.commit, index]));
  const judges = new Map(slate.map((entry, index) => [entry.author, index]));
  const assignment = assignSlate(input);
  const counted: CountedVote[] = [];
  const screened: { judge: PeerId; commit: RecordId }[] = [];
  const refused: { ballot: RecordId; reason: string }[] = [];
  const seen = new Set<PeerId>();

  for (const ballot of input.ballots.toSorted((a, b) => (a.id < b.id ? -1 : 1))) {
    const reason = refusalOf(ballot, assignment.get(ballot.author), seen.has(ballot.author));
    if (reason !== undefined) {
      refused.push({ ballot: ballot.id, reason });
      continue;
    }
    seen.add(ballot.author);
    counted.push(...votesOf(ballot));
    for (const index of ballot.body.screened) {
      const commit = ballot.body.answers[index];
      if (commit !== undefined) screened.push({ judge: ballot.author, commit });
    }
  }

  // A vote without weight is shown and counts for nothing.
  const weighty = counted.filter(({ weight }) => weight > 0);
  const votes: Vote[] = weighty.map((vote) => ({
    judge: judges.get(vote.judge) as number,
    first: indexOf.get(vote.first) as number,
    second: indexOf.get(vote.second) as number,
    outcome: vote.outcome,
    weight: vote.weight,
    // Each answer was scored by itself: being first means nothing.
    ordered: false,
  }));
  const indexed: Ballots = {
    answerCount: slate.length,
    judgeCount: slate.length,
    votes,
    judgeStanding: slate.map((entry) => input.standingOf(entry.author)),
  };
  const ranked = rankAnswers(indexed);
  if (!ranked.ok) return err(failure('fit-failed', ranked.error.message));
  return ok({
    ranking: ranked.value,
    indexed,
    judges: slate.flatMap(({ author }, index): JudgeFinding[] => {
      const found = ranked.value.judges[index];
      if (!seen.has(author) || found === undefined) return [];
      return [{ judge: author, discrimination: found.discrimination, agreement: found.agreement }];
    }),
    fragility: undefined,
    order: ranked.value.order.map((row) => commitAt(slate, row.answer)),
    votes: counted,
    ballotCount: input.ballots.length,
    screened,
    refused,
  });
}

/** Some hundred refits: once a round, when no more votes can come. */
export function withFragility(tally: Tally): Tally {
  const fragility = tally.indexed.votes.length === 0 ? undefined : findFragility(tally.indexed);
  return { ...tally, fragility: fragility?.ok === true ? fragility.value : undefined };
}

/** Why a ballot does not count; undefined when it keeps every rule. */
function refusalOf(
  ballot: BallotRecord,
  assigned: readonly RecordId[] | undefined,
  votedAlready: boolean,
): string | undefined {
  const { answers, votes } = ballot.body;
  if (assigned === undefined) return 'not a judge of this round';
  if (votedAlready) return 'second ballot of one judge';
  if (answers.length !== assigned.length || answers.some((commit, index) => commit !== assigned[index])) {
    return 'judged other answers than those assigned';
  }
  // Distinct, existing pairs are part of a ballot's schema. A pair that could not be judged costs its vote.
  if (answers.length > 1 && votes.length === 0) return 'no vote at all';
  const calibration = findShipped(ballot.body.calibration);
  if (calibration !== undefined && votesFollow(statementOf(ballot), calibration) === false)
    return 'votes that do not follow from its readings';
  return undefined;
}

/** Readings of other names than ours come from another version: they follow from no panel, so nothing can be told. */
function statementOf({ body }: BallotRecord): Statement {
  return { screened: body.screened, readings: body.readings as Statement['readings'], votes: body.votes };
}

/**
 * Weights come from the rule: k answers scored are k-1 contrasts, 2/k a pair (ranking.md). A ballot may claim less, as one does
 * whose judge was not measured or does no better than chance, and never more.
 */
function votesOf(ballot: BallotRecord): CountedVote[] {
  const { answers, votes, calibration } = ballot.body;
  const most = isUnmeasured(calibration) ? 0 : scoredPairWeight(answers.length);
  return votes.map((vote) => {
    // No honest judge is surer than this, so a ballot that claims to be gains nothing.
    const logOdds = Math.max(-MAX_LOG_ODDS, Math.min(MAX_LOG_ODDS, vote.logOdds));
    return {
      judge: ballot.author,
      first: answers[vote.first] as RecordId,
      second: answers[vote.second] as RecordId,
      outcome: logistic(logOdds),
      logOdds,
      weight: Math.min(most, vote.weight),
      ballot: ballot.id,
      contributions: vote.contributions,
    };
  });
}

function commitAt(slate: readonly SlateEntry[], index: number): RecordId {
  const entry = slate[index];
  if (entry === undefined) throw new RangeError(`The slate has no answer ${index}.`);
  return entry.commit;
}
