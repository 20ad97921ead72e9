import { CID } from 'multiformats/cid';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  type Canonical,
  type RecordId,
  type Signer,
  asPeerId,
  asRecordId,
  asRoundId,
  bytesToHex,
  decodeCanonical,
  encodeCanonical,
  hexToBytes,
} from '#vocabulary';
import {
  FUTURE_TOLERANCE_MS,
  MAX_RECORD_BYTES,
  type RecordContent,
  type RecordOf,
  createRecord,
  decodeRecord,
  encodeRecord,
  verifyRecord,
} from '#reputation';
import { recordIdOf } from '../../src/reputation/record.ts';
import { createNamedSigner, verifyEd25519 } from './signers.ts';

const nowMs = 1_770_000_000_000;
const round = asRoundId('000102030405060708090a0b0c0d0e0f');
const checks = { verifySignature: verifyEd25519, nowMs };

let anna: Signer;
let ask: RecordOf<'ask'>;
let commit: RecordOf<'commit'>;

beforeAll(async () => {
  anna = await createNamedSigner('anna');
  const questionDigest = new Uint8Array(32).fill(7);
  ask = await createRecord(
    { type: 'ask', parents: [], body: { round, questionDigest, maxTokens: 96, temperature: 800, answersPerJudge: 3 } },
    { signer: anna, nowMs },
  );
  commit = await createRecord(
    { type: 'commit', parents: [ask.id], body: { round, digest: questionDigest } },
    { signer: anna, nowMs },
  );
});

/** The wire form of a commit with some of its signed fields changed, signed properly all the same. */
async function forge(change: Record<string, Canonical>): Promise<Uint8Array> {
  const { v, type, author, time, parents, body } = commit;
  const content = { v, type, author, time, parents, body, ...change };
  const id = recordIdOf(content as RecordContent);
  return encodeCanonical([content, await anna.sign(new TextEncoder().encode(id))]);
}

const typeOf = async (bytes: Uint8Array): Promise<string> => {
  const verified = await verifyRecord(bytes, checks);
  return verified.ok ? 'valid' : verified.error.type;
};

describe('R1: a record has one byte form and its id follows from it', () => {
  test('golden bytes of a commit', () => {
    expect(anna.peer).toBe('12D3KooWPEoNVD9B8nckjnzwQ6JTqCfTpqNb2WQocRnuoNHUNht7');
    expect(commit.id).toBe('bafyreihgfsyxqqkakbp7arkm2bnu24ehnagsvmaucrechmoaum4nyoiqz4');
    expect(bytesToHex(encodeRecord(commit))).toBe(
      [
        '82a661760164626f6479a265726f756e6478203030303130323033303430353036303730383039306130623063306430',
        '65306666646967657374582007070707070707070707070707070707070707070707070707070707070707076474696d',
        '651b0000019c1c38a400647479706566636f6d6d697466617574686f727834313244334b6f6f5750456f4e5644394238',
        '6e636b6a6e7a7751364a547143665470714e623257516f63526e756f4e48554e68743767706172656e747381783b6261',
        '6679726569677a737a7971643462636c7376727972746b6d6e717265623264366d746f636b6b6c74726a7874636e6537',
        '6661633368366c6c615840f8137cab1958e74d623e58c3c8a76b915c1a8eae2a60915ee24569c9dadd32e8d5efecde1f',
        'd9a75af3b7c2ff8a9d13d8178da0012f543a485ee156d004c1de02',
      ].join(''),
    );
  });

  test('the id is a CIDv1 of the content, dag-cbor and sha2-256', async () => {
    const { v, type, author, time, parents, body } = commit;
    const digest = await crypto.subtle.digest(
      'SHA-256',
      encodeCanonical({ v, type, author, time, parents, body }) as BufferSource,
    );
    const cid = CID.parse(commit.id);
    expect([cid.version, cid.code, cid.multihash.code]).toEqual([1, 0x71, 0x12]);
    expect(cid.multihash.digest).toEqual(new Uint8Array(digest));
  });

  test('it comes back from its bytes, and from the object, verified', async () => {
    expect(decodeRecord(encodeRecord(commit))).toEqual({ ok: true, value: commit });
    expect(await verifyRecord(encodeRecord(commit), checks)).toEqual({ ok: true, value: commit });
    expect(await verifyRecord(commit, checks)).toEqual({ ok: true, value: commit });
  });

  test('parents are stored ascending and once, and time in whole milliseconds', async () => {
    const [low, high] = [ask.id, commit.id].toSorted() as [RecordId, RecordId];
    const body = { round, digest: new Uint8Array(32) };
    const record = await createRecord(
      { type: 'commit', parents: [high, low, high], body },
      { signer: anna, nowMs: nowMs + 0.7 },
    );
    expect(record.parents).toEqual([low, high]);
    expect(record.time).toBe(nowMs);
  });
});

