import { type PeerId, type RecordId, type RoundId, encodeCanonical, sha256Hex } from '#vocabulary';
import { opensBallotCommit } from './ballot-opening.ts';
import type { RecordOf, TypedRecord } from './bodies.ts';
import { type RecordType, compareIds } from './record.ts';

/** What one asker's settled round left behind, as far as these records tell. All lists ascend by id. */
export interface Transcript {
  readonly round: RoundId;
  readonly asker: PeerId;
  readonly ask: RecordOf<'ask'>;
  readonly roster: RecordOf<'roster'>;
  readonly lineup: RecordOf<'lineup'>;
  readonly verdict: RecordOf<'verdict'>;
  /** Commits of participants that answer this ask, whether the lineup admits them or not. */
  readonly commits: readonly RecordOf<'commit'>[];
  /** Reveals of those commits by their authors. */
  readonly reveals: readonly RecordOf<'reveal'>[];
  /** Ballot commits of participants that build on this lineup. */
  readonly ballotCommits: readonly RecordOf<'ballot-commit'>[];
  /** Ballots that open one of these commits. */
  readonly ballots: readonly RecordOf<'ballot'>[];
  readonly confirmations: readonly RecordOf<'confirmation'>[];
  readonly disputes: readonly RecordOf<'dispute'>[];
}

type ByType = { readonly [T in RecordType]: readonly RecordOf<T>[] };

/**
 * The settled rounds among these records, ascending by the id of their verdict. A round whose asker signed two verdicts
 * is left out: nobody can say which one counts. Every record must reach the asker's ask through what it builds on, so
 * that a stranger who reuses a round id adds nothing to it.
 */
export function collectTranscripts(records: readonly TypedRecord[]): readonly Transcript[] {
  const byId = new Map(records.map((record) => [record.id, record]));
  const rounds = Map.groupBy(
    [...byId.values()].toSorted((a, b) => compareIds(a.id, b.id)),
    ({ body }) => body.round,
  );
  return [...rounds.values()]
    .flatMap((round) => settledIn(sortByType(round), byId))
    .toSorted((a, b) => compareIds(a.verdict.id, b.verdict.id));
}

/** The transcript that ends in this verdict; undefined when a piece of its chain is missing or the asker signed another. */
export function transcriptOf(verdict: RecordId, records: readonly TypedRecord[]): Transcript | undefined {
  return collectTranscripts(records).find((transcript) => transcript.verdict.id === verdict);
}

/** One digest of everything the outcome rests on (hex): two peers with the same evidence have the same digest. */
export function digestEvidence(transcript: Transcript): string {
  const { ask, roster, lineup, commits, reveals, ballotCommits, ballots } = transcript;
  const evidence = [ask, roster, lineup, ...commits, ...reveals, ...ballotCommits, ...ballots];
  return sha256Hex(encodeCanonical(evidence.map((record) => record.id).toSorted(compareIds)));
}

function settledIn(round: ByType, byId: ReadonlyMap<RecordId, TypedRecord>): readonly Transcript[] {
  const byAsker = Map.groupBy(round.verdict, (verdict) => verdict.author);
  return [...byAsker.values()].flatMap(([verdict, another]) => {
    if (verdict === undefined || another !== undefined) return [];
    const lineup = own(verdict, byId.get(verdict.body.lineup), 'lineup');
    const roster = lineup && own(verdict, byId.get(lineup.body.roster), 'roster');
    const ask = roster && own(verdict, byId.get(roster.body.ask), 'ask');
    return lineup && roster && ask ? [assemble({ verdict, lineup, roster, ask }, round)] : [];
  });
}

/** The record if it is of this type and the verdict's author wrote it for the verdict's round. */
function own<T extends RecordType>(
  verdict: RecordOf<'verdict'>,
  record: TypedRecord | undefined,
  type: T,
): RecordOf<T> | undefined {
  const isOwn = record?.type === type && record.author === verdict.author && record.body.round === verdict.body.round;
  return isOwn ? (record as RecordOf<T>) : undefined;
}

function assemble(chain: Pick<Transcript, 'verdict' | 'lineup' | 'roster' | 'ask'>, round: ByType): Transcript {
  const { verdict, lineup, roster, ask } = chain;
  const members = new Set(roster.body.participants.map((one) => one.peer));
  const isMember = (record: TypedRecord): boolean => members.has(record.author);
  const commits = round.commit.filter((record) => isMember(record) && record.parents.includes(ask.id));
  const authorOf = new Map(commits.map((commit) => [commit.id, commit.author]));
  const ballotCommits = round['ballot-commit'].filter((one) => isMember(one) && one.parents.includes(lineup.id));
  return {
    ...chain,
    round: verdict.body.round,
    asker: verdict.author,
    commits,
    reveals: round.reveal.filter((record) => authorOf.get(record.body.commit) === record.author),
    ballotCommits,
    ballots: round.ballot.filter((ballot) => ballotCommits.some((commit) => opensBallotCommit(commit, ballot))),
    confirmations: round.confirmation.filter((one) => isMember(one) && one.body.verdict === verdict.id),
    disputes: round.dispute.filter((one) => isMember(one) && one.body.verdict === verdict.id),
  };
}

function sortByType(records: readonly TypedRecord[]): ByType {
  const all = <T extends RecordType>(type: T): readonly RecordOf<T>[] =>
    records.filter((record): record is RecordOf<T> => record.type === type);
  return {
    ask: all('ask'),
    roster: all('roster'),
    commit: all('commit'),
    lineup: all('lineup'),
    reveal: all('reveal'),
    'ballot-commit': all('ballot-commit'),
    ballot: all('ballot'),
    verdict: all('verdict'),
    confirmation: all('confirmation'),
    dispute: all('dispute'),
  };
}
