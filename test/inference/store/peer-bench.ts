/** A shelf between a server and peers that bring parts of a file in any order. */
import { expect } from 'vitest';
import type { FileSource, FillJob, ModelShelf } from '#inference';
import { createSeededRandom, err, failure, ok } from '#vocabulary';
import { partBytes } from '../../../src/inference/store/download.ts';
import { createMemoryModelFiles } from '../../../src/inference/store/model-files.memory.ts';
import type { ModelFiles } from '../../../src/inference/store/model-files.ts';
import { bytesOf, describeFile, describeModel, hurriedClock, openShelf, quiet } from './shelf-bench.ts';

export const content = Uint8Array.from(createSeededRandom('content').bytes(3 * partBytes + 9_000));
export const model = describeModel('m', describeFile('m.bin', content, 'https://server.example/m.bin'));
export const wrongContent = content.with(partBytes + 1, (content[partBytes + 1] ?? 0) ^ 1);
export const partOf = (bytes: Uint8Array, part: number): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(bytes.subarray(part * partBytes, (part + 1) * partBytes));

export interface Recorded extends FileSource {
  readonly jobs: FillJob[];
}

/** Peers that bring these parts in this order, at every try. `isOffered` opens when they turn up. */
export function peers(
  bytes: Uint8Array,
  parts: readonly number[],
  isOffered = new Promise<void>(() => undefined),
): Recorded {
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

export function openBetween(
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

export async function expectWhole(shelf: ModelShelf): Promise<void> {
  const obtained = await shelf.obtain(model, quiet);
  expect(obtained.ok && (await bytesOf(obtained.value, 'm.bin')).equals(content)).toBe(true);
}