describe('refusals', () => {
  test('R2: more than 64 KiB is oversized, whatever it is', async () => {
    expect(await typeOf(new Uint8Array(MAX_RECORD_BYTES + 1))).toBe('oversized');
    expect(await typeOf(new Uint8Array(MAX_RECORD_BYTES))).toBe('malformed');
  });

  test.each<[string, Record<string, Canonical>]>([
    ['a negative time', { time: -1 }],
    ['a fractional time', { time: nowMs + 0.5 }],
    ['an author that is no name', { author: 'anna <b>' }],
    ['a parent that is no id', { parents: ['bafy'] }],
    ['a body that is no map', { body: 7 }],
    ['a body with a field too many', { body: { round, digest: new Uint8Array(32), extra: 1 } }],
    ['a body with a digest too short', { body: { round, digest: new Uint8Array(31) } }],
    ['a body with a round of another form', { body: { round: round.toUpperCase(), digest: new Uint8Array(32) } }],
    ['a body of another type', { type: 'reveal' }],
    ['a field too many', { extra: 1 }],
  ])('R3: %s is malformed', async (_name, change) => {
    expect(await typeOf(await forge(change))).toBe('malformed');
  });

  test('R3: a field too few is malformed', async () => {
    const { v, type, author, parents, body, signature } = commit;
    expect(await typeOf(encodeCanonical([{ v, type, author, parents, body }, signature]))).toBe('malformed');
  });

  test('R3: parents out of order or repeated are malformed', async () => {
    const [low, high] = [ask.id, commit.id].toSorted() as [RecordId, RecordId];
    expect(await typeOf(await forge({ parents: [low, high] }))).toBe('valid');
    expect(await typeOf(await forge({ parents: [high, low] }))).toBe('malformed');
    expect(await typeOf(await forge({ parents: [low, low] }))).toBe('malformed');
  });

  test('R3: the same content in another byte form is malformed', async () => {
    const hex = bytesToHex(encodeRecord(commit));
    const version = hex.indexOf('617601');
    expect(version).toBeGreaterThan(0);
    const longInteger = `${hex.slice(0, version)}61761801${hex.slice(version + 6)}`;
    expect(await typeOf(hexToBytes(longInteger))).toBe('malformed');
    expect(await typeOf(hexToBytes(`${hex}00`))).toBe('malformed');
  });

  test('R3: an object whose id is not that of its content is malformed', async () => {
    const verified = await verifyRecord({ ...commit, id: ask.id }, checks);
    expect(!verified.ok && verified.error.type).toBe('malformed');
    const unencodable = await verifyRecord({ ...commit, time: Number.NaN }, checks);
    expect(!unencodable.ok && unencodable.error.type).toBe('malformed');
  });

  test('R4: a later version and an unknown type are told apart from damage', async () => {
    expect(await typeOf(await forge({ v: 2 }))).toBe('unknown-type');
    expect(await typeOf(await forge({ type: 'prophecy' }))).toBe('unknown-type');
  });

  test('R5: a date ahead of ours is accepted within the tolerance only', async () => {
    expect(await typeOf(await forge({ time: nowMs + FUTURE_TOLERANCE_MS }))).toBe('valid');
    expect(await typeOf(await forge({ time: nowMs + FUTURE_TOLERANCE_MS + 1 }))).toBe('future-dated');
    expect(await typeOf(await forge({ time: 0 }))).toBe('valid');
  });

  test('R6: only the author can have signed it', async () => {
    const berta = await createNamedSigner('berta');
    const stolen = { ...commit, signature: await berta.sign(new TextEncoder().encode(commit.id)) };
    expect(await typeOf(encodeRecord(stolen))).toBe('bad-signature');
    expect(await typeOf(await forge({ author: berta.peer }))).toBe('bad-signature');
    expect(await typeOf(await forge({ author: 'not-a-key' }))).toBe('bad-signature');
    const changed = encodeRecord({ ...commit, time: commit.time + 1 });
    expect(await typeOf(changed)).toBe('bad-signature');
  });

  test('R7: a draft that would be refused everywhere throws at its author', async () => {
    const body = { round: asRoundId('short'), digest: new Uint8Array(32) };
    await expect(createRecord({ type: 'commit', parents: [], body }, { signer: anna, nowMs })).rejects.toThrow(
      /commit/u,
    );
  });
});

