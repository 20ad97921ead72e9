import { describe, expect, test, vi } from 'vitest';
import type { FileSource, KeptModel, ModelManifest, ModelShelf } from '#inference';
import { asModelId, createSeededRandom, err, failure, ok } from '#vocabulary';
import type { ModelFiles } from '../../../src/inference/store/model-files.ts';
import type { ModelShelfParts } from '../../../src/inference/store/model-shelf.ts';
import { createMemoryLocks } from './memory-locks.ts';
import {
  type RoomSettings,
  createKeptModelFiles,
  createRoom,
  describeFile,
  describeModel,
  openShelf,
  quiet,
} from './shelf-bench.ts';

const bytes = (seed: string, length = 1_000): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(createSeededRandom(seed).bytes(length));
const blobs = (...contents: Uint8Array<ArrayBuffer>[]): Blob[] => contents.map((content) => new Blob([content]));

const a = bytes('a');
const b = bytes('b', 3_000);
const shared = bytes('shared', 500);
const modelA = describeModel('a', describeFile('a.bin', a), describeFile('shared.bin', shared));
const modelB = describeModel('b', describeFile('b.bin', b), describeFile('also-shared.bin', shared));

interface Bench {
  readonly shelf: ModelShelf;
  readonly files: ModelFiles;
  readonly room: RoomSettings;
  /** Another tab of the same browser. */
  openTab(parts?: Partial<ModelShelfParts>): ModelShelf;
}

function bench(room: RoomSettings = {}): Bench {
  const files = createKeptModelFiles();
  let nowMs = 0;
  const clock = { now: () => ++nowMs, after: () => () => undefined };
  const parts = { files, locks: createMemoryLocks(), room: createRoom(room), known: [modelA, modelB], clock };
  return { shelf: openShelf(parts), files, room, openTab: (others) => openShelf({ ...parts, ...others }) };
}

async function keepBoth(shelf: ModelShelf): Promise<void> {
  expect((await shelf.adopt(modelA, blobs(a, shared))).ok).toBe(true);
  expect((await shelf.adopt(modelB, blobs(b, shared))).ok).toBe(true);
}

const idsOf = (kept: readonly KeptModel[]): string[] => kept.map(({ manifest }) => manifest.id);

describe('what is on the shelf', () => {
  test('R50: a file that two models share is kept once, and goes with the last', async () => {
    const { shelf, files } = bench();
    await keepBoth(shelf);
    expect(await shelf.usage()).toMatchObject({ modelBytes: 4_500, otherBytes: 0 });
    await shelf.remove(modelA);
    expect(await shelf.find(modelA)).toBeUndefined();
    expect(await shelf.find(modelB)).toBeDefined();
    expect(await shelf.usage()).toMatchObject({ modelBytes: 3_500 });
    await shelf.remove(modelB);
    expect(await files.names()).toEqual([]);
  });

  test('R50: it lists models with their size, the last used first', async () => {
    const { shelf } = bench();
    expect(await shelf.kept()).toEqual([]);
    await keepBoth(shelf);
    expect(await shelf.kept()).toMatchObject([
      { manifest: modelB, sizeBytes: 3_500, arrivedBytes: 3_500, isPinned: false, isInUse: false, origin: 'catalogue' },
      { manifest: modelA, sizeBytes: 1_500, arrivedBytes: 1_500 },
    ]);
    await shelf.obtain(modelA, quiet);
    expect(idsOf(await shelf.kept())).toEqual(['a', 'b']);
    (await shelf.use(modelB.id))();
    expect(idsOf(await shelf.kept())).toEqual(['b', 'a']);
  });

  test('R50: a model of which nothing could be had is not listed', async () => {
    const { shelf, files } = bench();
    expect(await shelf.obtain(modelA, quiet)).toMatchObject({ ok: false, error: { type: 'no-source' } });
    expect(await shelf.kept()).toEqual([]);
    expect(await files.names()).toEqual([]);
  });

  test('R53: pins outlast later visits and downloads', async () => {
    const { shelf, openTab } = bench();
    await keepBoth(shelf);
    await shelf.pin(modelA.id, true);
    await openTab().obtain(modelA, quiet);
    expect(await openTab().kept()).toMatchObject([{ isPinned: true }, { isPinned: false }]);
    await openTab().pin(modelA.id, false);
    expect(await shelf.kept()).toMatchObject([{ isPinned: false }, { isPinned: false }]);
    expect(await shelf.pin(asModelId('nobody'), true)).toEqual({ ok: true, value: undefined });
    expect(await shelf.kept()).toHaveLength(2);
  });
});

