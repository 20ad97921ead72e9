import {
  type ContentDraft,
  type ContentExchange,
  type ContentId,
  type Libp2pSwarm,
  type Rpc,
  createContentExchange,
  hashBytes,
} from '#swarm';
import { bytesToHex, ok, systemClock, systemRandom } from '#vocabulary';
import { someBytes } from './side.ts';

const PART_BYTES = 4 * 1024 * 1024;

/** The exchange of files as the product uses it, over memory: what a disk takes is not what is measured. */
export function createContentTab(joined: () => { readonly swarm: Libp2pSwarm; readonly rpc: Rpc }) {
  let held: { readonly id: ContentId; readonly bytes: Uint8Array<ArrayBuffer> } | undefined;
  let exchange: ContentExchange | undefined;

  const open = (): ContentExchange =>
    (exchange ??= createContentExchange({
      ...joined(),
      clock: systemClock,
      random: systemRandom,
      hash: hashBytes,
      local: {
        offered: async () => (held === undefined ? [] : [held.id]),
        read: async (sha256, offset, lengthBytes) =>
          sha256 === held?.id.sha256 ? held.bytes.slice(offset, offset + lengthBytes) : undefined,
      },
    }));

  return {
    /** Makes a file that nobody else has, and offers it. */
    async contentSeed(sizeBytes: number): Promise<ContentId> {
      const bytes = someBytes(sizeBytes);
      const id = { sha256: await digestOf(bytes), sizeBytes };
      held = { id, bytes };
      await open().refresh();
      return id;
    },
    /** Ready to fetch: hears what others offer. */
    contentListen: (): void => void open(),
    /** Milliseconds until the whole file is here and verified. */
    async contentFetch(id: ContentId): Promise<number> {
      const startedMs = performance.now();
      const { draft, bytes } = memoryDraft(id.sizeBytes);
      const signal = new AbortController().signal;
      const { whenOffered, fill } = open().asFileSource();
      await whenOffered(id, signal);
      const filled = await fill({
        content: { ...id, name: 'bench' },
        draft,
        servers: [],
        onProgress: () => undefined,
        verify: async () => (await digestOf(bytes)) === id.sha256,
        signal,
      });
      if (!filled.ok) throw new Error(filled.error.message);
      return performance.now() - startedMs;
    },
    /** Bytes given to others and taken from them. */
    contentTraffic: (): { given: number; taken: number } => {
      const { givenBytes, takenBytes } = open().getState();
      return { given: givenBytes, taken: takenBytes };
    },
    /** The same file by plain http, verified too. */
    async contentDownload(url: string, id: ContentId): Promise<number> {
      const startedMs = performance.now();
      const bytes = new Uint8Array(await (await fetch(url, { cache: 'no-store' })).arrayBuffer());
      if (bytes.byteLength !== id.sizeBytes) throw new Error(`the server gave ${bytes.byteLength} bytes`);
      await digestOf(bytes);
      return performance.now() - startedMs;
    },
  };
}

async function digestOf(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return bytesToHex(await hashBytes(bytes));
}

function memoryDraft(sizeBytes: number): { readonly draft: ContentDraft; readonly bytes: Uint8Array<ArrayBuffer> } {
  const bytes = new Uint8Array(sizeBytes);
  const here = new Set<number>();
  let list: Uint8Array | undefined;
  const draft: ContentDraft = {
    partBytes: PART_BYTES,
    parts: async () => [...here],
    read: async (offset, lengthBytes) => bytes.slice(offset, offset + lengthBytes),
    async write(part, partBytes) {
      bytes.set(partBytes, part * PART_BYTES);
      here.add(part);
      return ok(undefined);
    },
    remove: async (part) => void here.delete(part),
    readChunkList: async () => list,
    async writeChunkList(next) {
      list = next;
      return ok(undefined);
    },
  };
  return { draft, bytes };
}
