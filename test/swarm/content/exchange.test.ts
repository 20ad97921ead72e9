import { describe, expect, test } from 'vitest';
import { type PeerId, bytesToHex, err, failure, hexToBytes, ok, sha256 } from '#vocabulary';
import type { Rpc } from '#swarm';
import { packBits } from '../../../src/swarm/content/bitfield.ts';
import { chunkMethod, haveMethod, listMethod } from '../../../src/swarm/content/methods.ts';
import {
  CHUNK,
  PART,
  type Laboratory,
  createMemoryDraft,
  createMemoryServer,
  listOf,
  openLaboratory,
  randomBytes,
  want,
} from './content-bench.ts';

const file = randomBytes('file', 40 * CHUNK + 123);
const other = randomBytes('other', file.length);
const COUNT = 41;
const whole = { ok: true, value: undefined };

interface Lies {
  /** Bytes it sends for a chunk; undefined: it refuses. */
  readonly chunk?: (chunk: number) => Uint8Array | undefined;
  readonly list?: Uint8Array;
  readonly has?: (chunk: number) => boolean;
  /** What it sends when asked for its list. */
  readonly sentList?: Uint8Array;
  readonly delayMs?: (chunk: number) => Promise<void>;
}

/** A peer without an exchange that says whatever it likes. */
async function answer(rpc: Rpc, bytes: Uint8Array, lies: Lies = {}): Promise<number[]> {
  const list = lies.list ?? (await listOf(bytes));
  const asked: number[] = [];
  rpc.serve(haveMethod, () =>
    Promise.resolve(
      ok({ size: bytes.length, list: sha256(list), bits: packBits(COUNT, lies.has ?? ((): boolean => true)) }),
    ),
  );
  rpc.serveStream(listMethod, async (_, __, send) => {
    await send(lies.sentList ?? list);
    return ok(undefined);
  });
  rpc.serveStream(chunkMethod, async ({ chunk }, __, send) => {
    asked.push(chunk);
    await lies.delayMs?.(chunk);
    const honest = bytes.slice(chunk * CHUNK, (chunk + 1) * CHUNK);
    const sent = lies.chunk === undefined ? honest : lies.chunk(chunk);
    if (sent === undefined) return err(failure('failed', 'no'));
    await send(sent);
    return ok(undefined);
  });
  return asked;
}

async function liar(
  lab: Laboratory,
  name: string,
  bytes: Uint8Array,
  lies?: Lies,
): Promise<{ peer: PeerId; asked: number[] }> {
  const { peer, rpc } = await lab.stranger(name);
  return { peer, asked: await answer(rpc, bytes, lies) };
}

