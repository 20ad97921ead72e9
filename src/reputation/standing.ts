import type { PeerId, RecordId } from '#vocabulary';
import { type BetaSummary, summarizeBeta } from './beta.ts';
import { type TypedRecord, parseBody } from './bodies.ts';
import { type Conduct, type Role, conductIn, conductOfEquivocation } from './conduct.ts';
import {
  HALF_LIFE_MS,
  OTHERS_DAILY_CAP,
  OTHERS_ROUND_WEIGHT,
  OWN_ROUND_WEIGHT,
  PRIOR_BAD,
  PRIOR_GOOD,
} from './constants.ts';
import { findEquivocations } from './equivocation.ts';
import type { SignedRecord } from './record.ts';
import { type Transcript, collectTranscripts } from './transcript.ts';

/** Belief about a peer's conduct in one role: mean and 95 % interval of the share of good acts. */
export interface RoleStanding extends BetaSummary {
  /** Weight of all evidence behind it after ageing, in acts; 0 for a stranger, whose figures are the prior's. */
  readonly evidence: number;
}

/** Why a standing moved. */
export interface StandingChange {
  readonly role: Role;
  /** Weighted evidence when it came about: above zero good, below zero bad. */
  readonly amount: number;
  /** What is left of `amount` now that it has aged. */
  readonly remaining: number;
  /** One sentence about the peer. */
  readonly reason: string;
  /** The signed records that prove it. */
  readonly records: readonly RecordId[];
  /** Milliseconds since the epoch. */
  readonly time: number;
}

export interface Standing {
  readonly peer: PeerId;
  readonly answerer: RoleStanding;
  readonly judge: RoleStanding;
  /** Oldest first. */
  readonly changes: readonly StandingChange[];
}

export interface Viewer {
  readonly self: PeerId;
  readonly nowMs: number;
}

/** Weighted conduct and when it happened. */
type Evidence = Conduct & { readonly time: number };

/**
 * Standing of every peer these records say something about, ascending by peer, in the eyes of one viewer. A pure fold: the
 * same set of valid records gives the same figures to the last bit, in whatever order they arrived.
 */
export function foldStandings(records: readonly SignedRecord[], viewer: Viewer): readonly Standing[] {
  const typed = records.flatMap((record): TypedRecord[] => {
    const parsed = parseBody(record);
    return parsed.ok ? [parsed.value] : [];
  });
  const transcripts = collectTranscripts(typed);
  // A double statement proves itself, whoever tells of it.
  const proven = findEquivocations(typed).map((proof) => ({ ...conductOfEquivocation(proof), time: proof.timeMs }));
  const own = transcripts
    .filter((round) => tookPart(round, viewer.self))
    .flatMap((round) => evidenceOf(round, viewer, () => OWN_ROUND_WEIGHT));
  const firstHand = standingsFrom([...proven, ...own], viewer.nowMs);

  const credibility = new Map(firstHand.map((one) => [one.peer, credibilityOf(one.judge)]));
  const others = transcripts
    .filter((round) => !tookPart(round, viewer.self))
    .flatMap((round) =>
      evidenceOf(round, viewer, (peer) => OTHERS_ROUND_WEIGHT * witnessesOf(round, peer, credibility)),
    );
  return standingsFrom([...proven, ...own, ...capDaily(others)], viewer.nowMs);
}

/** Standing as a judge in [0, 1], the prior on its discrimination in a fit; 0.5 for a stranger. */
export function judgeStandingOf(standings: readonly Standing[], peer: PeerId): number {
  return standings.find((one) => one.peer === peer)?.judge.mean ?? PRIOR_GOOD / (PRIOR_GOOD + PRIOR_BAD);
}

function evidenceOf(round: Transcript, viewer: Viewer, weightFor: (peer: PeerId) => number): readonly Evidence[] {
  return conductIn(round, viewer.self)
    .map((conduct) => ({ ...conduct, amount: conduct.amount * weightFor(conduct.peer), time: round.verdict.time }))
    .filter((evidence) => evidence.amount !== 0);
}

function tookPart(round: Transcript, self: PeerId): boolean {
  const { asker, commits, ballotCommits, confirmations, disputes } = round;
  return (
    asker === self || [...commits, ...ballotCommits, ...confirmations, ...disputes].some((one) => one.author === self)
  );
}

/** In [0, 1]: those who vouch for this round, the peer itself left out. Strangers are as good as nobody, however many. */
function witnessesOf(round: Transcript, peer: PeerId, credibility: ReadonlyMap<PeerId, number>): number {
  const witnesses = new Set([round.asker, ...round.confirmations.map((record) => record.author)]);
  witnesses.delete(peer);
  let sum = 0;
  for (const witness of [...witnesses].toSorted()) sum += credibility.get(witness) ?? 0;
  return Math.min(1, sum);
}

/** How far a judge has risen above the prior, in [0, 1]. */
function credibilityOf(judge: RoleStanding): number {
  const prior = PRIOR_GOOD / (PRIOR_GOOD + PRIOR_BAD);
  return Math.max(0, (judge.mean - prior) / (1 - prior));
}

const DAY_MS = 24 * 3_600_000;

/** Scales hearsay down where a day of it would outweigh the cap. */
function capDaily(evidence: readonly Evidence[]): readonly Evidence[] {
  const dayOf = (one: Evidence): string => `${one.peer} ${one.role} ${Math.floor(one.time / DAY_MS)}`;
  const totals = new Map<string, number>();
  for (const one of sorted(evidence)) totals.set(dayOf(one), (totals.get(dayOf(one)) ?? 0) + Math.abs(one.amount));
  return evidence.map((one) => ({
    ...one,
    amount: one.amount * Math.min(1, OTHERS_DAILY_CAP / (totals.get(dayOf(one)) as number)),
  }));
}

function standingsFrom(evidence: readonly Evidence[], nowMs: number): readonly Standing[] {
  const byPeer = Map.groupBy(sorted(evidence), (one) => one.peer);
  return [...byPeer]
    .map(([peer, acts]): Standing => {
      const changes = acts.map(({ role, amount, reason, records, time }) => {
        const remaining = amount * 2 ** (-Math.max(0, nowMs - time) / HALF_LIFE_MS);
        return { role, amount, remaining, reason, records, time };
      });
      return { peer, answerer: roleStanding(changes, 'answerer'), judge: roleStanding(changes, 'judge'), changes };
    })
    .toSorted((a, b) => (a.peer < b.peer ? -1 : 1));
}

function roleStanding(changes: readonly StandingChange[], role: Role): RoleStanding {
  let good = 0;
  let bad = 0;
  for (const change of changes) {
    if (change.role !== role) continue;
    if (change.remaining > 0) good += change.remaining;
    else bad -= change.remaining;
  }
  return { ...summarizeBeta(PRIOR_GOOD + good, PRIOR_BAD + bad), evidence: good + bad };
}

/** One order for one set: sums of floats depend on the order of their terms. */
function sorted(evidence: readonly Evidence[]): readonly Evidence[] {
  const keyOf = (one: Evidence): string => `${one.role} ${one.reason} ${one.records.join(' ')}`;
  return evidence.toSorted((a, b) => a.time - b.time || (keyOf(a) < keyOf(b) ? -1 : keyOf(a) > keyOf(b) ? 1 : 0));
}
