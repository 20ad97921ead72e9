import type { PeerId, RecordId } from '#vocabulary';
import type { RecordOf } from './bodies.ts';
import { AGREEMENT, BALLOT_OPENED, EQUIVOCATION, FAULT, UPPER_HALF, VANISHED, WON } from './constants.ts';
import type { Equivocation } from './equivocation.ts';
import type { Transcript } from './transcript.ts';

export type Role = 'answerer' | 'judge';

/** One good or bad act and what proves it, before any weight. */
export interface Conduct {
  readonly peer: PeerId;
  readonly role: Role;
  /** In successes: above zero good, below zero bad. */
  readonly amount: number;
  /** One sentence about the peer, for a person. */
  readonly reason: string;
  readonly records: readonly RecordId[];
}

/** Fewest judges of whom a majority may call an answer no attempt; and fewest ballots that make a consensus. */
const SCREENING_QUORUM = 2;
const CONSENSUS_QUORUM = 3;

/** Everything a settled round says about its participants, as `viewer` may know it. */
export function conductIn(transcript: Transcript, viewer: PeerId): readonly Conduct[] {
  return [
    ...judgedAnswers(transcript, isAgreed(transcript, viewer)),
    ...openedBallots(transcript),
    ...(isAgreed(transcript, viewer) ? agreements(transcript) : []),
    // What did not arrive is known to the asker alone: everybody else has it from the asker, who may have kept it back.
    ...(transcript.asker === viewer ? absences(transcript) : []),
  ];
}

export function conductOfEquivocation({ author, type, records }: Equivocation): Conduct {
  return {
    peer: author,
    role: type === 'commit' || type === 'reveal' ? 'answerer' : 'judge',
    amount: -EQUIVOCATION,
    reason: `Signed two different ${NAMES[type]} in one round.`,
    records,
  };
}

const NAMES = {
  commit: 'commitments',
  reveal: 'reveals',
  'ballot-commit': 'ballot commitments',
  ballot: 'ballots',
} as const;

/** Whether the viewer may rely on the order: by its own fit where it made one, else by those who did. */
function isAgreed({ asker, confirmations, disputes }: Transcript, viewer: PeerId): boolean {
  const confirming = new Set(confirmations.map((record) => record.author));
  const disputing = new Set(disputes.map((record) => record.author));
  if (disputing.has(viewer)) return false;
  if (viewer === asker || confirming.has(viewer)) return true;
  // The asker's own word is the verdict.
  confirming.delete(asker);
  return confirming.size > disputing.size;
}

/** One ballot a judge, of those the verdict counts. */
function countedBallots({ verdict, ballots }: Transcript): readonly RecordOf<'ballot'>[] {
  const counted = new Set(verdict.body.ballots);
  const byJudge = new Map<PeerId, RecordOf<'ballot'>>();
  for (const ballot of ballots)
    if (counted.has(ballot.id) && !byJudge.has(ballot.author)) byJudge.set(ballot.author, ballot);
  return [...byJudge.values()];
}

function judgedAnswers(transcript: Transcript, agreed: boolean): readonly Conduct[] {
  const { verdict, lineup, commits } = transcript;
  const ballots = countedBallots(transcript);
  const admitted = new Set(lineup.body.commits);
  return commits
    .filter((commit) => admitted.has(commit.id))
    .flatMap((commit): Conduct[] => {
      const base = { peer: commit.author, role: 'answerer' as const };
      const judges = ballots.filter((one) => one.author !== commit.author && one.body.answers.includes(commit.id));
      const screeners = judges.filter(({ body }) => body.screened.includes(body.answers.indexOf(commit.id)));
      if (judges.length >= SCREENING_QUORUM && screeners.length * 2 > judges.length) {
        const reason = `${screeners.length} of ${judges.length} judges found no genuine attempt in its answer.`;
        return [{ ...base, amount: -FAULT, reason, records: [commit.id, ...screeners.map((ballot) => ballot.id)] }];
      }
      const answers = verdict.body.order.length;
      const rank = verdict.body.order.indexOf(commit.id);
      if (!agreed || answers < 2 || rank < 0 || rank >= answers / 2) return [];
      const reason =
        rank === 0 ? `Wrote the best of ${answers} answers.` : `Its answer came ${rank + 1} of ${answers}.`;
      return [{ ...base, amount: rank === 0 ? WON : UPPER_HALF, reason, records: [commit.id, verdict.id] }];
    });
}

function openedBallots(transcript: Transcript): readonly Conduct[] {
  return countedBallots(transcript).map((ballot) => ({
    peer: ballot.author,
    role: 'judge',
    amount: BALLOT_OPENED,
    reason: 'Opened the ballot it had committed to.',
    records: [ballot.body.commit, ballot.id],
  }));
}

function agreements(transcript: Transcript): readonly Conduct[] {
  const { verdict } = transcript;
  const ballots = countedBallots(transcript);
  if (ballots.length < CONSENSUS_QUORUM) return [];
  const strengthOf = new Map(
    verdict.body.order.map((commit, rank) => [commit, verdict.body.strengths[rank] as number]),
  );
  return ballots.flatMap((ballot): Conduct[] => {
    const sides = ballot.body.votes.flatMap(({ first, second, logOdds }) => {
      const a = strengthOf.get(ballot.body.answers[first] as RecordId);
      const b = strengthOf.get(ballot.body.answers[second] as RecordId);
      return a === undefined || b === undefined || a === b || logOdds === 0 ? [] : [a > b === logOdds > 0];
    });
    const agreed = sides.filter(Boolean).length;
    const amount = sides.length === 0 ? 0 : AGREEMENT * ((2 * agreed) / sides.length - 1);
    if (amount === 0) return [];
    const reason = `Its votes agree with the result in ${agreed} of ${sides.length} pairs.`;
    return [{ peer: ballot.author, role: 'judge', amount, reason, records: [ballot.id, verdict.id] }];
  });
}

function absences(transcript: Transcript): readonly Conduct[] {
  const { roster, lineup, commits, reveals, ballotCommits, ballots } = transcript;
  const admitted = new Set(lineup.body.commits);
  const committed = new Set(commits.map((commit) => commit.author));
  const revealed = new Set(reveals.map((reveal) => reveal.body.commit));
  const opened = new Set(ballots.map((ballot) => ballot.author));
  const silent = roster.body.participants
    .filter(({ peer }) => !committed.has(peer))
    .map(({ peer }): Conduct => {
      const reason = 'Accepted a question and sent no answer.';
      return { peer, role: 'answerer', amount: -VANISHED, reason, records: [roster.id, lineup.id] };
    });
  const unrevealed = commits
    .filter((commit) => admitted.has(commit.id) && !revealed.has(commit.id))
    .map((commit): Conduct => {
      const reason = 'Committed to an answer and did not reveal it.';
      return { peer: commit.author, role: 'answerer', amount: -FAULT, reason, records: [commit.id, lineup.id] };
    });
  const unopened = new Map(ballotCommits.filter(({ author }) => !opened.has(author)).map((one) => [one.author, one]));
  return [
    ...silent,
    ...unrevealed,
    ...[...unopened.values()].map((commit): Conduct => {
      const reason = 'Committed to a ballot and did not open it.';
      return {
        peer: commit.author,
        role: 'judge',
        amount: -FAULT,
        reason,
        records: [commit.id, transcript.verdict.id],
      };
    }),
  ];
}
