import {
  type HashBytes,
  type ChunkList,
  type ChunkShape,
  chunkLength,
  makeChunkList,
  nameOfList,
  shapeOf,
} from './chunk-list.ts';
import type { ContentId, LocalContent } from './content.ts';

/** A file of which this tab can give chunks. */
export interface OfferedFile extends ContentId {
  readonly name: string;
  readonly shape: ChunkShape;
  readonly list: ChunkList;
  /** SHA-256 of the list, hex. */
  readonly listName: string;
  readonly isWhole: boolean;
  readonly has: (chunk: number) => boolean;
  /** Undefined where it cannot be read any more. */
  read(chunk: number): Promise<Uint8Array | undefined>;
}

/** What this tab can give: whole files of the local store, and the chunks of downloads that run. */
export interface OfferedFiles {
  find(sha256: string): OfferedFile | undefined;
  /** Newest first. */
  all(): readonly OfferedFile[];
  /** A download that runs; the returned function takes it out. */
  add(file: OfferedFile): () => void;
  /** Spares reading the file again once it is whole. */
  rememberList(sha256: string, list: ChunkList): void;
  /** Looks up what the local store has. Chunk lists that are not known are made of the files, one after the other. */
  refresh(): Promise<void>;
  close(): void;
}

export interface OfferedParts {
  readonly local: LocalContent;
  readonly chunkBytes: number;
  readonly hash: HashBytes;
  readonly onChange: () => void;
}

/** Lists kept in memory though their file is not here: of downloads that have just ended. */
const MAX_REMEMBERED = 64;

export function createOfferedFiles({ local, chunkBytes, hash, onChange }: OfferedParts): OfferedFiles {
  const whole = new Map<string, OfferedFile>();
  const partial = new Map<string, OfferedFile>();
  const lists = new Map<string, ChunkList>();
  let refreshing: Promise<void> | undefined;
  let isAskedAgain = false;
  let isClosed = false;

  const offer = async (sha256: string, sizeBytes: number, name: string): Promise<OfferedFile | undefined> => {
    const shape = shapeOf(sizeBytes, chunkBytes);
    if (shape === undefined) return undefined;
    const read = (offset: number, length: number): Promise<Uint8Array | undefined> =>
      local.read(sha256, offset, length);
    const list = lists.get(sha256) ?? (await makeChunkList(shape, read, hash));
    if (list === undefined) return undefined;
    return {
      sha256,
      sizeBytes,
      name,
      shape,
      list,
      listName: await nameOfList(list, hash),
      isWhole: true,
      has: () => true,
      read: (chunk) => read(chunk * chunkBytes, chunkLength(shape, chunk)),
    };
  };

  const lookUp = async (): Promise<void> => {
    const offered = await local.offered();
    const present = new Set(offered.map(({ sha256 }) => sha256));
    for (const sha256 of [...whole.keys()]) if (!present.has(sha256)) whole.delete(sha256);
    for (const { sha256, sizeBytes, name = '' } of offered) {
      if (isClosed) return;
      if (whole.has(sha256)) continue;
      const file = await offer(sha256, sizeBytes, name);
      if (file === undefined) continue;
      whole.set(sha256, file);
      lists.delete(sha256);
      onChange();
    }
    onChange();
  };

  const isOpen = (): boolean => !isClosed;

  const refresh = async (): Promise<void> => {
    do {
      isAskedAgain = false;
      // Storage that cannot be read gives nothing to offer.
      await lookUp().catch(() => whole.clear());
    } while (isAskedAgain && isOpen());
  };

  return {
    find: (sha256) => whole.get(sha256) ?? partial.get(sha256),
    all: () => [...partial.values(), ...whole.values()].toReversed(),
    add(file) {
      partial.set(file.sha256, file);
      onChange();
      return () => {
        if (partial.get(file.sha256) !== file) return;
        partial.delete(file.sha256);
        onChange();
      };
    },
    rememberList(sha256, list) {
      lists.set(sha256, list);
      for (const oldest of lists.keys()) {
        if (lists.size <= MAX_REMEMBERED) break;
        lists.delete(oldest);
      }
    },
    refresh() {
      isAskedAgain = true;
      refreshing ??= refresh().finally(() => (refreshing = undefined));
      return refreshing;
    },
    close() {
      isClosed = true;
    },
  };
}
