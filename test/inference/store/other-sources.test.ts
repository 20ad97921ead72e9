import { describe, expect, test } from 'vitest';
import type { FileSource, FillJob, ModelShelf } from '#inference';
import { createSeededRandom, err, failure, ok } from '#vocabulary';
import { partBytes } from '../../../src/inference/store/download.ts';
import { createMemoryModelFiles } from '../../../src/inference/store/model-files.memory.ts';
import type { ModelFiles } from '../../../src/inference/store/model-files.ts';
import { writeTinyGguf } from '../tiny-gguf.ts';
import { bytesOf, describeFile, describeModel, hurriedClock, openShelf, quiet } from './shelf-bench.ts';

const content = Uint8Array.from(createSeededRandom('content').bytes(3 * partBytes + 9_000));
const model = describeModel('m', describeFile('m.bin', content, 'https://server.example/m.bin'));
const wrongContent = content.with(partBytes + 1, (content[partBytes + 1] ?? 0) ^ 1);
const partOf = (bytes: Uint8Array, part: number): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(bytes.subarray(part * partBytes, (part + 1) * partBytes));

interface Recorded extends FileSource {
  readonly jobs: FillJob[];
}

/** Peers that bring these parts in this order, at every try. `isOffered` opens when they turn up. */
function peers(bytes: Uint8Array, parts: readonly number[], isOffered = new Promise<void>(() => undefined)): Recorded {
  const jobs: FillJob[] = [];
  return {
    name: 'other peers',
    jobs,
    async fill(job) {
      jobs.push(job);
      for (const part of parts) {
        const written = await job.draft.write(part, partOf(bytes, part));
        if (!written.ok) return written;
      }
      if ((await job.draft.parts()).length < 4) return err(failure('incomplete', 'they have no more'));
      return (await job.verify()) ? ok(undefined) : err(failure('wrong', 'it was another file'));
    },
    whenOffered: (_, signal) =>
      Promise.race([
        isOffered,
        new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true })),
      ]),
  };
}

function open(
  sources: readonly FileSource[],
  { bytes = content, onPiece = async () => undefined, files = createMemoryModelFiles() }: ServerOptions = {},
): { shelf: ModelShelf; fetches: string[]; files: ModelFiles } {
  const fetches: string[] = [];
  const fetch = (_: string, init: RequestInit): Promise<Response> => {
    const range = new Headers(init.headers).get('range');
    fetches.push(range ?? 'all');
    const [, first = '0', last = ''] = /^bytes=(\d+)-(\d*)$/.exec(range ?? '') ?? [];
    const [from, end] = [Number(first), last === '' ? content.length : Number(last) + 1];
    let offset = from;
    const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
      async pull(controller) {
        await onPiece(offset);
        if (offset >= end) return controller.close();
        controller.enqueue(Uint8Array.from(bytes.subarray(offset, Math.min(end, offset + 300_000))));
        offset += 300_000;
      },
    });
    const headers = { 'content-range': `bytes ${from}-${end - 1}/${content.length}` };
    return Promise.resolve(new Response(body, range === null ? {} : { status: 206, headers }));
  };
  const shelf = openShelf({ fetch, clock: hurriedClock, files });
  for (const source of sources) shelf.addSource(source);
  return { shelf, fetches, files };
}

interface ServerOptions {
  readonly bytes?: Uint8Array;
  readonly onPiece?: (offset: number) => Promise<void>;
  readonly files?: ModelFiles;
}

async function expectWhole(shelf: ModelShelf): Promise<void> {
  const obtained = await shelf.obtain(model, quiet);
  expect(obtained.ok && (await bytesOf(obtained.value, 'm.bin')).equals(content)).toBe(true);
}

async function collect(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}

