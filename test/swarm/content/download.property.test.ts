import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Clock, type Random, createSeededRandom, createVirtualClock, err, failure, ok, sleep } from '#vocabulary';
import { createAssembly } from '../../../src/swarm/content/assembly.ts';
import type { ChunkSource } from '../../../src/swarm/content/chunk-source.ts';
import { shapeOf } from '../../../src/swarm/content/chunk-list.ts';
import { startDownload } from '../../../src/swarm/content/download.ts';
import { createServerSource } from '../../../src/swarm/content/server-source.ts';
import {
  CHUNK,
  PART,
  createMemoryDraft,
  createMemoryServer,
  hashNow,
  listOf,
  randomBytes,
  settle,
} from './content-bench.ts';

type Character = 'honest' | 'lossy' | 'slow' | 'corrupt' | 'silent' | 'refusing' | 'dying' | 'busy';

interface Actor {
  readonly character: Character;
  readonly has: readonly boolean[];
  readonly seed: number;
}

/** Whoever keeps trying gets every chunk of theirs; of the others nothing can be counted on. */
const reliable: ReadonlySet<Character> = new Set(['honest', 'slow', 'busy']);

function createActor(key: string, { character, has, seed }: Actor, file: Uint8Array, clock: Clock): ChunkSource {
  const random: Random = createSeededRandom(`${seed}`);
  let answered = 0;
  return {
    key,
    kind: 'peer',
    name: key,
    async fetch(row, deliver, onBytes, signal) {
      for (const chunk of row) {
        // Nobody is asked for what they did not say they have.
        if (has[chunk] !== true) throw new Error('asked for what it does not have');
        await sleep(clock, character === 'slow' ? 3_000 : 20 + 200 * random.next(), signal);
        if (signal.aborted) return { type: 'broken', reason: 'stopped' };
        const right = Uint8Array.from(file.subarray(chunk * CHUNK, (chunk + 1) * CHUNK));
        const luck = random.next();
        if (character === 'silent') await sleep(clock, 1e9, signal);
        if (character === 'refusing') return { type: 'gone', reason: 'no' };
        if (character === 'dying' && answered++ > 2) return { type: 'gone', reason: 'closed' };
        if (character === 'lossy' && luck < 0.5) return { type: 'broken', reason: 'lost' };
        if (character === 'busy' && luck < 0.5) return { type: 'later', reason: 'busy', afterMs: 500 };
        onBytes(right.length);
        deliver(chunk, character === 'corrupt' && luck < 0.5 ? right.map((byte) => byte ^ 1) : right);
      }
      return undefined;
    },
  };
}

