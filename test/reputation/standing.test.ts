import { describe, expect, test } from 'vitest';
import { type PeerId, asPeerId } from '#vocabulary';
import {
  type Role,
  type RoleStanding,
  type SignedRecord,
  type Standing,
  foldStandings,
  judgeStandingOf,
} from '#reputation';
import {
  BALLOT_OPENED,
  FAULT,
  HALF_LIFE_MS,
  OTHERS_DAILY_CAP,
  OWN_ROUND_WEIGHT,
} from '../../src/reputation/constants.ts';
import { type RoundScript, playRound, roundIdOf, signAs } from './scripted-round.ts';

const dayMs = 24 * 3_600_000;
const nowMs = 1_770_000_000_000;
const four = ['anna', 'berta', 'carla', 'dora'];
const anna = { self: asPeerId('anna'), nowMs };

const play = (change: Partial<RoundScript> = {}) =>
  playRound({ name: 'r', asker: 'anna', participants: four, atMs: nowMs, ...change });
const prior = { mean: 0.5, evidence: 0 };

function standingOf(standings: readonly Standing[], peer: string): Standing {
  const found = standings.find((one) => one.peer === peer);
  if (found === undefined) throw new Error(`No standing of ${peer}`);
  return found;
}
const roleOf = (standings: readonly Standing[], peer: string, role: Role): RoleStanding =>
  standingOf(standings, peer)[role];
const changesOf = (standings: readonly Standing[], peer: string, role: Role) =>
  standingOf(standings, peer)
    .changes.filter((change) => change.role === role)
    .map((change) => [change.reason, change.amount] as const);
const fold = async (change: Partial<RoundScript> = {}, viewer = anna) => foldStandings(await play(change), viewer);

describe('R18: a stranger has the prior', () => {
  test('without records there are no standings, and a judge counts as neutral', () => {
    expect(foldStandings([], anna)).toEqual([]);
    expect(judgeStandingOf([], asPeerId('zoe'))).toBe(0.5);
  });

  test('a peer known in one role is a stranger in the other', async () => {
    const standings = await fold({ silent: ['dora'] });
    expect(roleOf(standings, 'dora', 'judge')).toMatchObject(prior);
    expect(roleOf(standings, 'dora', 'judge').low).toBeCloseTo(0.0943, 4);
  });
});

describe('evidence of an answerer', () => {
  test('R22: rank counts a little in the upper half, and losing costs nothing', async () => {
    const standings = await fold();
    expect(changesOf(standings, 'anna', 'answerer')).toEqual([['Wrote the best of 4 answers.', 0.5]]);
    expect(changesOf(standings, 'berta', 'answerer')).toEqual([['Its answer came 2 of 4.', 0.25]]);
    expect(changesOf(standings, 'carla', 'answerer')).toEqual([]);
    expect(changesOf(standings, 'dora', 'answerer')).toEqual([]);
  });

  test('R19: no genuine attempt, by a majority of its judges, is a fault', async () => {
    const standings = await fold({ screened: ['anna'] });
    const reason = '3 of 3 judges found no genuine attempt in its answer.';
    expect(changesOf(standings, 'anna', 'answerer')).toEqual([[reason, -FAULT * OWN_ROUND_WEIGHT]]);
  });

  test('R19: one judge alone cannot screen', async () => {
    const standings = await fold({ participants: ['anna', 'berta'], screened: ['anna'] });
    expect(changesOf(standings, 'anna', 'answerer')).toEqual([['Wrote the best of 2 answers.', 0.5]]);
  });

  test('R23: to commit and not to reveal is a fault, to vanish a small one, both seen by the asker only', async () => {
    const change = { unrevealed: ['carla'], silent: ['dora'] };
    const standings = await fold(change);
    expect(changesOf(standings, 'carla', 'answerer')).toEqual([['Committed to an answer and did not reveal it.', -10]]);
    expect(changesOf(standings, 'dora', 'answerer')).toEqual([['Accepted a question and sent no answer.', -1]]);
    const bertas = await fold(change, { self: asPeerId('berta'), nowMs });
    expect(bertas.map((one) => one.peer)).toEqual(['anna', 'berta']);
  });

  test('R23: a reveal that arrives later takes the fault away', async () => {
    const full = await play();
    const isReveal = (record: SignedRecord): boolean => record.type === 'reveal' && record.author === 'carla';
    const partial = full.filter((record) => !isReveal(record));
    expect(roleOf(foldStandings(partial, anna), 'carla', 'answerer').mean).toBeLessThan(0.2);
    expect(changesOf(foldStandings([...partial, ...full.filter(isReveal)], anna), 'carla', 'answerer')).toEqual([]);
  });
});

