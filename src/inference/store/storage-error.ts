import { failure } from '#vocabulary';
import type { ModelError } from '../model.ts';

/** What a browser's storage threw while writing. */
export function storageError(cause: unknown): ModelError {
  return failure(
    'quota',
    isFull(cause) ? 'There is no room left to keep the model.' : `The model could not be kept: ${String(cause)}`,
    'Free some disk space, remove other models here, or remove stored data of other sites in the settings of the browser, and try again. What has arrived is kept.',
  );
}

/** Newer browsers throw an error class of its own with the same name. */
export function isFull(cause: unknown): boolean {
  return cause instanceof DOMException && cause.name === 'QuotaExceededError';
}
