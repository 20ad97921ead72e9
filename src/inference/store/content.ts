import type { ContentPort } from '../model-shelf.ts';
import type { FileStore } from './file-store.ts';
import type { ModelIndex } from './model-index.ts';

/** What one call of `read` gives at most: a peer must not make this tab hold much. */
export const maxReadBytes = 2 ** 20;
/** Files that stand open: finding one again looks at all its parts. */
const maxOpenFiles = 8;

interface PublicFile {
  readonly sizeBytes: number;
  /** For a person to read. */
  readonly name: string;
}

export function createContentPort(files: FileStore, index: ModelIndex, onChange: ContentPort['onChange']): ContentPort {
  const open = new Map<string, Blob>();

  /** Own models are private: only what the catalogue names is public anyway. */
  const publicFiles = async (): Promise<ReadonlyMap<string, PublicFile>> => {
    const entries = (await index.entries()).filter(({ origin }) => origin === 'catalogue');
    return new Map(
      entries.flatMap(({ manifest }) =>
        manifest.files.map(({ sha256, sizeBytes, name: fileName }) => {
          const name = manifest.files.length === 1 ? manifest.name : `${manifest.name}: ${fileName}`;
          return [sha256, { sizeBytes, name }] as const;
        }),
      ),
    );
  };

  const find = async (sha256: string): Promise<Blob | undefined> => {
    const file = (await publicFiles()).get(sha256);
    return file === undefined ? undefined : files.find({ sha256, sizeBytes: file.sizeBytes });
  };

  return {
    async offered() {
      const here: (PublicFile & { sha256: string })[] = [];
      for (const [sha256, file] of await publicFiles())
        if ((await files.find({ sha256, sizeBytes: file.sizeBytes })) !== undefined) here.push({ sha256, ...file });
      return here;
    },
    onChange,
    has: async (sha256) => (await find(sha256)) !== undefined,
    async read(sha256, offset, lengthBytes) {
      const isSound = [offset, lengthBytes].every((number) => Number.isSafeInteger(number) && number >= 0);
      if (!isSound || lengthBytes > maxReadBytes) return undefined;
      const file = open.get(sha256) ?? (await find(sha256));
      if (file === undefined || offset + lengthBytes > file.size) return undefined;
      // Moved to the end: the first is the one unused for longest.
      open.delete(sha256);
      open.set(sha256, file);
      for (const [oldest] of open) {
        if (open.size <= maxOpenFiles) break;
        open.delete(oldest);
      }
      try {
        return new Uint8Array(await file.slice(offset, offset + lengthBytes).arrayBuffer());
      } catch {
        // The file was removed while it stood open.
        open.delete(sha256);
        return undefined;
      }
    },
  };
}