describe('downloads', () => {
  const actor = (count: number): fc.Arbitrary<Actor> =>
    fc.record({
      character: fc.constantFrom<Character>(
        'honest',
        'lossy',
        'slow',
        'corrupt',
        'silent',
        'refusing',
        'dying',
        'busy',
      ),
      has: fc.array(fc.boolean(), { minLength: count, maxLength: count }),
      seed: fc.integer(),
    });
  const scene = fc
    .record({ count: fc.integer({ min: 1, max: 23 }), shorterBy: fc.integer({ min: 0, max: CHUNK - 1 }) })
    .chain(({ count, shorterBy }) =>
      fc.record({
        sizeBytes: fc.constant(count * CHUNK - shorterBy),
        actors: fc.array(actor(count), { maxLength: 6 }),
        left: fc.subarray(Array.from({ length: Math.ceil(count / 4) }, (_, part) => part)),
        server: fc.constantFrom('none', 'good', 'breaking', 'no-ranges'),
        lateMs: fc.integer({ min: 0, max: 2_000 }),
      }),
    );

  test('R60: complete whenever those who are reliable have all between them, and never a wrong byte', async () => {
    await fc.assert(
      fc.asyncProperty(scene, async ({ sizeBytes, actors, left, server, lateMs }) => {
        const clock = createVirtualClock();
        const file = randomBytes('property', sizeBytes);
        const shape = shapeOf(sizeBytes, CHUNK);
        if (shape === undefined) throw new Error('no chunks');
        const draft = createMemoryDraft(sizeBytes);
        const here = left.flatMap((part) =>
          [0, 1, 2, 3].map((each) => part * 4 + each).filter((each) => each < shape.count),
        );
        for (const part of left) await draft.write(part, file.slice(part * PART, (part + 1) * PART));
        const bad: string[] = [];
        const took = new Map<string, number>();
        const download = startDownload({
          shape,
          list: await listOf(file),
          chunksPerPart: 4,
          assembly: createAssembly({ shape, draft }),
          here,
          hash: hashNow,
          clock,
          random: createSeededRandom('board'),
          signal: new AbortController().signal,
          onChunk: ({ key }, bytes) => took.set(key, (took.get(key) ?? 0) + bytes),
          onBad: ({ key }) => bad.push(key),
          onDropped: () => undefined,
        });
        const add = (index: number): void => {
          const each = actors[index];
          if (each === undefined) return;
          download.setSource(
            createActor(`${index} ${each.character}`, each, file, clock),
            (chunk) => each.has[chunk] === true,
          );
        };
        actors.forEach((_, index) => (index % 2 === 0 ? add(index) : clock.after(lateMs, () => add(index))));
        const servers = {
          good: {},
          breaking: { breakAfter: 1_500 },
          'no-ranges': { fault: 'no-ranges' as const },
        };
        if (server !== 'none')
          download.setSource(
            createServerSource(createMemoryServer(clock, file, servers[server as keyof typeof servers]), shape),
            () => true,
          );

        const end = await settle(clock, download.end);

        const covered = Array.from({ length: shape.count }, (_, chunk) => chunk).every(
          (chunk) =>
            here.includes(chunk) ||
            server === 'good' ||
            server === 'breaking' ||
            actors.some(({ character, has }) => reliable.has(character) && has[chunk] === true),
        );
        if (covered) expect(end).toEqual({ type: 'whole' });
        if (end.type === 'whole') expect(draft.bytes()).toEqual(file);
        else expect(end).toEqual({ type: 'exhausted' });
        // What is kept of an unfinished one is right too.
        for (const [part, bytes] of draft.kept)
          expect(bytes).toEqual(file.slice(part * PART, part * PART + bytes.length));
        expect(bad.every((key) => key.includes('corrupt'))).toBe(true);
        const hereBytes = here.reduce((sum, chunk) => sum + Math.min(CHUNK, sizeBytes - chunk * CHUNK), 0);
        expect([...took.values()].reduce((sum, bytes) => sum + bytes, hereBytes)).toBe(download.receivedBytes());
      }),
      { numRuns: 150 },
    );
  });

  test('R58: the rarest chunk is asked for first', async () => {
    const clock = createVirtualClock();
    const file = randomBytes('rarest', 12 * CHUNK);
    const shape = shapeOf(file.length, CHUNK) ?? { sizeBytes: 0, chunkBytes: 1, count: 0 };
    const draft = createMemoryDraft(file.length, CHUNK);
    const order: number[] = [];
    const download = startDownload({
      shape,
      list: await listOf(file),
      chunksPerPart: 1,
      assembly: createAssembly({ shape, draft }),
      here: [],
      hash: hashNow,
      clock,
      random: createSeededRandom('rarest'),
      signal: new AbortController().signal,
      onChunk: () => undefined,
      onBad: () => undefined,
      onDropped: () => undefined,
    });
    const everything = { character: 'honest' as const, has: Array.from({ length: 12 }, () => true), seed: 1 };
    // Two say that they have all but chunk 7, and give nothing.
    for (const key of ['x', 'y'])
      download.setSource(
        { ...createActor(key, { ...everything, character: 'silent' }, file, clock), key },
        (chunk) => chunk !== 7,
      );
    const whole = createActor('whole', everything, file, clock);
    download.setSource(
      {
        ...whole,
        fetch(row, ...rest) {
          order.push(...row);
          return whole.fetch(row, ...rest);
        },
      },
      () => true,
    );
    await clock.advance(60_000);
    expect(await download.end).toEqual({ type: 'whole' });
    expect(order[0]).toBe(7);
  });

  test('R61: stopping ends what is under way and writes nothing more', async () => {
    const clock = createVirtualClock();
    const file = randomBytes('stop', 8 * CHUNK);
    const shape = shapeOf(file.length, CHUNK) ?? { sizeBytes: 0, chunkBytes: 1, count: 0 };
    const draft = createMemoryDraft(file.length, CHUNK);
    const abort = new AbortController();
    const download = startDownload({
      shape,
      list: await listOf(file),
      chunksPerPart: 1,
      assembly: createAssembly({ shape, draft }),
      here: [],
      hash: hashNow,
      clock,
      random: createSeededRandom('stop'),
      signal: abort.signal,
      onChunk: () => undefined,
      onBad: () => undefined,
      onDropped: () => undefined,
    });
    const everything = { character: 'honest' as const, has: Array.from({ length: 8 }, () => true), seed: 1 };
    download.setSource(createActor('a', everything, file, clock), () => true);
    await clock.advance(300);
    abort.abort();
    expect(await download.end).toEqual({ type: 'stopped' });
    const written = draft.kept.size;
    await clock.advance(60_000);
    expect(draft.kept.size).toBe(written);
    expect(written).toBeLessThan(8);
  });

  test('R62: a server that answers with an error later is tried again, and given up in the end', async () => {
    const clock = createVirtualClock();
    const file = randomBytes('server', 8 * CHUNK);
    const shape = shapeOf(file.length, CHUNK) ?? { sizeBytes: 0, chunkBytes: 1, count: 0 };
    let opened = 0;
    const server = createServerSource(
      {
        name: 'flaky',
        open: () =>
          ++opened < 3
            ? Promise.resolve(err(failure('busy', 'HTTP 503')))
            : opened === 3
              ? Promise.resolve(ok(one(file.slice(0, 2 * CHUNK))))
              : Promise.reject(new TypeError('Failed to fetch')),
      },
      shape,
    );
    const draft = createMemoryDraft(file.length, CHUNK);
    const download = startDownload({
      shape,
      list: await listOf(file),
      chunksPerPart: 1,
      assembly: createAssembly({ shape, draft }),
      here: [],
      hash: hashNow,
      clock,
      random: createSeededRandom('server'),
      signal: new AbortController().signal,
      onChunk: () => undefined,
      onBad: () => undefined,
      onDropped: () => undefined,
    });
    download.setSource(server, () => true);
    await clock.advance(120_000);
    expect(await download.end).toEqual({ type: 'exhausted' });
    expect(opened).toBeLessThan(15);
  });
});

async function* one(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