describe('files from other tabs', () => {
  test('R55: a tab without a server gets the file from one that has it, byte by byte', async () => {
    const lab = openLaboratory();
    await lab.tab('seeder', { files: [file] });
    const taker = await lab.tab('taker');
    const { draft, result, progress } = lab.fill(taker, await want(file));
    expect(await lab.settle(result)).toEqual(whole);
    expect(draft.bytes()).toEqual(file);
    expect(progress).toHaveLength(COUNT);
    expect(progress.at(-1)).toBe(file.length);
  });

  test('R55: files of one chunk, of exactly whole chunks and of one byte more pass', async () => {
    for (const length of [1, CHUNK, CHUNK + 1, PART, PART + 1, 3 * PART]) {
      const bytes = randomBytes(`${length}`, length);
      const lab = openLaboratory();
      await lab.tab('seeder', { files: [bytes] });
      const taker = await lab.tab('taker');
      const { draft, result } = lab.fill(taker, await want(bytes));
      expect(await lab.settle(result)).toEqual(whole);
      expect(draft.bytes()).toEqual(bytes);
    }
  });

  test('R58: several peers and a server give at the same time, and nothing is fetched twice but the last chunks', async () => {
    const lab = openLaboratory();
    const seeders = ['a', 'b', 'c'];
    for (const name of seeders) await lab.tab(name, { files: [file], link: { bytesPerSecond: 20_000 } });
    const taker = await lab.tab('taker');
    const server = createMemoryServer(lab.clock, file, { bytesPerSecond: 20_000 });
    const { draft, result } = lab.fill(taker, await want(file, true), { servers: [server] });
    expect(await lab.settle(result)).toEqual(whole);
    expect(draft.bytes()).toEqual(file);
    const { traffic, serverBytes, takenBytes } = taker.exchange.getState();
    expect(traffic.map(({ peer }) => peer).toSorted()).toEqual(seeders);
    for (const { takenBytes: each } of traffic) expect(each).toBeGreaterThan(4 * CHUNK);
    expect(serverBytes).toBeGreaterThan(2 * CHUNK);
    expect(serverBytes + takenBytes).toBe(file.length);
    expect(server.givenBytes).toBeLessThan(file.length / 2);
  });

  test('R65: newcomers trade what they have: the seeder sends little more than one copy', async () => {
    const lab = openLaboratory();
    const seeder = await lab.tab('seeder', { files: [file], link: { bytesPerSecond: 10_000 } });
    const wanted = await want(file, true);
    const takers = [];
    for (const name of ['a', 'b', 'c', 'd']) takers.push(await lab.tab(name, { link: { bytesPerSecond: 100_000 } }));
    const fills = takers.map((taker) => lab.fill(taker, wanted));
    for (const { result, draft } of fills) {
      expect(await lab.settle(result)).toEqual(whole);
      expect(draft.bytes()).toEqual(file);
    }
    expect(seeder.exchange.getState().givenBytes).toBeLessThan(2.5 * file.length);
    expect(takers.reduce((sum, taker) => sum + taker.exchange.getState().givenBytes, 0)).toBeGreaterThan(
      1.5 * file.length,
    );
  });

  test('R63: with nobody there it says so at once; with others who do not have it, within a second', async () => {
    const lab = openLaboratory();
    const alone = await lab.tab('alone');
    const server = createMemoryServer(lab.clock, file);
    const atMs = lab.clock.now();
    const first = lab.fill(alone, await want(file), { servers: [server] }).result;
    expect(await lab.settle(first, 1)).toMatchObject({ ok: false, error: { type: 'nobody' } });
    await lab.tab('other');
    const silent = await lab.tab('silent');
    lab.freeze(silent.peer);
    const second = lab.fill(alone, await want(file), { servers: [server] }).result;
    expect(await lab.settle(second)).toMatchObject({ ok: false, error: { type: 'nobody' } });
    expect(lab.clock.now() - atMs).toBeLessThan(1_300);
    expect(server.asked).toEqual([]);
  });

  test('R63: a tab that waits for a file hears of it when somebody comes who has it', async () => {
    const lab = openLaboratory();
    const taker = await lab.tab('taker');
    const content = await want(file);
    let isOffered = false;
    const waiting = taker.exchange
      .asFileSource()
      .whenOffered(content, new AbortController().signal)
      .then(() => (isOffered = true));
    await lab.clock.advance(20_000);
    expect(isOffered).toBe(false);
    await lab.tab('seeder', { files: [file] });
    await lab.settle(waiting, 5_000);
  });
});

