import { describe, expect, test } from 'vitest';
import type { FileSource } from '#inference';
import { err, failure, ok } from '#vocabulary';
import { partBytes } from '../../../src/inference/store/download.ts';
import { createMemoryModelFiles } from '../../../src/inference/store/model-files.memory.ts';
import { type Recorded, content, expectWhole, model, openBetween, partOf, peers, wrongContent } from './peer-bench.ts';
import { openShelf, quiet } from './shelf-bench.ts';

async function collect(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}

describe('files from other sources than servers', () => {
  test('R57: peers that have the file spare the server, in whatever order its parts come', async () => {
    const source = peers(content, [3, 0, 2, 1]);
    const { shelf, fetches } = openBetween([source]);
    await expectWhole(shelf);
    expect(source.jobs).toHaveLength(1);
    expect(source.jobs[0]?.content).toEqual(model.files[0]);
    expect(fetches).toEqual([]);
  });

  test('R57: peers get the servers to ask them for parts', async () => {
    const source = peers(content, [0, 1, 2, 3]);
    const { shelf, fetches } = openBetween([source]);
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
    const { shelf, fetches } = openBetween([peers(content, [3, 0])]);
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
    const { shelf, fetches } = openBetween([source], {
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
    await expectWhole(openBetween([source]).shelf);
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
      const { shelf, fetches } = openBetween([peers(wrongContent, parts)]);
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
    await expectWhole(openBetween([source], { bytes: wrongContent }).shelf);
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
    const { shelf, fetches } = openBetween([boaster]);
    await expectWhole(shelf);
    expect(fetches).toEqual(['all']);
  });

  test('R20: no room while peers bring parts is that error', async () => {
    const { shelf } = openBetween([peers(content, [0, 1, 2, 3])], { files: createMemoryModelFiles(partBytes) });
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
    const { shelf, fetches } = openBetween([source]);
    const stopped = await shelf.obtain(model, { ...quiet, signal: abort.signal });
    expect(stopped).toMatchObject({ ok: false, error: { type: 'aborted' } });
    expect(fetches).toEqual([]);
  });

  test('R57: a source that was taken out is asked no more', async () => {
    const source = peers(content, [0, 1, 2, 3]);
    const { shelf, fetches } = openBetween([]);
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
    await expectWhole(openBetween([source], { files }).shelf);
    expect(seen.slice(0, 2)).toEqual([[], undefined]);
  });
});
