import { type PeerId, type RecordId, asRoundId, encodeCanonical, sha256, sha256Hex } from '#vocabulary';
import { type RecordBodies, type RecordOf, type RecordType, type TypedRecord, createRecord } from '#reputation';
import { createScriptedSigner } from './signers.ts';

/** What happens in a round, by the names of its peers. The first listed answer is the best one. */
export interface RoundScript {
  readonly name: string;
  readonly asker: string;
  readonly participants: readonly string[];
  readonly atMs: number;
  /** Accepted but never committed. */
  readonly silent?: readonly string[];
  readonly unrevealed?: readonly string[];
  readonly unopened?: readonly string[];
  /** Answers every judge screens out. */
  readonly screened?: readonly string[];
  /** Judges who prefer the worse of every pair. */
  readonly contrary?: readonly string[];
  readonly disputing?: readonly string[];
  readonly withoutVerdict?: boolean;
}

export type RoundRecords = readonly TypedRecord[];

const textBytes = (text: string): Uint8Array => sha256(new TextEncoder().encode(text));

export function signAs<T extends RecordType>(
  author: string,
  type: T,
  body: RecordBodies[T],
  parents: readonly RecordId[],
  nowMs: number,
): Promise<RecordOf<T>> {
  return createRecord({ type, body, parents }, { signer: createScriptedSigner(author), nowMs });
}

export const roundIdOf = (name: string) => asRoundId(sha256Hex(new TextEncoder().encode(name)).slice(0, 32));

/** Every record a round of this script leaves behind. */
export async function playRound(script: RoundScript): Promise<RoundRecords> {
  const { asker, participants, atMs, silent = [], unrevealed = [], unopened = [], screened = [] } = script;
  const round = roundIdOf(script.name);
  const ask = await signAs(
    asker,
    'ask',
    { round, questionDigest: textBytes('why'), maxTokens: 96, temperature: 800, answersPerJudge: 3 },
    [],
    atMs,
  );
  const members = participants.map((peer) => ({ peer: peer as PeerId, model: 'scripted', standing: 0.5 }));
  const roster = await signAs(asker, 'roster', { round, ask: ask.id, participants: members }, [ask.id], atMs + 1);
  const answering = participants.filter((peer) => !silent.includes(peer));
  const commits = await Promise.all(
    answering.map((peer) =>
      signAs(peer, 'commit', { round, digest: textBytes(`${round} ${peer}`) }, [ask.id], atMs + 2),
    ),
  );
  const commitOf = new Map<string, RecordId>(commits.map((commit) => [commit.author, commit.id]));
  const admitted = commits.map((commit) => commit.id).toSorted();
  const lineup = await signAs(asker, 'lineup', { round, roster: roster.id, commits: admitted }, [roster.id], atMs + 3);
  const revealing = answering.filter((peer) => !unrevealed.includes(peer));
  const reveals = await Promise.all(
    revealing.map((peer) => {
      const commit = commitOf.get(peer) as RecordId;
      return signAs(peer, 'reveal', { round, commit, answerDigest: textBytes(peer) }, [lineup.id], atMs + 4);
    }),
  );
  const ballotCommits: TypedRecord[] = [];
  const ballots: RecordOf<'ballot'>[] = [];
  for (const judge of revealing) {
    const seen = revealing.filter((peer) => peer !== judge);
    const side = script.contrary?.includes(judge) === true ? -1 : 1;
    const sealed = {
      round,
      salt: textBytes(judge).slice(0, 16),
      model: 'scripted',
      calibration: 'none',
      answers: seen.map((peer) => commitOf.get(peer) as RecordId),
      screened: seen.flatMap((peer, index) => (screened.includes(peer) ? [index] : [])),
      readings: seen.map((_, index) => [{ name: 'forward', value: -index }]),
      votes: seen.flatMap((_, first) =>
        seen.slice(first + 1).map((_other, offset) => ({
          first,
          second: first + 1 + offset,
          logOdds: side * 1.5,
          weight: 2 / seen.length,
          contributions: [],
        })),
      ),
    };
    const digest = sha256(encodeCanonical([judge, sealed]));
    const commit = await signAs(judge, 'ballot-commit', { round, digest }, [lineup.id], atMs + 5);
    ballotCommits.push(commit);
    if (unopened.includes(judge)) continue;
    ballots.push(await signAs(judge, 'ballot', { ...sealed, commit: commit.id }, [commit.id], atMs + 6));
  }
  const played = [ask, roster, ...commits, lineup, ...reveals, ...ballotCommits, ...ballots];
  if (script.withoutVerdict === true) return played;

  const order = revealing.map((peer) => commitOf.get(peer) as RecordId);
  const strengths = order.map((_, rank) => (order.length - 1) / 2 - rank);
  const body = {
    round,
    lineup: lineup.id,
    ballots: ballots.map((ballot) => ballot.id).toSorted(),
    order,
    strengths,
    lows: strengths.map((strength) => strength - 1),
    highs: strengths.map((strength) => strength + 1),
    pBest: order.map((_, rank) => (rank === 0 ? 0.75 : 0.25 / (order.length - 1))),
  };
  const verdict = await signAs(asker, 'verdict', body, [lineup.id], atMs + 7);
  const judgements = await Promise.all(
    revealing.map((peer) => {
      const said = { round, verdict: verdict.id, order };
      return script.disputing?.includes(peer) === true
        ? signAs(peer, 'dispute', { ...said, reason: 'The ballots give another order.' }, [verdict.id], atMs + 8)
        : signAs(peer, 'confirmation', said, [verdict.id], atMs + 8);
    }),
  );
  return [...played, verdict, ...judgements];
}