describe('peers that fail', () => {
  test('R59: a peer that is killed in the middle costs nothing that has come; another goes on', async () => {
    const lab = openLaboratory();
    const first = await lab.tab('first', { files: [file], link: { bytesPerSecond: 8_000 } });
    const taker = await lab.tab('taker');
    const { draft, result } = lab.fill(taker, await want(file));
    await lab.clock.advance(2_500);
    const [running] = taker.exchange.getState().downloads;
    expect(running?.receivedBytes).toBeGreaterThan(5 * CHUNK);
    first.kill();
    await lab.clock.advance(1_000);
    await lab.tab('second', { files: [file] });
    expect(await lab.settle(result)).toEqual(whole);
    expect(draft.bytes()).toEqual(file);
    const taken = new Map(
      taker.exchange.getState().traffic.map(({ peer, takenBytes }) => [peer as string, takenBytes]),
    );
    expect(taken.get('first')).toBeGreaterThan(5 * CHUNK);
    expect((taken.get('first') ?? 0) + (taken.get('second') ?? 0)).toBe(file.length);
  });

  test('R59: one that falls silent is left for others', async () => {
    const lab = openLaboratory();
    const frozen = await lab.tab('frozen', { files: [file], link: { bytesPerSecond: 10_000 } });
    await lab.tab('slow', { files: [file], link: { bytesPerSecond: 2_000 } });
    const taker = await lab.tab('taker');
    const { draft, result } = lab.fill(taker, await want(file));
    await lab.clock.advance(1_500);
    lab.freeze(frozen.peer);
    expect(await lab.settle(result, 60_000)).toEqual(whole);
    expect(draft.bytes()).toEqual(file);
  });

  test('R59: one that is much slower than the others rests, and what it was asked for comes from them', async () => {
    const lab = openLaboratory();
    await lab.tab('slow', { files: [file], link: { bytesPerSecond: 150 } });
    await lab.tab('a', { files: [file], link: { bytesPerSecond: 3_000 } });
    await lab.tab('b', { files: [file], link: { bytesPerSecond: 3_000 } });
    const taker = await lab.tab('taker');
    const { draft, result } = lab.fill(taker, await want(file));
    await lab.clock.advance(6_000);
    const sources = taker.exchange.getState().downloads[0]?.sources ?? [];
    expect(sources.find(({ name }) => name === 'slow')).toMatchObject({
      status: 'resting',
      reason: expect.stringMatching(/slower/),
    });
    expect(await lab.settle(result, 20_000)).toEqual(whole);
    expect(draft.bytes()).toEqual(file);
  });

  test('R56: a corrupt chunk is thrown away, its sender noted and asked no more; the file comes from others', async () => {
    const lab = openLaboratory();
    await lab.tab('honest', { files: [file], link: { bytesPerSecond: 10_000 } });
    const { peer, asked } = await liar(lab, 'corrupt', file, {
      chunk: (chunk) => (chunk % 5 === 0 ? randomBytes('x', CHUNK) : file.slice(chunk * CHUNK, (chunk + 1) * CHUNK)),
    });
    const taker = await lab.tab('taker');
    const { draft, result } = lab.fill(taker, await want(file, true));
    expect(await lab.settle(result)).toEqual(whole);
    expect(draft.bytes()).toEqual(file);
    expect(taker.misconduct).toMatchObject([{ peer, type: 'corrupt-chunk' }]);
    const before = asked.length;
    const again = lab.fill(taker, await want(file, true));
    expect(await lab.settle(again.result)).toEqual(whole);
    expect(asked).toHaveLength(before);
  });

  test('R56: chunks that are too long, too short or empty are nonsense', async () => {
    for (const length of [0, 1, CHUNK - 1, CHUNK + 1, 3 * CHUNK]) {
      const lab = openLaboratory();
      await lab.tab('honest', { files: [file], link: { bytesPerSecond: 10_000 } });
      const { peer } = await liar(lab, 'liar', file, { chunk: () => new Uint8Array(length) });
      const taker = await lab.tab('taker');
      const { draft, result } = lab.fill(taker, await want(file));
      expect(await lab.settle(result)).toEqual(whole);
      expect(draft.bytes()).toEqual(file);
      expect(taker.misconduct.map((each) => each.peer)).toEqual([peer]);
    }
  });

  test('R57: a list that a description vouches for is the only one taken', async () => {
    const lab = openLaboratory();
    for (const name of ['l1', 'l2', 'l3']) await liar(lab, name, other);
    const taker = await lab.tab('taker');
    const wanted = await want(file, true);
    expect(await lab.settle(lab.fill(taker, wanted).result)).toMatchObject({ ok: false, error: { type: 'nobody' } });
    await lab.tab('honest', { files: [file] });
    const { draft, result } = lab.fill(taker, wanted);
    expect(await lab.settle(result)).toEqual(whole);
    expect(draft.bytes()).toEqual(file);
    expect(taker.misconduct).toEqual([]);
  });

  test('R57: a claimed list that leads to another file is condemned with those who claimed it, and another is tried', async () => {
    const lab = openLaboratory();
    const liars = [await liar(lab, 'l1', other), await liar(lab, 'l2', other)];
    await lab.tab('honest', { files: [file] });
    const taker = await lab.tab('taker');
    const { draft, result } = lab.fill(taker, await want(file));
    expect(await lab.settle(result)).toEqual(whole);
    expect(draft.bytes()).toEqual(file);
    expect(taker.misconduct.map(({ peer, type }) => `${peer} ${type}`).toSorted()).toEqual(
      liars.map(({ peer }) => `${peer} lying-list`),
    );
  });

  test('R57: when all lists lie, that is the error, and no byte of theirs stays', async () => {
    const lab = openLaboratory();
    await liar(lab, 'l1', other);
    await liar(lab, 'l2', randomBytes('third', file.length));
    const taker = await lab.tab('taker');
    const { draft, result } = lab.fill(taker, await want(file));
    expect(await lab.settle(result)).toMatchObject({ ok: false, error: { type: 'wrong' } });
    expect(draft.kept.size).toBe(0);
    expect(taker.misconduct).toHaveLength(2);
  });

  test('R57: a list whose chunks a server contradicts is set aside with all that came by it', async () => {
    const lab = openLaboratory();
    await liar(lab, 'l1', other);
    const taker = await lab.tab('taker');
    const server = createMemoryServer(lab.clock, file, { bytesPerSecond: 20_000 });
    const { draft, result } = lab.fill(taker, await want(file), { servers: [server] });
    expect(await lab.settle(result)).toMatchObject({ ok: false, error: { type: 'wrong' } });
    expect(draft.kept.size).toBe(0);
    expect(server.givenBytes).toBeLessThan(file.length / 2);
  });

  test('R57: what is sent as the list and is not the list is nonsense', async () => {
    const list = await listOf(file);
    for (const sentList of [list.slice(1), new Uint8Array([...list, 1]), list.with(0, (list[0] ?? 0) ^ 1)]) {
      const lab = openLaboratory();
      const { peer } = await liar(lab, 'liar', file, { sentList });
      await lab.tab('honest', { files: [file] });
      const taker = await lab.tab('taker');
      const { draft, result } = lab.fill(taker, await want(file));
      expect(await lab.settle(result)).toEqual(whole);
      expect(draft.bytes()).toEqual(file);
      expect(taker.misconduct.every((each) => each.peer === peer && each.type === 'nonsense')).toBe(true);
    }
  });

  test('R56: one that says it has what it refuses to give is left', async () => {
    const lab = openLaboratory();
    await liar(lab, 'boaster', file, { chunk: () => undefined });
    const taker = await lab.tab('taker');
    const failed = lab.fill(taker, await want(file));
    expect(await lab.settle(failed.result, 30_000)).toMatchObject({ ok: false, error: { type: 'incomplete' } });
    await lab.tab('honest', { files: [file] });
    const { draft, result } = lab.fill(taker, await want(file));
    expect(await lab.settle(result)).toEqual(whole);
    expect(draft.bytes()).toEqual(file);
  });

  test('R68: answers of another size or another number of chunks are of another file', async () => {
    const lab = openLaboratory();
    const { rpc } = await lab.stranger('liar');
    let bits = packBits(COUNT, () => true);
    let size = file.length + 1;
    const list = sha256(await listOf(file));
    rpc.serve(haveMethod, () => Promise.resolve(ok({ size, list, bits })));
    const taker = await lab.tab('taker');
    expect(await lab.settle(lab.fill(taker, await want(file)).result)).toMatchObject({ error: { type: 'nobody' } });
    size = file.length;
    for (bits of [new Uint8Array(), packBits(COUNT + 8, () => true), new Uint8Array(6).fill(255)])
      expect(await lab.settle(lab.fill(taker, await want(file)).result)).toMatchObject({ error: { type: 'nobody' } });
  });
});

