import { type Clock, type Result, err, failure, messageOf, ok } from '#vocabulary';
import type { ModelError } from '../../model.ts';
import { type Fetch, headOf, piecesOf } from '../byte-source.ts';
import { type ReplyHead, stallMs } from '../download.ts';
import { aborted } from '../downloader.ts';
import { maxModelBytes } from '../manifest-schema.ts';
import { type FileAddress, isSafePlace } from './address.ts';

/** What a server says of a file whose digest nobody stated. */
export interface ProbedFile {
  readonly sizeBytes: number;
  /** Stays the same as long as the file does; undefined where the server states nothing of the kind. */
  readonly version: string | undefined;
  /** The first bytes, at least four of them where the file has so many. */
  readonly start: Uint8Array;
}

const startBytes = 1_024;

export interface ProbeParts {
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly ownOrigin: string;
}

export async function probeAddress(
  { href }: FileAddress,
  signal: AbortSignal,
  { fetch, clock, ownOrigin }: ProbeParts,
): Promise<Result<ProbedFile, ModelError>> {
  const stalled = new AbortController();
  const cancel = clock.after(stallMs, () => stalled.abort());
  const init = { ...requestInit, signal: AbortSignal.any([signal, stalled.signal]) };
  try {
    const response = await fetch(href, { ...init, headers: { range: `bytes=0-${startBytes - 1}` } });
    const reply = headOf(response);
    const refusal = refuse(reply, response.url, ownOrigin);
    if (refusal !== undefined) {
      await response.body?.cancel();
      return err(failure('no-source', `${href} gives no model: ${refusal}.`, linkRemedy));
    }
    const start = response.body === null ? new Uint8Array() : await readStart(response.body);
    let sizeBytes = sizeOf(reply);
    if (sizeBytes === undefined) {
      // The range is hidden from pages of other origins; the length never is.
      const head = await fetch(href, { ...init, method: 'HEAD' });
      sizeBytes = head.status === 200 ? sizeOf(headOf(head)) : undefined;
    }
    if (sizeBytes === undefined)
      return err(
        failure('no-source', `${href} does not say how large the file is.`, 'Download it, then choose the file.'),
      );
    if (sizeBytes < 1 || sizeBytes > maxModelBytes)
      return err(failure('not-a-model', `${href} has ${sizeBytes} bytes: no model that a tab could run.`, linkRemedy));
    return ok({ sizeBytes, version: versionOf(reply), start });
  } catch (cause) {
    if (signal.aborted) return err(aborted);
    const reason = stalled.signal.aborted ? 'nothing arrives' : messageOf(cause);
    return err(
      failure(
        'network',
        `${href} cannot be reached: ${reason}.`,
        'Check the address and the network. Some servers do not let pages of other sites read their files: then download it, and choose the file.',
      ),
    );
  } finally {
    cancel();
  }
}

const requestInit = { cache: 'no-store' } as const;

const linkRemedy = 'Give the address of the file itself: on model hubs, that of the download link.';

function refuse(reply: ReplyHead, finalUrl: string, ownOrigin: string): string | undefined {
  if (reply.status !== 200 && reply.status !== 206) return `it answered ${reply.status}`;
  if (finalUrl !== '' && !isSafePlace(finalUrl, ownOrigin)) return 'it leads to an address without https';
  if (/^text\/html\b/i.test(reply.header('content-type') ?? '')) return 'it is a web page';
  return undefined;
}

function sizeOf(reply: ReplyHead): number | undefined {
  const range = /^bytes 0-\d{1,15}\/(\d{1,15})$/.exec(reply.header('content-range') ?? '');
  if (reply.status === 206) return range === null ? undefined : Number(range[1]);
  const length = reply.header('content-length');
  const isPlain = reply.header('content-encoding') === null;
  return isPlain && length !== null && /^\d{1,15}$/.test(length) ? Number(length) : undefined;
}

/** Weak tags stay the same when bytes change a little. */
export function versionOf(reply: ReplyHead): string | undefined {
  const tag = reply.header('etag');
  if (tag !== null && !tag.startsWith('W/')) return `tag ${tag.slice(0, 200)}`;
  const modified = reply.header('last-modified');
  return modified === null ? undefined : `modified ${modified.slice(0, 200)}`;
}

async function readStart(body: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  const start = new Uint8Array(startBytes);
  let length = 0;
  for await (const piece of piecesOf(body)) {
    const taken = piece.subarray(0, startBytes - length);
    start.set(taken, length);
    length += taken.length;
    if (length === startBytes) break;
  }
  return start.subarray(0, length);
}
