import { type Clock, type Result, err, failure, ok } from '#vocabulary';
import {
  type ModelError,
  type ModelFile,
  type ModelManifest,
  type ModelPackage,
  type ModelStore,
  type ObtainOptions,
  sizeOfModel,
} from '../model.ts';
import type { FileCondition, ModelShelf } from '../model-shelf.ts';
import type { FileStore } from './file-store.ts';
import { isOwnModel } from './import/own-manifest.ts';
import type { ModelFiles } from './model-files.ts';
import { createOverallProgress } from './overall-progress.ts';
import { type StorageRoom, checkRoom } from './storage-room.ts';

export interface ModelStoreParts {
  readonly files: ModelFiles;
  readonly store: FileStore;
  readonly room: StorageRoom;
  readonly clock: Clock;
}

export interface Models extends Omit<ModelStore, 'remove'>, Pick<ModelShelf, 'check' | 'repair'> {
  /** Whether there is room for what is missing of the model. */
  checkFits(manifest: ModelManifest): Promise<Result<void, ModelError>>;
}

/** Models as sets of single files. */
export function createModelStore({ files, store, room, clock }: ModelStoreParts): Models {
  /** One file after the other, with the progress of the whole. */
  const gather = async (
    manifest: ModelManifest,
    { onProgress, ...options }: ObtainOptions,
    get: (file: ModelFile, options: ObtainOptions) => Promise<Result<Blob, ModelError>>,
  ): Promise<Result<ModelPackage, ModelError>> => {
    const progress = createOverallProgress(onProgress, sizeOfModel(manifest), clock);
    const gathered = new Map<string, Blob>();
    for (const file of manifest.files) {
      const got = await get(file, { ...options, onProgress: progress.report });
      if (!got.ok) return got;
      gathered.set(file.name, got.value);
      progress.finish(file.sizeBytes);
    }
    return ok({ format: manifest.format, files: gathered });
  };

  const checkFits = async (manifest: ModelManifest): Promise<Result<void, ModelError>> => {
    const unique = new Map(manifest.files.map((file) => [file.sha256, file]));
    let missingBytes = 0;
    for (const file of unique.values()) missingBytes += file.sizeBytes - (await store.arrivedBytes(file));
    return missingBytes === 0 ? ok(undefined) : checkRoom(manifest.name, missingBytes, { files, room });
  };

  const obtain: ModelStore['obtain'] = async (manifest, options) => {
    const fits = await checkFits(manifest);
    if (!fits.ok) return fits;
    const isPrivate = isOwnModel(manifest.id);
    return gather(manifest, options, (file, each) => store.obtain(file, { ...each, isPrivate }));
  };

  const check: ModelShelf['check'] = async (manifest, options) => {
    const conditions = new Map<string, FileCondition>();
    const read = await gather(manifest, options, async (file, each) => {
      const checked = await store.check(file, each);
      if (!checked.ok) return checked;
      conditions.set(file.name, checked.value);
      return ok(new Blob());
    });
    if (!read.ok) return read;
    return ok({ isWhole: [...conditions.values()].every((condition) => condition === 'right'), conditions });
  };

  return {
    ...(files.notice === undefined ? {} : { notice: files.notice }),
    async find(manifest) {
      const found = new Map<string, Blob>();
      for (const file of manifest.files) {
        const here = await store.find(file);
        if (here === undefined) return undefined;
        found.set(file.name, here);
      }
      return { format: manifest.format, files: found };
    },
    checkFits,
    obtain,
    async adopt(manifest, chosen) {
      const fits = await checkFits(manifest);
      if (!fits.ok) return fits;
      return gather(manifest, { onProgress: () => undefined }, async (file, options) => {
        const here = await store.find(file);
        if (here !== undefined) return ok(here);
        let problem: ModelError | undefined;
        // A file is known by its bytes; what it is called on a person's disk says nothing.
        for (const candidate of chosen) {
          if (candidate.size !== file.sizeBytes) continue;
          const adopted = await store.adopt(file, candidate, options);
          if (adopted.ok || adopted.error.type !== 'digest-mismatch') return adopted;
          problem = adopted.error;
        }
        return err(problem ?? (await notAmong(manifest, file.name, chosen)));
      });
    },
    check,
    async repair(manifest, options) {
      const checked = await check(manifest, options);
      if (!checked.ok) return checked;
      for (const file of manifest.files)
        if (checked.value.conditions.get(file.name) === 'damaged') await store.remove(file.sha256);
      return obtain(manifest, options);
    },
  };
}

async function notAmong(manifest: ModelManifest, fileName: string, chosen: readonly Blob[]): Promise<ModelError> {
  const [only] = chosen;
  if (manifest.format === 'gguf' && only !== undefined && (await only.slice(0, 4).text()) !== 'GGUF')
    return failure(
      'not-a-model',
      'This file is no GGUF model.',
      `Choose the file of ${manifest.name}, ending in .gguf.`,
    );
  return failure(
    'digest-mismatch',
    `None of the chosen files is ${fileName} of ${manifest.name}.`,
    'Choose the very file; another version of the model has another content.',
  );
}