describe('evidence of a judge', () => {
  test('R22: an opened ballot is a success, agreement counts least', async () => {
    const standings = await fold({ contrary: ['dora'] });
    expect(changesOf(standings, 'berta', 'judge')).toEqual([
      ['Its votes agree with the result in 3 of 3 pairs.', 0.1],
      ['Opened the ballot it had committed to.', 0.5],
    ]);
    expect(changesOf(standings, 'dora', 'judge')).toEqual([
      ['Its votes agree with the result in 0 of 3 pairs.', -0.1],
      ['Opened the ballot it had committed to.', 0.5],
    ]);
    expect(judgeStandingOf(standings, asPeerId('berta'))).toBeGreaterThan(judgeStandingOf(standings, asPeerId('dora')));
  });

  test('R23: a ballot that was promised and not opened is a fault', async () => {
    const standings = await fold({ unopened: ['dora'] });
    expect(changesOf(standings, 'dora', 'judge')).toEqual([['Committed to a ballot and did not open it.', -10]]);
  });

  test('R22: with fewer than three ballots there is no consensus to agree with', async () => {
    const standings = await fold({ unopened: ['carla', 'dora'], contrary: ['berta'] });
    expect(changesOf(standings, 'berta', 'judge')).toEqual([['Opened the ballot it had committed to.', 0.5]]);
  });
});

describe('R25: equivocation', () => {
  test('is proven by whoever holds both records and outweighs three faults, in full, in rounds of others too', async () => {
    const round = roundIdOf('r');
    const records = await play({ asker: 'zoe', participants: ['berta', 'carla', 'dora'] });
    const ask = records.find((record) => record.type === 'ask')!;
    const second = await signAs('berta', 'commit', { round, digest: new Uint8Array(32) }, [ask.id], nowMs);
    const standings = foldStandings([...records, second], anna);
    expect(changesOf(standings, 'berta', 'answerer')).toEqual([
      ['Signed two different commitments in one round.', -3 * FAULT],
    ]);
    expect(standings.map((one) => one.peer)).toEqual(['berta']);
  });
});

describe('R19: a fault costs about 20 successes', () => {
  test('it takes twenty opened ballots to make up for an unopened one', async () => {
    const faulty = await play({ name: 'fault', unopened: ['dora'] });
    const good = await Promise.all(
      Array.from({ length: 20 }, (_, n) => play({ name: `good ${n}`, participants: ['anna', 'dora'] })),
    );
    const meanAfter = (rounds: number): number =>
      roleOf(foldStandings([...faulty, ...good.slice(0, rounds).flat()], anna), 'dora', 'judge').mean;
    expect(meanAfter(0)).toBeCloseTo(2 / 14, 9);
    expect(meanAfter(19)).toBeLessThan(0.5);
    expect(meanAfter(20)).toBeCloseTo(0.5, 9);
  });
});

describe('R20: evidence halves every 30 days', () => {
  test('the figures age and the changes say what is left', async () => {
    const records = await play({ unopened: ['dora'] });
    const [before, after] = [0, 1].map((lives) =>
      foldStandings(records, { ...anna, nowMs: nowMs + 7 + lives * HALF_LIFE_MS }),
    );
    const fault = (standings: readonly Standing[]) =>
      standingOf(standings, 'dora').changes.find((one) => one.role === 'judge');
    expect(fault(before!)).toMatchObject({ amount: -10, remaining: -10 });
    expect(fault(after!)).toMatchObject({ amount: -10, remaining: -5 });
    expect(roleOf(after!, 'dora', 'judge')).toMatchObject({ mean: 2 / 9, evidence: 5 });
  });

  test('a date ahead of ours does not make evidence grow', async () => {
    const records = await play({ unopened: ['dora'] });
    const early = foldStandings(records, { ...anna, nowMs: nowMs - dayMs });
    expect(roleOf(early, 'dora', 'judge').evidence).toBe(10);
  });
});

describe('R22: every change names its cause', () => {
  test('reasons and records are there, the records exist, and the sums explain the figures', async () => {
    const records = await play({ silent: ['dora'], screened: ['carla'], contrary: ['berta'] });
    const ids = new Set(records.map((record) => record.id));
    for (const standing of foldStandings(records, anna)) {
      expect(standing.changes.length).toBeGreaterThan(0);
      for (const change of standing.changes) {
        expect(change.reason).toMatch(/^[A-Z0-9].*\.$/u);
        expect(change.records.length).toBeGreaterThan(0);
        expect(change.records.every((id) => ids.has(id))).toBe(true);
        expect(change.time).toBe(nowMs + 7);
      }
      for (const role of ['answerer', 'judge'] as const) {
        const own = standing.changes.filter((change) => change.role === role).map((change) => change.remaining);
        const good = own.reduce((sum, amount) => sum + Math.max(0, amount), 0);
        const bad = own.reduce((sum, amount) => sum - Math.min(0, amount), 0);
        expect(standing[role].evidence).toBeCloseTo(good + bad, 12);
        expect(standing[role].mean).toBeCloseTo((2 + good) / (4 + good + bad), 12);
      }
    }
  });
});

