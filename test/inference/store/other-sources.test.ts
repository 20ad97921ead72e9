import { describe, expect, test } from 'vitest';
import type { FileSource, ModelFile, ModelShelf } from '#inference';
import { type Clock, createSeededRandom } from '#vocabulary';
import { partBytes } from '../../../src/inference/store/download.ts';
import { createMemoryModelFiles } from '../../../src/inference/store/model-files.memory.ts';
import { writeTinyGguf } from '../tiny-gguf.ts';
import { bytesOf, describeFile, describeModel, hurriedClock, openShelf, quiet } from './shelf-bench.ts';

const content = Uint8Array.from(createSeededRandom('content').bytes(partBytes + 9_000));
const model = describeModel('m', describeFile('m.bin', content, 'https://server.example/m.bin'));

interface Recorded extends FileSource {
  readonly asked: { readonly file: ModelFile; readonly fromByte: number }[];
  /** How each answer ended: `whole` when all of it was taken. */
  readonly endings: ('whole' | 'left')[];
}

function peer(give: (fromByte: number, turn: number) => AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Recorded {
  const asked: Recorded['asked'] = [];
  const endings: Recorded['endings'] = [];
  return {
    name: 'a peer',
    asked,
    endings,
    async *fetchRange(file, fromByte) {
      const turn = asked.push({ file, fromByte }) - 1;
      let ending: 'whole' | 'left' = 'left';
      try {
        yield* give(fromByte, turn);
        ending = 'whole';
      } finally {
        endings.push(ending);
      }
    },
  };
}

const honest = (bytes: Uint8Array = content, pieceBytes = 100_000): Recorded =>
  peer(function* (fromByte) {
    for (let offset = fromByte; offset < bytes.length; offset += pieceBytes)
      yield bytes.subarray(offset, offset + pieceBytes);
  });
const lying = (): Recorded => honest(content.with(partBytes + 1, (content[partBytes + 1] ?? 0) ^ 1));

function open(sources: readonly FileSource[], clock: Clock = hurriedClock): { shelf: ModelShelf; fetches: string[] } {
  const fetches: string[] = [];
  const fetch = (_: string, init: RequestInit): Promise<Response> => {
    const range = new Headers(init.headers).get('range');
    fetches.push(range ?? 'all');
    const from = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0);
    const headers = { 'content-range': `bytes ${from}-${content.length - 1}/${content.length}` };
    return Promise.resolve(new Response(content.subarray(from), from > 0 ? { status: 206, headers } : {}));
  };
  const shelf = openShelf({ fetch, clock });
  for (const source of sources) shelf.addSource(source);
  return { shelf, fetches };
}

async function expectWhole(shelf: ModelShelf): Promise<void> {
  const obtained = await shelf.obtain(model, quiet);
  expect(obtained.ok && (await bytesOf(obtained.value, 'm.bin')).equals(content)).toBe(true);
}