describe('a damaged list', () => {
  const damages: readonly [string, (files: ModelFiles, name: string) => Promise<unknown>][] = [
    ['lost', (files, name) => files.remove(name)],
    ['cut short', async (files, name) => files.writeMark(name, ((await files.readMark(name)) ?? '').slice(0, 50))],
    ['emptied', (files, name) => files.writeMark(name, '')],
    ['of another form', (files, name) => files.writeMark(name, '{"manifest":{}}')],
    [
      'of another model',
      async (files, name) => {
        const other = (await files.names()).find((each) => each.startsWith('entry-') && each !== name);
        await files.writeMark(name, (await files.readMark(other ?? '')) ?? '');
      },
    ],
  ];
  test.each(damages)('R52: an entry that was %s is made anew from the files', async (_, damage) => {
    const { shelf, files, openTab } = bench();
    await keepBoth(shelf);
    const entry = (await files.names()).find((name) => name.startsWith('entry-'));
    await damage(files, entry ?? '');
    expect(idsOf(await openTab().kept()).toSorted()).toEqual(['a', 'b']);
    // And it is written down again.
    expect(idsOf(await openTab({ known: [] }).kept()).toSorted()).toEqual(['a', 'b']);
    expect(await shelf.find(modelA)).toBeDefined();
  });

  test('R52: files that nothing tells the model of are counted and go first', async () => {
    const { shelf, files, openTab } = bench();
    await keepBoth(shelf);
    for (const name of await files.names()) if (name.startsWith('entry-')) await files.remove(name);
    const forgetful = openTab({ known: [] });
    expect(await forgetful.kept()).toEqual([]);
    expect(await forgetful.usage()).toMatchObject({ modelBytes: 0, otherBytes: 4_500 });
    expect(await forgetful.makeRoom(10)).toEqual({ ok: true, value: { freedBytes: 4_500, removed: [] } });
    expect(await files.names()).toEqual([]);
  });

  test('R52: storage that cannot be read is no list', async () => {
    const { shelf, files, openTab } = bench();
    await keepBoth(shelf);
    const readMark = (name: string): Promise<string | undefined> =>
      name.startsWith('entry-') ? Promise.reject(new Error('unreadable')) : files.readMark(name);
    expect(idsOf(await openTab({ files: { ...files, readMark } }).kept()).toSorted()).toEqual(['a', 'b']);
  });
});

