import { describe, expect, test } from 'vitest';
import { type PeerId, bytesToHex, err, failure, hexToBytes, sha256 } from '#vocabulary';
import { cidBytes } from '../../../src/swarm/content/cid.ts';
import { packBits } from '../../../src/swarm/content/bitfield.ts';
import { chunkMethod, haveMethod } from '../../../src/swarm/content/methods.ts';
import {
  CHUNK,
  PART,
  createMemoryDraft,
  createMemoryServer,
  listOf,
  openLaboratory,
  randomBytes,
  want,
} from './content-bench.ts';

const file = randomBytes('file', 40 * CHUNK + 123);
const COUNT = 41;
const whole = { ok: true, value: undefined };

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
    for (const name of seeders) await lab.tab(name, { files: [file], link: { bytesPerSecond: 500 } });
    const taker = await lab.tab('taker');
    const server = createMemoryServer(lab.clock, file, { bytesPerSecond: 500 });
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

  test('R58: a server is spared while peers will soon be done, and asked once they fail', async () => {
    const lab = openLaboratory();
    const link = { bytesPerSecond: 5_000 };
    const seeder = await lab.tab('seeder', { files: [file], link });
    const taker = await lab.tab('taker');
    const server = createMemoryServer(lab.clock, file);
    const wanted = await want(file, true);
    expect(await lab.settle(lab.fill(taker, wanted, { servers: [server] }).result)).toEqual(whole);
    expect(server.asked).toEqual([]);

    const another = await lab.tab('another');
    const { draft, result } = lab.fill(another, wanted, { servers: [server] });
    await lab.clock.advance(3_000);
    seeder.kill();
    expect(await lab.settle(result)).toEqual(whole);
    expect(draft.bytes()).toEqual(file);
    expect(server.asked.length).toBeGreaterThan(0);
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
