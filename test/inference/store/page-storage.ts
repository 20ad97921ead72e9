/** Shelves in a page's real storage, over a server that exists only in the page. */
import type { ModelManifest, ModelShelf } from '#inference';
import { systemClock } from '#vocabulary';
import type { Fetch } from '../../../src/inference/store/byte-source.ts';
import { partBytes } from '../../../src/inference/store/download.ts';
import { hashWhole } from '../../../src/inference/store/hash-whole.browser.ts';
import { openCacheModelFiles } from '../../../src/inference/store/model-files.cache.ts';
import { openOpfsModelFiles } from '../../../src/inference/store/model-files.opfs.ts';
import { createModelShelf } from '../../../src/inference/store/model-shelf.ts';
import { browserRoom } from '../../../src/inference/store/storage-room.browser.ts';
import { webLocks } from '../../../src/inference/store/store-locks.web.ts';
import { describeFile, describeModel } from './shelf-bench.ts';

/** No two parts alike; made anew by every tab, so it must be quick. */
export const content = new Uint8Array(3 * partBytes + 1_000).map((_, index) => index ^ (index >> 8) ^ (index >> 16));
export const model = describeModel('m', describeFile('m.bin', content, 'https://hub.example/m.bin'));

export const places = { opfs: openOpfsModelFiles, cache: openCacheModelFiles };
export type Place = keyof typeof places;

export async function openPageShelf(
  place: Place,
  folder: string,
  fetch: Fetch,
  known: readonly ModelManifest[] = [model],
): Promise<ModelShelf> {
  const files = await places[place](folder);
  if (files === undefined) throw new Error('This browser has no such storage.');
  const ownOrigin = location.origin;
  return createModelShelf({
    files,
    fetch,
    clock: systemClock,
    locks: webLocks,
    hashWhole,
    room: browserRoom,
    ownOrigin,
    known,
  });
}

/** Gives ranges of the content piece by piece; `between` runs before each. */
export function pieceServer(between: (sentBytes: number) => Promise<void> | void = () => undefined): {
  fetch: Fetch;
  ranges: string[];
} {
  const ranges: string[] = [];
  const pieceBytes = 2 ** 18;
  const fetch: Fetch = (_, init) => {
    const range = new Headers(init.headers).get('range') ?? 'all';
    ranges.push(range);
    const from = Number(/^bytes=(\d+)-/.exec(range)?.[1] ?? 0);
    let offset = from;
    const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
      async pull(controller) {
        await between(offset - from);
        if (offset >= content.length) return controller.close();
        controller.enqueue(content.slice(offset, offset + pieceBytes));
        offset += pieceBytes;
      },
    });
    const headers = { 'content-range': `bytes ${from}-${content.length - 1}/${content.length}` };
    return Promise.resolve(new Response(body, from > 0 ? { status: 206, headers } : {}));
  };
  return { fetch, ranges };
}