describe('room', () => {
  const estimate = { usedBytes: 900, quotaBytes: 1_000 };

  test('R20: what cannot fit is not begun, and the error has the numbers', async () => {
    let fetches = 0;
    const { openTab, files } = bench({ estimate: { usedBytes: 5e6, quotaBytes: 7e6 } });
    const fetch = (): Promise<Response> => Promise.reject(new Error(`${++fetches} fetches`));
    const large: ModelManifest = {
      ...modelA,
      files: modelA.files.map((file) => ({ ...file, sizeBytes: 2e6, sources: [{ type: 'https', url: 'https://x/' }] })),
    };
    const refused = await openTab({ fetch }).obtain(large, quiet);
    expect(refused).toMatchObject({ ok: false, error: { type: 'quota' } });
    expect(refused.ok ? '' : refused.error.message).toBe(
      'Model a needs 4 MB more, and the browser gives this site only 2 MB more.',
    );
    expect(refused.ok ? '' : refused.error.remedy).toMatch(/Remove other models.*Nothing was downloaded/);
    expect([fetches, await files.names()]).toEqual([0, []]);
  });

  test('R20: a browser that gives no room at all is told apart', async () => {
    const { shelf } = bench({ estimate: { usedBytes: 0, quotaBytes: 0 } });
    const refused = await shelf.adopt(modelA, blobs(a, shared));
    expect(refused).toMatchObject({ ok: false, error: { type: 'quota' } });
    expect(refused.ok ? '' : refused.error.remedy).toMatch(/private browsing/);
  });

  test('R20: what has arrived already needs no more room', async () => {
    const { shelf, room } = bench();
    await shelf.adopt(modelA, blobs(a, shared));
    room.estimate = { usedBytes: 0, quotaBytes: 3_000 };
    expect((await shelf.adopt(modelB, blobs(b, shared))).ok).toBe(true);
    room.estimate = { usedBytes: 0, quotaBytes: 0 };
    expect((await shelf.obtain(modelB, quiet)).ok).toBe(true);
  });

  test('R53: the model used longest ago makes room, and it is said', async () => {
    const { shelf, room } = bench();
    await keepBoth(shelf);
    room.estimate = estimate;
    expect(await shelf.makeRoom(100)).toEqual({ ok: true, value: { freedBytes: 0, removed: [] } });
    const made = await shelf.makeRoom(1_100);
    expect(made).toMatchObject({ ok: true, value: { freedBytes: 1_000, removed: [{ manifest: { id: 'a' } }] } });
    expect(idsOf(await shelf.kept())).toEqual(['b']);
    expect(await shelf.find(modelB)).toBeDefined();
  });

  test('R53: a model in use in any tab stays until that tab releases it', async () => {
    const { shelf, room, openTab } = bench();
    await keepBoth(shelf);
    room.estimate = estimate;
    const release = await openTab().use(modelA.id);
    expect((await shelf.kept()).filter(({ isInUse }) => isInUse)).toMatchObject([{ manifest: { id: 'a' } }]);
    await shelf.pin(modelB.id, true);
    const refused = await shelf.makeRoom(1_100);
    expect(refused).toMatchObject({ ok: false, error: { type: 'quota' } });
    expect(refused.ok ? '' : refused.error.message).toMatch(/pinned, in use/);
    expect(idsOf(await shelf.kept())).toHaveLength(2);
    release();
    expect(await shelf.makeRoom(1_100)).toMatchObject({ ok: true, value: { removed: [{ manifest: { id: 'a' } }] } });
  });

  test('R53: a model that a tab begins to use meanwhile stays, and another goes', async () => {
    const { shelf, room, files, openTab } = bench();
    await keepBoth(shelf);
    room.estimate = estimate;
    const locks = createMemoryLocks();
    let release: (() => void) | undefined;
    const tab = openTab({
      locks: {
        ...locks,
        async ifFree(name, work) {
          if (name.endsWith('/a')) release ??= await locks.hold(name);
          return locks.ifFree(name, work);
        },
      },
    });
    expect(await tab.makeRoom(1_100)).toMatchObject({ ok: true, value: { removed: [{ manifest: { id: 'b' } }] } });
    expect(await tab.find(modelA)).toBeDefined();
    expect(await files.names()).toHaveLength(3);
  });

  test('R53: what a tab is downloading stays', async () => {
    const { shelf, room, openTab } = bench();
    await shelf.adopt(modelB, blobs(b, shared));
    await shelf.pin(modelB.id, true);
    room.estimate = estimate;
    const { promise: asked, resolve: onAsked } = Promise.withResolvers<void>();
    const { promise: held, resolve: letGo } = Promise.withResolvers<void>();
    const slow: FileSource = {
      name: 'slow',
      async fill({ draft, content, verify }) {
        if (content.sizeBytes !== a.length) return err(failure('nobody', 'has only a'));
        onAsked();
        await held;
        await draft.write(0, a);
        return (await verify()) ? ok(undefined) : err(failure('wrong', 'is not a'));
      },
      whenOffered: async () => undefined,
    };
    const tab = openTab();
    room.estimate = { usedBytes: 0, quotaBytes: 1e9 };
    tab.addSource(slow);
    const obtaining = tab.obtain(modelA, quiet);
    await asked;
    room.estimate = estimate;
    expect(await shelf.makeRoom(1_100)).toMatchObject({ ok: false, error: { type: 'quota' } });
    letGo();
    expect((await obtaining).ok).toBe(true);
  });

  test('R54: the browser is asked once to keep all for good', async () => {
    const { shelf, room } = bench();
    await shelf.usage();
    expect(room.asked).toBeUndefined();
    await keepBoth(shelf);
    expect(room.asked).toBe(1);
    expect(await shelf.usage()).toMatchObject({ isPersistent: true });
    const granted = bench({ isPersistent: true });
    await keepBoth(granted.shelf);
    expect(granted.room.asked).toBeUndefined();
  });

  test('R20: usage says what the browser says, and nothing where it says nothing', async () => {
    expect(await bench({ estimate }).shelf.usage()).toEqual({
      place: 'opfs',
      modelBytes: 0,
      otherBytes: 0,
      origin: estimate,
      isPersistent: false,
    });
    expect(await openShelf().usage()).toEqual({ place: 'memory', modelBytes: 0, otherBytes: 0, isPersistent: false });
  });
});