describe('R24: a contested order is no evidence', () => {
  test('my own dispute outweighs every confirmation', async () => {
    const standings = await fold({ asker: 'dora', disputing: ['anna'] });
    expect(changesOf(standings, 'anna', 'answerer')).toEqual([]);
    expect(changesOf(standings, 'berta', 'judge')).toEqual([['Opened the ballot it had committed to.', 0.5]]);
  });

  test('my own confirmation outweighs every dispute', async () => {
    const standings = await fold({ asker: 'dora', disputing: ['berta', 'carla', 'dora'] });
    expect(changesOf(standings, 'berta', 'answerer')).toEqual([['Its answer came 2 of 4.', 0.25]]);
  });
});

describe('R24: without a judgement of my own', () => {
  const ranks = async (disputing: readonly string[]) => {
    const records = await play({ asker: 'dora', disputing });
    // Anna took part and never said what she computed.
    const withoutMine = records.filter(
      ({ type, author }) => !(author === 'anna' && /^(?:confirmation|dispute)$/u.test(type)),
    );
    return changesOf(foldStandings(withoutMine, anna), 'anna', 'answerer');
  };

  test('more confirmations than disputes make the order count', async () => {
    expect(await ranks([])).toEqual([['Wrote the best of 4 answers.', 0.5]]);
  });

  test("as many disputes as confirmations, the asker's left out, do not", async () => {
    expect(await ranks(['carla'])).toEqual([]);
  });
});

describe('R10: a round without a verdict', () => {
  test('says nothing about anybody', async () => {
    expect(await fold({ withoutVerdict: true, unrevealed: ['carla'], silent: ['dora'] })).toEqual([]);
  });
});

describe('R21: rounds of others', () => {
  const strangers = ['berta', 'carla', 'dora'];
  const foreign = (name: string, atMs = nowMs) => play({ name, asker: 'berta', participants: strangers, atMs });
  /** Rounds that give carla and dora a name with anna. */
  const acquaintance = async (rounds: number) =>
    (
      await Promise.all(
        Array.from({ length: rounds }, (_, n) => play({ name: `own ${n}`, participants: ['anna', 'carla', 'dora'] })),
      )
    ).flat();

  test('count nothing while every witness is a stranger, however many rounds they make up', async () => {
    const rounds = await Promise.all(Array.from({ length: 10 }, (_, n) => foreign(`foreign ${n}`)));
    expect(foldStandings(rounds.flat(), anna)).toEqual([]);
  });

  test('count a little by the standing of witnesses other than the peer itself', async () => {
    const known = await acquaintance(5);
    const before = foldStandings(known, anna);
    const after = foldStandings([...known, ...(await foreign('foreign'))], anna);
    expect(before.some((one) => one.peer === 'berta')).toBe(false);
    const opened = changesOf(after, 'berta', 'judge').find(([reason]) => reason.startsWith('Opened'))?.[1] ?? 0;
    expect(opened).toBeGreaterThan(0);
    expect(opened).toBeLessThan(BALLOT_OPENED * OWN_ROUND_WEIGHT);
  });

  test('are capped for each peer and day', async () => {
    const known = await acquaintance(20);
    const rounds = await Promise.all(
      Array.from({ length: 40 }, (_, n) => foreign(`foreign ${n}`, nowMs + (n % 2) * dayMs)),
    );
    const later = { ...anna, nowMs: nowMs + 2 * dayMs };
    const berta = standingOf(foldStandings([...known, ...rounds.flat()], later), 'berta');
    const total = (role: Role): number =>
      berta.changes.filter((change) => change.role === role).reduce((sum, change) => sum + Math.abs(change.amount), 0);
    expect(total('judge')).toBeCloseTo(2 * OTHERS_DAILY_CAP, 9);
    expect(total('answerer')).toBeCloseTo(2 * OTHERS_DAILY_CAP, 9);
  });

  test('do not tell who failed to deliver', async () => {
    const known = await acquaintance(5);
    const rounds = await play({ name: 'foreign', asker: 'berta', participants: strangers, unrevealed: ['dora'] });
    const amounts = changesOf(foldStandings([...known, ...rounds], anna), 'dora', 'answerer').map(
      ([, amount]) => amount,
    );
    expect(amounts.every((amount) => amount > 0)).toBe(true);
  });
});

test('a record whose body is no body of its type is passed over', async () => {
  const records = await play();
  const broken = records.map((record) => (record.author === 'dora' ? { ...record, body: null } : record));
  const withoutDora = records.filter((record) => record.author !== 'dora');
  expect(foldStandings(broken as readonly SignedRecord[], anna)).toEqual(foldStandings(withoutDora, anna));
});

test('R17: standings ascend by peer', async () => {
  const peers: readonly PeerId[] = (await fold()).map((one) => one.peer);
  expect(peers).toEqual(peers.toSorted());
  expect(peers.length).toBe(4);
});