describe('servers beside peers', () => {
  test.each([
    ['ignores ranges', { fault: 'no-ranges' as const }],
    ['is busy', { fault: 'busy' as const }],
    ['has another file', { fault: 'elsewhere' as const }],
    ['breaks off', { breakAfter: 600 }],
    ['is silent', { isSilent: true }],
    ['goes on after the end', { isEndless: true }],
  ])('R62: a server that %s does not keep peers from giving all', async (_, faults) => {
    const lab = openLaboratory();
    await lab.tab('seeder', { files: [file], link: { bytesPerSecond: 10_000 } });
    const taker = await lab.tab('taker');
    const server = createMemoryServer(lab.clock, file, faults);
    const { draft, result } = lab.fill(taker, await want(file), { servers: [server] });
    expect(await lab.settle(result, 60_000)).toEqual(whole);
    expect(draft.bytes()).toEqual(file);
    expect(server.asked.length).toBeGreaterThan(0);
    expect(server.asked.length).toBeLessThan(20);
  });

  test('R62: a server of wrong bytes is dropped where the list is vouched for', async () => {
    const lab = openLaboratory();
    await lab.tab('seeder', { files: [file], link: { bytesPerSecond: 10_000 } });
    const taker = await lab.tab('taker');
    const server = createMemoryServer(lab.clock, other);
    const { draft, result } = lab.fill(taker, await want(file, true), { servers: [server] });
    expect(await lab.settle(result, 60_000)).toEqual(whole);
    expect(draft.bytes()).toEqual(file);
    expect(taker.misconduct).toEqual([]);
    expect(server.asked.length).toBeLessThan(4);
  });

  test('R60: chunks that no peer has come from the server', async () => {
    const lab = openLaboratory();
    await liar(lab, 'partial', file, { has: (chunk) => chunk < 20 });
    const taker = await lab.tab('taker');
    const server = createMemoryServer(lab.clock, file, { bytesPerSecond: 20_000 });
    const { draft, result } = lab.fill(taker, await want(file), { servers: [server] });
    expect(await lab.settle(result)).toEqual(whole);
    expect(draft.bytes()).toEqual(file);
    expect(taker.exchange.getState().serverBytes).toBeGreaterThanOrEqual(file.length - 20 * CHUNK);
  });

  test('R60: when nobody has a chunk it says so soon, and what came stays', async () => {
    const lab = openLaboratory();
    await liar(lab, 'partial', file, { has: (chunk) => chunk < 20 });
    const taker = await lab.tab('taker');
    const { draft, result } = lab.fill(taker, await want(file));
    expect(await lab.settle(result, 10_000)).toMatchObject({ ok: false, error: { type: 'incomplete' } });
    expect([...draft.kept.keys()].toSorted()).toEqual([0, 1, 2, 3, 4]);
  });
});