describe('check and repair', () => {
  test('R51: a check finds what is damaged or missing, and a repair fetches only that', async () => {
    const { files, openTab } = bench();
    const contents: Readonly<Record<string, Uint8Array<ArrayBuffer>>> = { a, b, shared };
    const fetched: string[] = [];
    const fetch = (url: string): Promise<Response> => {
      fetched.push(url);
      return Promise.resolve(new Response(contents[new URL(url).pathname.slice(1)]));
    };
    const at = (name: string): `https://${string}` => `https://models.example/${name}`;
    const model = describeModel(
      'three',
      describeFile('a.bin', a, at('a')),
      describeFile('b.bin', b, at('b')),
      describeFile('shared.bin', shared, at('shared')),
    );
    const shelf = openTab({ fetch });
    const kept = await shelf.obtain(model, quiet);
    expect(kept.ok).toBe(true);
    expect(fetched).toEqual([at('a'), at('b'), at('shared')]);
    const whole = await shelf.check(model, quiet);
    expect(whole).toMatchObject({ ok: true, value: { isWhole: true } });

    const [fileA, fileB] = model.files;
    await files.writePart(fileA?.sha256 ?? '', 0, a.with(500, (a[500] ?? 0) ^ 1));
    await files.remove(fileB?.sha256 ?? '');
    const checked = await shelf.check(model, quiet);
    expect(checked.ok && [...checked.value.conditions]).toEqual([
      ['a.bin', 'damaged'],
      ['b.bin', 'missing'],
      ['shared.bin', 'right'],
    ]);
    expect(checked.ok && checked.value.isWhole).toBe(false);

    fetched.length = 0;
    const repaired = await shelf.repair(model, quiet);
    expect(fetched).toEqual([at('a'), at('b')]);
    expect(repaired.ok && (await repaired.value.files.get('a.bin')?.bytes())).toEqual(a);
    expect(await shelf.check(model, quiet)).toMatchObject({ ok: true, value: { isWhole: true } });
  });

  test('R51: a check can be stopped', async () => {
    const { shelf } = bench();
    await keepBoth(shelf);
    const signal = AbortSignal.abort();
    expect(await shelf.check(modelA, { ...quiet, signal })).toMatchObject({ ok: false, error: { type: 'aborted' } });
  });

  test('R51: a file that cannot be read is damaged', async () => {
    const { shelf } = bench();
    await keepBoth(shelf);
    const reading = vi
      .spyOn(Blob.prototype, 'arrayBuffer')
      .mockRejectedValueOnce(new DOMException('The file could not be read.', 'NotReadableError'));
    const checked = await shelf.check(modelA, quiet);
    reading.mockRestore();
    expect(checked.ok && [...checked.value.conditions.values()]).toEqual(['damaged', 'right']);
  });
});