describe('R3: bodies', () => {
  const ids = ['a', 'e', 'i', 'm'].map((end) => asRecordId(`bafyreia${'a'.repeat(50)}${end}`)) as [
    RecordId,
    RecordId,
    RecordId,
    RecordId,
  ];
  const ballot = {
    round,
    commit: ids[3],
    salt: new Uint8Array(16),
    model: 'm',
    calibration: 'c',
    answers: [ids[1], ids[0]],
    screened: [1],
    readings: [[{ name: 'forward', value: -1.5 }], []],
    votes: [{ first: 0, second: 1, logOdds: 0.25, weight: 1, contributions: [{ name: 'forward', logOdds: 0.25 }] }],
  };
  const vote = { first: 0, second: 1, logOdds: 0.25, weight: 1, contributions: [] };
  const verdict = {
    round,
    lineup: ids[3],
    ballots: [ids[0], ids[1]],
    order: [ids[2], ids[0]],
    strengths: [0.5, -0.5],
    lows: [0, -1],
    highs: [1, 0],
    pBest: [0.9, 0.1],
  };
  const participant = { peer: asPeerId('anna'), model: 'm', standing: 0.5 };
  const roster = { round, ask: ids[0], participants: [participant] };
  const lineup = { round, roster: ids[0], commits: [ids[1], ids[2]] };

  test.each<[string, string, Canonical]>([
    ['ballot', 'ballot', ballot],
    ['verdict', 'verdict', verdict],
    ['roster', 'roster', roster],
    ['lineup', 'lineup', lineup],
    ['confirmation', 'confirmation', { round, verdict: ids[0], order: [ids[1]] }],
    ['dispute that could fit nothing', 'dispute', { round, verdict: ids[0], order: [], reason: 'x'.repeat(1000) }],
  ])('a %s is accepted', async (_name, type, body) => {
    expect(await typeOf(await forge({ type, body }))).toBe('valid');
  });

  test.each<[string, string, Canonical]>([
    ['ballot on the same answer twice', 'ballot', { ...ballot, answers: [ids[0], ids[0]] }],
    ['ballot without readings for an answer', 'ballot', { ...ballot, readings: [[]] }],
    ['ballot that screens an answer it has not', 'ballot', { ...ballot, screened: [2] }],
    ['ballot that screens in disorder', 'ballot', { ...ballot, screened: [1, 0] }],
    ['ballot that votes twice on a pair', 'ballot', { ...ballot, votes: [vote, { ...vote, first: 1, second: 0 }] }],
    ['ballot that votes on one answer', 'ballot', { ...ballot, votes: [{ ...vote, second: 0 }] }],
    ['ballot that votes on an answer it has not', 'ballot', { ...ballot, votes: [{ ...vote, second: 2 }] }],
    ['ballot with a weight above 1', 'ballot', { ...ballot, votes: [{ ...vote, weight: 1.5 }] }],
    ['ballot with a salt too short', 'ballot', { ...ballot, salt: new Uint8Array(15) }],
    ['ballot with a text too long', 'ballot', { ...ballot, calibration: 'x'.repeat(201) }],
    ['verdict with a figure too few', 'verdict', { ...verdict, lows: [0] }],
    ['verdict that ranks an answer twice', 'verdict', { ...verdict, order: [ids[0], ids[0]] }],
    ['verdict over nothing', 'verdict', { ...verdict, order: [], strengths: [], lows: [], highs: [], pBest: [] }],
    ['verdict with a probability above 1', 'verdict', { ...verdict, pBest: [1.1, 0] }],
    ['verdict with ballots in disorder', 'verdict', { ...verdict, ballots: [ids[1], ids[0]] }],
    ['roster with a peer twice', 'roster', { ...roster, participants: [participant, participant] }],
    ['roster with a standing above 1', 'roster', { ...roster, participants: [{ ...participant, standing: 2 }] }],
    [
      'roster of too many',
      'roster',
      { ...roster, participants: Array.from({ length: 65 }, (_, n) => ({ ...participant, peer: `p${n}` })) },
    ],
    ['lineup in disorder', 'lineup', { ...lineup, commits: [ids[2], ids[1]] }],
    ['lineup with an id whose unused bits are set', 'lineup', { ...lineup, commits: [`${ids[1].slice(0, -1)}b`] }],
    ['dispute with an endless reason', 'dispute', { round, verdict: ids[0], order: [], reason: 'x'.repeat(1001) }],
  ])('a %s is malformed', async (_name, type, body) => {
    expect(await typeOf(await forge({ type, body }))).toBe('malformed');
  });
});

test('R1: bytes of a record decode to plain canonical values', () => {
  expect(decodeCanonical(encodeRecord(commit)).ok).toBe(true);
});