describe('files from other sources than servers', () => {
  test('R57: peers that have the file spare the server, in whatever order its parts come', async () => {
    const source = peers(content, [3, 0, 2, 1]);
    const { shelf, fetches } = open([source]);
    await expectWhole(shelf);
    expect(source.jobs).toHaveLength(1);
    expect(source.jobs[0]?.content).toEqual(model.files[0]);
    expect(fetches).toEqual([]);
  });

  test('R57: peers get the servers to ask them for parts', async () => {
    const source = peers(content, [0, 1, 2, 3]);
    const { shelf, fetches } = open([source]);
    await expectWhole(shelf);
    const [server] = source.jobs[0]?.servers ?? [];
    const opened = await server?.open(5, 1_000_005, new AbortController().signal);
    if (opened?.ok !== true) throw new Error('no bytes');
    expect((await collect(opened.value)).equals(content.subarray(5, 1_000_005))).toBe(true);
    expect(fetches).toEqual(['bytes=5-1000004']);
  });

  test('R57: a server that gives only whole files, is busy, or has another file is told apart', async () => {
    const source = peers(content, [0, 1, 2, 3]);
    const answers = [
      new Response(content),
      new Response(null, { status: 503 }),
      new Response(null, { status: 404 }),
      new Response('x', { status: 206, headers: { 'content-range': 'bytes 0-0/77' } }),
    ];
    const shelf = openShelf({ fetch: () => Promise.resolve(answers.shift() ?? Response.error()) });
    shelf.addSource(source);
    await expectWhole(shelf);
    const [server] = source.jobs[0]?.servers ?? [];
    const types: string[] = [];
    for (let turn = 0; turn < 4; turn++) {
      const opened = await server?.open(0, 1, new AbortController().signal);
      types.push(opened?.ok === false ? opened.error.type : 'bytes');
    }
    expect(types).toEqual(['no-ranges', 'busy', 'elsewhere', 'elsewhere']);
  });

  test('R57: what peers could not bring comes from the server, from the first gap on', async () => {
    const { shelf, fetches } = open([peers(content, [3, 0])]);
    await expectWhole(shelf);
    expect(fetches).toEqual([`bytes=${partBytes}-`]);
  });

  test('R57: peers that turn up while a server sends are asked for the rest, and no whole part is asked for twice', async () => {
    const { promise: isOffered, resolve: turnUp } = Promise.withResolvers<void>();
    let isHere = false;
    const late = peers(content, [1, 2, 3], isOffered);
    const source: Recorded = {
      ...late,
      fill: (job) => (isHere ? late.fill(job) : Promise.resolve(err(failure('nobody', 'nobody here')))),
    };
    const { shelf, fetches } = open([source], {
      onPiece: async (offset) => {
        if (offset < 600_000) return;
        isHere = true;
        turnUp();
        await new Promise((resolve) => setTimeout(resolve, 1));
      },
    });
    await expectWhole(shelf);
    expect(fetches).toEqual(['all']);
    expect(late.jobs).toHaveLength(1);
    expect(await late.jobs[0]?.draft.parts()).toEqual([0, 1, 2, 3]);
  });

  test('R57: peers that come and go do not keep a server from bringing the file', async () => {
    const source: FileSource = {
      name: 'flighty',
      fill: () => Promise.resolve(err(failure('nobody', 'gone again'))),
      whenOffered: () => Promise.resolve(),
    };
    await expectWhole(open([source]).shelf);
  });

  test('R57: where no server has the file, peers that turn up soon are waited for', async () => {
    const { promise: isOffered, resolve: turnUp } = Promise.withResolvers<void>();
    let tries = 0;
    const late = peers(content, [0, 1, 2, 3], isOffered);
    const source: FileSource = {
      ...late,
      fill(job) {
        if (tries++ === 0) setTimeout(turnUp, 1);
        return tries === 1 ? Promise.resolve(err(failure('nobody', 'nobody here'))) : late.fill(job);
      },
    };
    const shelf = openShelf({ fetch: () => Promise.resolve(new Response(null, { status: 404 })) });
    shelf.addSource(source);
    await expectWhole(shelf);
  });

  test('R57: bytes of liars are thrown away, whether they gave all or some of the file', async () => {
    for (const parts of [[0, 1, 2, 3], [1], [1, 0]]) {
      const { shelf, fetches } = open([peers(wrongContent, parts)]);
      await expectWhole(shelf);
      expect(fetches.at(-1)).toBe('all');
    }
  });

  test('R57: that the servers have another file does not keep it from being had from peers', async () => {
    let turn = 0;
    const honest = peers(content, [0, 1, 2, 3]);
    const source: FileSource = {
      ...honest,
      // With servers that contradict them peers give up, as an exchange does without a list that somebody vouches for.
      fill: (job) =>
        job.servers.length > 0 ? Promise.resolve(err(failure('wrong', `${turn++} disputed`))) : honest.fill(job),
    };
    await expectWhole(open([source], { bytes: wrongContent }).shelf);
    expect(turn).toBeGreaterThan(0);
  });

  test('R57: when only liars have it, that is the error', async () => {
    const liars = peers(wrongContent, [0, 1, 2, 3]);
    const shelf = openShelf({ fetch: () => Promise.resolve(new Response(null, { status: 404 })) });
    shelf.addSource(liars);
    expect(await shelf.obtain(model, quiet)).toMatchObject({ ok: false });
    expect(await shelf.find(model)).toBeUndefined();
  });

  test('R57: a source that says it is done without the file is not believed', async () => {
    const boaster: FileSource = {
      ...peers(content, []),
      fill: () => Promise.resolve(ok(undefined)),
    };
    const { shelf, fetches } = open([boaster]);
    await expectWhole(shelf);
    expect(fetches).toEqual(['all']);
  });

  test('R20: no room while peers bring parts is that error', async () => {
    const { shelf } = open([peers(content, [0, 1, 2, 3])], { files: createMemoryModelFiles(partBytes) });
    expect(await shelf.obtain(model, quiet)).toMatchObject({ ok: false, error: { type: 'quota' } });
  });

  test('R19: stopping ends what peers do', async () => {
    const abort = new AbortController();
    const source: FileSource = {
      name: 'slow',
      fill: ({ signal }) =>
        new Promise((resolve) => {
          signal.addEventListener('abort', () => resolve(err(failure('aborted', 'stopped'))), { once: true });
          abort.abort();
        }),
      whenOffered: () => new Promise(() => undefined),
    };
    const { shelf, fetches } = open([source]);
    const stopped = await shelf.obtain(model, { ...quiet, signal: abort.signal });
    expect(stopped).toMatchObject({ ok: false, error: { type: 'aborted' } });
    expect(fetches).toEqual([]);
  });

  test('R57: a source that was taken out is asked no more', async () => {
    const source = peers(content, [0, 1, 2, 3]);
    const { shelf, fetches } = open([]);
    shelf.addSource(source)();
    await expectWhole(shelf);
    expect(source.jobs).toEqual([]);
    expect(fetches).toEqual(['all']);
  });
});

