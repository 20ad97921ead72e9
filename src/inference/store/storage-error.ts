import { failure } from '#vocabulary';
import type { ModelError } from '../model.ts';

/** What a browser's storage threw while writing. */
export function storageError(cause: unknown): ModelError {
  const isFull = cause instanceof DOMException && cause.name === 'QuotaExceededError';
  return failure(
    'quota',
    isFull ? 'There is no room left to keep the model.' : `The model could not be kept: ${String(cause)}`,
    'Free some disk space, remove other models here, or remove stored data of other sites in the settings of the browser, and try again. What has arrived is kept.',
  );
}
