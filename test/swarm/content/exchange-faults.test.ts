import { describe, expect, test } from 'vitest';
import { ok, sha256 } from '#vocabulary';
import { packBits } from '../../../src/swarm/content/bitfield.ts';
import { haveMethod } from '../../../src/swarm/content/methods.ts';
import { CHUNK, createMemoryServer, listOf, openLaboratory, randomBytes, want } from './content-bench.ts';
import { openLiar } from './liars.ts';

const file = randomBytes('file', 40 * CHUNK + 123);
const other = randomBytes('other', file.length);
const COUNT = 41;
const whole = { ok: true, value: undefined };

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
    const { peer, asked } = await openLiar(lab, 'corrupt', file, {
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
      const { peer } = await openLiar(lab, 'liar', file, { chunk: () => new Uint8Array(length) });
      const taker = await lab.tab('taker');
      const { draft, result } = lab.fill(taker, await want(file));
      expect(await lab.settle(result)).toEqual(whole);
      expect(draft.bytes()).toEqual(file);
      expect(taker.misconduct.map((each) => each.peer)).toEqual([peer]);
    }
  });

  test('R57: a list that a description vouches for is the only one taken', async () => {
    const lab = openLaboratory();
    for (const name of ['l1', 'l2', 'l3']) await openLiar(lab, name, other);
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
    const liars = [await openLiar(lab, 'l1', other), await openLiar(lab, 'l2', other)];
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
    await openLiar(lab, 'l1', other);
    await openLiar(lab, 'l2', randomBytes('third', file.length));
    const taker = await lab.tab('taker');
    const { draft, result } = lab.fill(taker, await want(file));
    expect(await lab.settle(result)).toMatchObject({ ok: false, error: { type: 'wrong' } });
    expect(draft.kept.size).toBe(0);
    expect(taker.misconduct).toHaveLength(2);
  });

  test('R57: a list whose chunks a server contradicts is set aside with all that came by it', async () => {
    const lab = openLaboratory();
    await openLiar(lab, 'l1', other);
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
      const { peer } = await openLiar(lab, 'liar', file, { sentList });
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
    await openLiar(lab, 'boaster', file, { chunk: () => undefined });
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
    // Too slow for servers to be spared.
    await lab.tab('seeder', { files: [file], link: { bytesPerSecond: 1_500 } });
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
    await openLiar(lab, 'partial', file, { has: (chunk) => chunk < 20 });
    const taker = await lab.tab('taker');
    const server = createMemoryServer(lab.clock, file, { bytesPerSecond: 20_000 });
    const { draft, result } = lab.fill(taker, await want(file), { servers: [server] });
    expect(await lab.settle(result)).toEqual(whole);
    expect(draft.bytes()).toEqual(file);
    expect(taker.exchange.getState().serverBytes).toBeGreaterThanOrEqual(file.length - 20 * CHUNK);
  });

  test('R60: when nobody has a chunk it says so soon, and what came stays', async () => {
    const lab = openLaboratory();
    await openLiar(lab, 'partial', file, { has: (chunk) => chunk < 20 });
    const taker = await lab.tab('taker');
    const { draft, result } = lab.fill(taker, await want(file));
    expect(await lab.settle(result, 10_000)).toMatchObject({ ok: false, error: { type: 'incomplete' } });
    expect([...draft.kept.keys()].toSorted()).toEqual([0, 1, 2, 3, 4]);
  });
});