describe('files from other sources than servers', () => {
  test('R57: a peer that has the file spares the server', async () => {
    const source = honest();
    const { shelf, fetches } = open([source]);
    await expectWhole(shelf);
    expect(source.asked).toEqual([{ file: model.files[0], fromByte: 0 }]);
    expect(fetches).toEqual([]);
  });

  test('R57: what a peer gave before it went is not asked for again', async () => {
    const source = peer(function* (fromByte, turn) {
      if (turn === 0) yield content.subarray(0, partBytes + 10);
      if (turn > 0) throw new Error(`gone at ${fromByte}`);
    });
    const { shelf, fetches } = open([source]);
    await expectWhole(shelf);
    expect(fetches).toEqual([`bytes=${partBytes + 10}-`]);
    expect(source.asked[1]).toMatchObject({ fromByte: partBytes + 10 });
  });

  test('R57: the bytes of a liar are thrown away and fetched from the next; the liar learns nothing', async () => {
    const [liar, other] = [lying(), lying()];
    const { shelf, fetches } = open([liar, other]);
    await expectWhole(shelf);
    // To a peer a wrong file and a right one end alike: all of it was taken, and nothing was asked again.
    expect(liar.endings).toEqual(['whole']);
    expect(other.endings).toEqual(['whole']);
    expect(fetches).toEqual(['all']);
  });

  test('R57: an honest peer is asked after a liar, before any server', async () => {
    const [liar, good] = [lying(), honest()];
    const { shelf, fetches } = open([liar, good]);
    await expectWhole(shelf);
    expect([liar.asked.length, good.asked.length, fetches.length]).toEqual([1, 1, 0]);
  });

  test('R57: who gave nothing is not blamed for a liar, and the liar is not asked again', async () => {
    const nothing = peer(function* (_, turn) {
      if (turn >= 2) yield content;
    });
    const [liar, good] = [lying(), honest()];
    const { shelf, fetches } = open([nothing, liar, good]);
    await expectWhole(shelf);
    expect([liar.asked.length, good.asked.length, fetches.length]).toEqual([1, 0, 0]);
    expect(nothing.asked.length).toBe(3);
  });

  test('R57: a liar that gives half and leaves the rest to others spoils it for nobody', async () => {
    const half = peer(function* (fromByte) {
      if (fromByte === 0) yield new Uint8Array(partBytes);
    });
    const { shelf, fetches } = open([half]);
    await expectWhole(shelf);
    expect(fetches).toEqual([`bytes=${partBytes}-`, 'all']);
  });

  test('R57: when only liars have it, that is the error, and no liar is asked twice', async () => {
    const liars = [lying(), lying(), lying()];
    const shelf = openShelf({ fetch: () => Promise.resolve(new Response(null, { status: 404 })) });
    for (const liar of liars) shelf.addSource(liar);
    expect(await shelf.obtain(model, quiet)).toMatchObject({ ok: false });
    expect(liars.map(({ asked }) => asked.length)).toEqual([1, 1, 1]);
    expect(await shelf.find(model)).toBeUndefined();
  });

  test('R57: who sends more than the file, or nothing, is passed over', async () => {
    const tooMuch = honest(new Uint8Array(content.length + 1), content.length + 1);
    const nothing = peer(function* () {});
    const empty = peer(function* () {
      for (let count = 0; count < 1_000; count++) yield new Uint8Array();
    });
    const { shelf, fetches } = open([nothing, empty, tooMuch]);
    await expectWhole(shelf);
    expect(tooMuch.endings).toEqual(['left']);
    expect(fetches).toEqual(['all']);
  });

  test('R57: a peer that falls silent and heeds no signal is left', async () => {
    const silent = peer(async function* () {
      await new Promise(() => undefined);
      yield new Uint8Array();
    });
    const impatient: Clock = {
      ...hurriedClock,
      after: (delayMs, act) => hurriedClock.after(Math.min(delayMs, 20_000), act),
    };
    const { shelf, fetches } = open([silent], impatient);
    await expectWhole(shelf);
    expect(fetches).toEqual(['all']);
  });

  test('R19: stopping does not wait for a silent peer', async () => {
    const abort = new AbortController();
    const silent = peer(async function* () {
      abort.abort();
      await new Promise(() => undefined);
      yield new Uint8Array();
    });
    const { shelf } = open([silent]);
    const stopped = await shelf.obtain(model, { ...quiet, signal: abort.signal });
    expect(stopped).toMatchObject({ ok: false, error: { type: 'aborted' } });
  });

  test('R57: a source that was taken out is asked no more', async () => {
    const source = honest();
    const { shelf, fetches } = open([]);
    shelf.addSource(source)();
    await expectWhole(shelf);
    expect(source.asked).toEqual([]);
    expect(fetches).toEqual(['all']);
  });
});