describe('what an earlier visit left', () => {
  const leftover = async (): Promise<ReturnType<typeof createMemoryDraft>> => {
    const draft = createMemoryDraft(file.length);
    for (const part of [1, 4, 7]) await draft.write(part, file.slice(part * PART, (part + 1) * PART));
    draft.writes.length = 0;
    return draft;
  };

  test('R61: only what is missing is fetched', async () => {
    const lab = openLaboratory();
    await lab.tab('seeder', { files: [file] });
    const taker = await lab.tab('taker');
    const draft = await leftover();
    const { result, progress } = lab.fill(taker, await want(file), { draft });
    expect(await lab.settle(result)).toEqual(whole);
    expect(draft.bytes()).toEqual(file);
    expect(draft.writes.toSorted((a, b) => a - b)).toEqual([0, 2, 3, 5, 6, 8, 9, 10]);
    expect(taker.exchange.getState().takenBytes).toBe(file.length - 3 * PART);
    expect(progress[0]).toBe(3 * PART);
  });

  test('R61: a part that was damaged meanwhile is fetched again', async () => {
    const lab = openLaboratory();
    await lab.tab('seeder', { files: [file] });
    const taker = await lab.tab('taker');
    const draft = await leftover();
    draft.kept.set(4, randomBytes('damage', PART));
    const { result } = lab.fill(taker, await want(file), { draft });
    expect(await lab.settle(result)).toEqual(whole);
    expect(draft.bytes()).toEqual(file);
  });

  test('R61: stopped and begun again, also as another tab after a crash, it goes on by the list it had', async () => {
    const lab = openLaboratory();
    const seeder = await lab.tab('seeder', { files: [file], link: { bytesPerSecond: 10_000 } });
    const taker = await lab.tab('taker');
    const abort = new AbortController();
    const first = lab.fill(taker, await want(file), { signal: abort.signal });
    await lab.clock.advance(3_000);
    abort.abort();
    expect(await lab.settle(first.result)).toMatchObject({ ok: false, error: { type: 'aborted' } });
    expect(first.draft.kept.size).toBeGreaterThan(1);
    const here = first.draft.kept.size;
    seeder.kill();
    await lab.clock.advance(10_000);
    const server = createMemoryServer(lab.clock, file);
    const second = lab.fill(taker, await want(file), { draft: first.draft, servers: [server] });
    expect(await lab.settle(second.result)).toEqual(whole);
    expect(first.draft.bytes()).toEqual(file);
    expect(server.givenBytes).toBeLessThanOrEqual(file.length - here * PART + PART);
  });

  test('R61: a draft that takes no more bytes ends it with the reason', async () => {
    const lab = openLaboratory();
    await lab.tab('seeder', { files: [file] });
    const taker = await lab.tab('taker');
    const draft = {
      ...createMemoryDraft(file.length),
      write: () => Promise.resolve(err(failure('quota', 'The disk is full.'))),
    };
    const { result } = lab.fill(taker, await want(file), { draft });
    expect(await lab.settle(result)).toMatchObject({
      ok: false,
      error: { type: 'storage', message: 'The disk is full.' },
    });
    const broken = { ...createMemoryDraft(file.length), write: () => Promise.reject(new Error('gone')) };
    const second = lab.fill(taker, await want(file), { draft: broken });
    expect(await lab.settle(second.result)).toMatchObject({ ok: false, error: { type: 'storage', message: 'gone' } });
  });
});

