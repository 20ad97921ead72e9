import { type Result, err, failure, ok } from '#vocabulary';
import type { ModelError } from '../model.ts';

/** What the browser says of the room it gives to this origin. */
export interface StorageRoom {
  /** Undefined where it does not say. */
  estimate(): Promise<RoomEstimate | undefined>;
  isPersistent(): Promise<boolean>;
  /** Asks that nothing be deleted when the disk runs full. The browser decides, perhaps with the person. */
  askPersistence(): Promise<boolean>;
}

export interface RoomEstimate {
  readonly usedBytes: number;
  readonly quotaBytes: number;
}

/** Nothing may begin that cannot end: an unfinished download of gigabytes helps nobody. */
export function checkRoom(
  name: string,
  missingBytes: number,
  estimate: RoomEstimate | undefined,
): Result<void, ModelError> {
  if (estimate === undefined || missingBytes <= freeBytes(estimate)) return ok(undefined);
  return err(
    failure(
      'quota',
      `${name} needs ${inMegabytes(missingBytes)} more, and the browser gives this site only ${inMegabytes(freeBytes(estimate))} more.`,
      estimate.quotaBytes === 0
        ? 'The browser lets this site keep nothing: leave private browsing, or allow the site to store data.'
        : 'Remove other models here, free some disk space, or choose a smaller model. Nothing was downloaded.',
    ),
  );
}

export function freeBytes({ usedBytes, quotaBytes }: RoomEstimate): number {
  return Math.max(0, quotaBytes - usedBytes);
}

/** Rounded up, so that nothing needed is called 0. */
export function inMegabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1e6).toLocaleString('en')} MB`;
}
