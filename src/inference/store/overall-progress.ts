import type { Clock } from '#vocabulary';
import type { DownloadProgress } from '../model.ts';

/** Between two calls of `onProgress`: ten a second are smooth. */
const progressEveryMs = 100;

/** Adds the progress of files, one after the other, up to that of the whole. */
export interface OverallProgress {
  /** Progress of the file at hand. */
  report(progress: DownloadProgress): void;
  /** Goes on to the next file. */
  finish(sizeBytes: number): void;
}

/** Lets the first of each phase, the last, and at most ten a second of the others through. */
export function createOverallProgress(
  onProgress: (progress: DownloadProgress) => void,
  totalBytes: number,
  clock: Clock,
): OverallProgress {
  let beforeBytes = 0;
  let lastMs = Number.NEGATIVE_INFINITY;
  let lastPhase: DownloadProgress['phase'] | undefined;
  return {
    report({ receivedBytes, phase }) {
      const progress = { receivedBytes: beforeBytes + receivedBytes, totalBytes, phase };
      const nowMs = clock.now();
      const isNotable = phase !== lastPhase || progress.receivedBytes === totalBytes;
      if (!isNotable && nowMs - lastMs < progressEveryMs) return;
      lastMs = nowMs;
      lastPhase = phase;
      onProgress(progress);
    },
    finish(sizeBytes) {
      beforeBytes += sizeBytes;
    },
  };
}