describe('giving', () => {
  test('R66: a tab that shares nothing gives nothing, from the moment it is set', async () => {
    const lab = openLaboratory();
    const limits = { isSharing: false, uploadBytesPerSecond: undefined, maxUploads: 4 };
    const seeder = await lab.tab('seeder', { files: [file], limits, link: { bytesPerSecond: 10_000 } });
    const taker = await lab.tab('taker');
    const wanted = await want(file);
    expect(await lab.settle(lab.fill(taker, wanted).result)).toMatchObject({ error: { type: 'nobody' } });
    seeder.exchange.setLimits({ ...limits, isSharing: true });
    const { result } = lab.fill(taker, wanted);
    await lab.clock.advance(1_500);
    expect(seeder.exchange.getState().givenBytes).toBeGreaterThan(0);
    seeder.exchange.setLimits(limits);
    await lab.clock.advance(500);
    const { givenBytes } = seeder.exchange.getState();
    expect(await lab.settle(result)).toMatchObject({ ok: false, error: { type: 'incomplete' } });
    expect(seeder.exchange.getState().givenBytes).toBe(givenBytes);
  });

  test('R66: all takers together get no more than the rate that was set', async () => {
    const lab = openLaboratory();
    const limits = { isSharing: true, uploadBytesPerSecond: 4_000, maxUploads: 4 };
    await lab.tab('seeder', { files: [file], limits });
    const wanted = await want(file);
    const atMs = lab.clock.now();
    const fills = [];
    for (const name of ['a', 'b']) fills.push(lab.fill(await lab.tab(name), wanted));
    for (const { result } of fills) expect(await lab.settle(result)).toEqual(whole);
    const rate = (1_000 * file.length) / (lab.clock.now() - atMs);
    // One copy at least must come from the seeder; the takers trade the rest.
    expect(rate).toBeLessThan(4_400);
    expect(rate).toBeGreaterThan(1_500);
  });

  test('R69: both sides see what goes where, how fast and how much', async () => {
    const lab = openLaboratory();
    const seeder = await lab.tab('seeder', { files: [file], link: { bytesPerSecond: 5_000 } });
    const taker = await lab.tab('taker');
    let changes = 0;
    taker.exchange.subscribe(() => changes++);
    const { result } = lab.fill(taker, await want(file));
    await lab.clock.advance(4_000);
    const [download] = taker.exchange.getState().downloads;
    expect(download).toMatchObject({
      name: 'file',
      sizeBytes: file.length,
      phase: 'fetching',
      sources: [{ kind: 'peer', peer: 'seeder', status: 'active' }],
    });
    expect(download?.cid).toMatch(/^bafkrei[a-z2-7]{52}$/);
    expect(download?.bytesPerSecond).toBeGreaterThan(3_000);
    expect(download?.bytesPerSecond).toBeLessThan(7_000);
    const [upload] = seeder.exchange.getState().uploads;
    expect(upload).toMatchObject({ peer: 'taker', cid: download?.cid, name: 'file' });
    expect(upload?.bytesPerSecond).toBeGreaterThan(3_000);
    expect(changes).toBeGreaterThan(5);
    expect(changes).toBeLessThan(20);
    await lab.settle(result);
    await lab.clock.advance(6_000);
    expect(taker.exchange.getState()).toBe(taker.exchange.getState());
    expect(taker.exchange.getState()).toMatchObject({ downloads: [], takenBytes: file.length, givenBytes: 0 });
    expect(seeder.exchange.getState()).toMatchObject({
      uploads: [],
      givenBytes: file.length,
      traffic: [{ peer: 'taker', givenBytes: file.length, takenBytes: 0 }],
      offered: [{ cid: download?.cid, sizeBytes: file.length }],
    });
  });

  test('R56: a disk that lost a bit does not make a tab a liar', async () => {
    const lab = openLaboratory();
    const seeder = await lab.tab('seeder', { files: [file] });
    const taker = await lab.tab('taker');
    for (const digest of seeder.files.keys())
      seeder.files.set(digest, file.with(5 * CHUNK, (file[5 * CHUNK] ?? 0) ^ 1));
    const { result } = lab.fill(taker, await want(file));
    expect(await lab.settle(result)).toMatchObject({ ok: false, error: { type: 'incomplete' } });
    expect(taker.misconduct).toEqual([]);
  });

  test('R68: questions about what is not offered, chunks beyond the end and other lists get nothing', async () => {
    const lab = openLaboratory();
    await lab.tab('seeder', { files: [file] });
    const { rpc } = await lab.stranger('asker');
    const { cidBytes } = await import('../../../src/swarm/content/cid.ts');
    const wanted = await want(file);
    const cid = cidBytes(wanted.sha256);
    const list = sha256(await listOf(file));
    const seeder = 'seeder' as PeerId;
    const options = { deadlineMs: 5_000 };
    const unknown = rpc.call(seeder, haveMethod, { cid: cidBytes(bytesToHex(list)) }, options);
    expect(await lab.settle(unknown)).toEqual({ ok: true, value: null });
    const known = await lab.settle(rpc.call(seeder, haveMethod, { cid }, options));
    expect(known).toEqual({ ok: true, value: { size: file.length, list, bits: packBits(COUNT, () => true) } });
    for (const request of [
      { cid, list, chunk: COUNT },
      { cid, list: hexToBytes(wanted.sha256), chunk: 0 },
      { cid: cidBytes(bytesToHex(list)), list, chunk: 0 },
    ])
      expect(await lab.settle(rpc.open(seeder, chunkMethod, request, options).next())).toMatchObject({
        ok: false,
        error: { type: 'failed' },
      });
  });
});
