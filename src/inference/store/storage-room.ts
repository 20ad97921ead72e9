import { type Result, err, failure, ok } from '#vocabulary';
import type { ModelError } from '../model.ts';
import type { ModelFiles } from './model-files.ts';

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

/** Free room is measured to this. */
const stepBytes = 2 ** 20;

/** How much of `bytes` more can be kept; undefined where nobody can tell. */
export async function freeUpTo(
  bytes: number,
  { files, room }: { readonly files: ModelFiles; readonly room: StorageRoom },
): Promise<number | undefined> {
  if (files.place === 'memory') return undefined;
  const fits = await files.canTake(bytes);
  if (fits === true) return bytes;
  if (fits === undefined) {
    const estimate = await room.estimate();
    return estimate === undefined ? undefined : Math.min(bytes, Math.max(0, estimate.quotaBytes - estimate.usedBytes));
  }
  let free = 0;
  let tooMuch = bytes;
  while (tooMuch - free > stepBytes) {
    const middle = Math.floor((free + tooMuch) / 2);
    if ((await files.canTake(middle)) === true) free = middle;
    else tooMuch = middle;
  }
  return free;
}

/** Nothing may begin that cannot end: an unfinished download of gigabytes helps nobody. */
export async function checkRoom(
  name: string,
  missingBytes: number,
  parts: { readonly files: ModelFiles; readonly room: StorageRoom },
): Promise<Result<void, ModelError>> {
  const freeBytes = await freeUpTo(missingBytes, parts);
  if (freeBytes === undefined || missingBytes <= freeBytes) return ok(undefined);
  const estimate = await parts.room.estimate();
  return err(
    failure(
      'quota',
      `${name} needs ${inMegabytes(missingBytes, Math.ceil)} more, and the browser gives this site only ${inMegabytes(freeBytes, Math.floor)} more.`,
      estimate?.quotaBytes === 0
        ? 'The browser lets this site keep nothing: leave private browsing, or allow the site to store data.'
        : 'Remove other models here, free some disk space, or choose a smaller model. Nothing was downloaded.',
    ),
  );
}

/** Needs are rounded up and room is rounded down. */
export function inMegabytes(bytes: number, round: (megabytes: number) => number): string {
  return `${round(bytes / 1e6).toLocaleString('en')} MB`;
}