describe('the draft that peers fill', () => {
  test('R15: parts and chunk list outlast the visit, until the file is whole', async () => {
    const files = createMemoryModelFiles();
    const list = new Uint8Array(64).fill(7);
    const first: FileSource = {
      ...peers(content, []),
      async fill({ draft, signal }) {
        await draft.write(2, partOf(content, 2));
        await draft.writeChunkList(list);
        expect(signal.aborted).toBe(false);
        return err(failure('incomplete', 'that was all'));
      },
    };
    const broken = openShelf({ files, fetch: () => Promise.reject(new TypeError('Failed to fetch')) });
    broken.addSource(first);
    expect((await broken.obtain(model, quiet)).ok).toBe(false);
    expect((await broken.kept())[0]).toMatchObject({ arrivedBytes: partBytes });

    const second: FileSource = {
      ...peers(content, []),
      async fill({ draft, verify }) {
        expect(await draft.parts()).toEqual([2]);
        expect(await draft.readChunkList()).toEqual(list);
        expect(await draft.read(2 * partBytes + 5, 10)).toEqual(content.slice(2 * partBytes + 5, 2 * partBytes + 15));
        expect(await draft.read(3 * partBytes - 5, 10)).toBeUndefined();
        expect(await draft.read(0, 1)).toBeUndefined();
        await draft.remove(2);
        expect(await draft.parts()).toEqual([]);
        for (const part of [0, 1, 2, 3]) await draft.write(part, partOf(content, part));
        return (await verify()) ? ok(undefined) : err(failure('wrong', 'wrong'));
      },
    };
    const next = openShelf({ files });
    next.addSource(second);
    await expectWhole(next);
    expect(await files.readMark(model.files[0]?.sha256 ?? '')).toBe(model.files[0]?.sha256);
  });

  test('R15: a part of a wrong size, or a mark that is no list, counts for nothing', async () => {
    const files = createMemoryModelFiles();
    const name = model.files[0]?.sha256 ?? '';
    await files.writePart(name, 0, new Uint8Array(5));
    await files.writePart(name, 9, new Uint8Array(partBytes));
    await files.writeMark(name, 'chunks 12');
    const seen: unknown[] = [];
    const source: FileSource = {
      ...peers(content, []),
      async fill({ draft }) {
        seen.push(await draft.parts(), await draft.readChunkList());
        return err(failure('nobody', 'nobody'));
      },
    };
    await expectWhole(open([source], { files }).shelf);
    expect(seen.slice(0, 2)).toEqual([[], undefined]);
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
    expect(await shelf.content.offered()).toEqual([{ sha256, sizeBytes: content.length, name: model.name }]);
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
    const source = peers(content, [0, 1, 2, 3]);
    const { shelf } = open([source]);
    const imported = await shelf.importFiles([{ name: 'mine.gguf', blob: writeTinyGguf() }], quiet);
    if (!imported.ok) throw new Error(imported.error.message);
    await shelf.remove(imported.value);
    expect(await shelf.obtain(imported.value, quiet)).toMatchObject({ ok: false, error: { type: 'no-source' } });
    expect(source.jobs).toEqual([]);
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

  test('R58: a model that was looked up at its hub is as public as one of the catalogue', async () => {
    const shelf = openShelf({ fetch: () => Promise.resolve(new Response(content)) });
    // Described by a hub, known to no catalogue of this browser.
    const found = describeModel(
      'SmolLM2-135M-Instruct-q0f32-MLC',
      describeFile('shard.bin', content, 'https://hub.example/'),
    );
    expect((await shelf.obtain(found, quiet)).ok).toBe(true);
    expect((await shelf.content.offered()).map(({ sizeBytes }) => sizeBytes)).toEqual([content.length]);
  });

  test('R58: one tab serves what another fetches', async () => {
    const { shelf: giver } = await openFilled();
    const taker = openShelf({ fetch: () => Promise.reject(new Error('offline')), known: [model] });
    taker.addSource({
      ...peers(content, []),
      async fill({ content: { sha256, sizeBytes }, draft, verify }) {
        for (let part = 0; part * partBytes < sizeBytes; part++) {
          const bytes = new Uint8Array(Math.min(partBytes, sizeBytes - part * partBytes));
          for (let offset = 0; offset < bytes.length; offset += 2 ** 20) {
            const length = Math.min(2 ** 20, bytes.length - offset);
            bytes.set((await giver.content.read(sha256, part * partBytes + offset, length)) ?? [], offset);
          }
          await draft.write(part, bytes);
        }
        return (await verify()) ? ok(undefined) : err(failure('wrong', 'wrong'));
      },
    });
    await expectWhole(taker);
  });
});