describe('files for peers', () => {
  async function openFilled(): Promise<{
    shelf: ModelShelf;
    sha256: string;
    files: ReturnType<typeof createMemoryModelFiles>;
  }> {
    const files = createMemoryModelFiles();
    const shelf = openShelf({ files, known: [model] });
    await shelf.adopt(model, [new Blob([content])]);
    return { shelf, sha256: model.files[0]?.sha256 ?? '', files };
  }

  test('R58: ranges of verified files of the catalogue are read', async () => {
    const { shelf, sha256 } = await openFilled();
    expect(await shelf.content.offered()).toEqual([{ sha256, sizeBytes: content.length }]);
    expect(await shelf.content.has(sha256)).toBe(true);
    for (const [offset, length] of [
      [0, 10],
      [partBytes - 5, 10],
      [content.length - 1, 1],
      [content.length, 0],
      [3, 2 ** 20],
    ] as const)
      expect(await shelf.content.read(sha256, offset, length)).toEqual(content.slice(offset, offset + length));
  });

  test("R58: a person's own model is not even there for peers", async () => {
    const { shelf, sha256 } = await openFilled();
    const imported = await shelf.importFiles([{ name: 'mine.gguf', blob: writeTinyGguf() }], quiet);
    if (!imported.ok) throw new Error(imported.error.message);
    // Also when it is obtained again, or checked, as one that is listed.
    expect((await shelf.obtain(imported.value, quiet)).ok).toBe(true);
    expect((await shelf.repair(imported.value, quiet)).ok).toBe(true);
    const own = imported.value.files[0]?.sha256 ?? '';
    expect(await shelf.content.has(own)).toBe(false);
    expect(await shelf.content.read(own, 0, 1)).toBeUndefined();
    expect((await shelf.content.offered()).map((offer) => offer.sha256)).toEqual([sha256]);
  });

  test("R58: peers are not asked for a file of a person's own model, which would tell them of it", async () => {
    const source = honest();
    const { shelf } = open([source]);
    const imported = await shelf.importFiles([{ name: 'mine.gguf', blob: writeTinyGguf() }], quiet);
    if (!imported.ok) throw new Error(imported.error.message);
    await shelf.remove(imported.value);
    expect(await shelf.obtain(imported.value, quiet)).toMatchObject({ ok: false, error: { type: 'no-source' } });
    expect(source.asked).toEqual([]);
  });

  test('R58: unsound questions get nothing', async () => {
    const { shelf, sha256 } = await openFilled();
    for (const [offset, length] of [
      [-1, 10],
      [0, -1],
      [0, content.length + 1],
      [content.length - 1, 2],
      [0.5, 1],
      [Number.NaN, 1],
      [0, Number.POSITIVE_INFINITY],
      [2 ** 53, 1],
      [0, 2 ** 20 + 1],
    ] as const)
      expect(await shelf.content.read(sha256, offset, length)).toBeUndefined();
    for (const name of ['', '..', `${sha256}/..`, sha256.toUpperCase(), 'f'.repeat(64), '__proto__'])
      expect([await shelf.content.has(name), await shelf.content.read(name, 0, 1)]).toEqual([false, undefined]);
  });

  test('R58: an unfinished or removed file is not offered', async () => {
    const { shelf, sha256, files } = await openFilled();
    await shelf.content.read(sha256, 0, 1);
    await files.writeMark(sha256, '');
    expect(await shelf.content.has(sha256)).toBe(false);
    expect(await shelf.content.offered()).toEqual([]);
    await shelf.remove(model);
    expect(await shelf.content.has(sha256)).toBe(false);
  });

  test('R58: one tab serves what another fetches', async () => {
    const { shelf: giver } = await openFilled();
    const taker = openShelf({ fetch: () => Promise.reject(new Error('offline')), known: [model] });
    taker.addSource({
      name: 'other peers',
      async *fetchRange({ sha256, sizeBytes }, fromByte) {
        for (let offset = fromByte; offset < sizeBytes; offset += 2 ** 18) {
          const bytes = await giver.content.read(sha256, offset, Math.min(2 ** 18, sizeBytes - offset));
          if (bytes === undefined) return;
          yield bytes;
        }
      },
    });
    await expectWhole(taker);
  });
});
