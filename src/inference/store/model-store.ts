import { type Clock, err, failure, ok } from '#vocabulary';
import {
  type DownloadProgress,
  type ModelError,
  type ModelManifest,
  type ModelPackage,
  type ModelStore,
  sizeOfModel,
} from '../model.ts';
import type { FileStore } from './file-store.ts';

export interface ModelStoreParts {
  readonly files: FileStore;
  readonly clock: Clock;
}

/** Between two calls of `onProgress`: ten a second are smooth. */
const progressEveryMs = 100;

/** Models as sets of single files. */
export function createModelStore({ files, clock }: ModelStoreParts): ModelStore {
  return {
    ...(files.notice === undefined ? {} : { notice: files.notice }),
    async find(manifest) {
      const found = new Map<string, Blob>();
      for (const file of manifest.files) {
        const here = await files.find(file);
        if (here === undefined) return undefined;
        found.set(file.name, here);
      }
      return { format: manifest.format, files: found };
    },
    async obtain(manifest, options) {
      const report = throttle(options.onProgress, clock);
      const totalBytes = sizeOfModel(manifest);
      let beforeBytes = 0;
      const obtained = new Map<string, Blob>();
      for (const file of manifest.files) {
        const got = await files.obtain(file, {
          ...options,
          onProgress: ({ receivedBytes, phase }) =>
            report({ receivedBytes: beforeBytes + receivedBytes, totalBytes, phase }),
        });
        if (!got.ok) return got;
        obtained.set(file.name, got.value);
        beforeBytes += file.sizeBytes;
      }
      return ok({ format: manifest.format, files: obtained });
    },
    async adopt(manifest, chosen) {
      const adopted = new Map<string, Blob>();
      for (const file of manifest.files) {
        const here = await files.find(file);
        if (here !== undefined) {
          adopted.set(file.name, here);
          continue;
        }
        // A file is known by its bytes; what it is called on a person's disk says nothing.
        let kept = err(await notAmong(manifest, file.name, chosen));
        for (const candidate of chosen) {
          if (candidate.size !== file.sizeBytes) continue;
          const copied = await files.adopt(file, candidate);
          if (copied.ok) {
            adopted.set(file.name, copied.value);
            break;
          }
          if (copied.error.type !== 'digest-mismatch') return copied;
          kept = copied;
        }
        if (!adopted.has(file.name)) return kept;
      }
      return ok({ format: manifest.format, files: adopted } satisfies ModelPackage);
    },
    async remove(manifest) {
      for (const { sha256 } of manifest.files) await files.remove(sha256);
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

/** Lets the first of each phase, the last, and at most ten a second of the others through. */
function throttle(
  onProgress: (progress: DownloadProgress) => void,
  clock: Clock,
): (progress: DownloadProgress) => void {
  let lastMs = Number.NEGATIVE_INFINITY;
  let lastPhase: DownloadProgress['phase'] | undefined;
  return (progress) => {
    const nowMs = clock.now();
    const isNotable = progress.phase !== lastPhase || progress.receivedBytes === progress.totalBytes;
    if (!isNotable && nowMs - lastMs < progressEveryMs) return;
    lastMs = nowMs;
    lastPhase = progress.phase;
    onProgress(progress);
  };
}
