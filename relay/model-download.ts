import { createWriteStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { type Failure, type Result, err, failure, ok } from '#vocabulary';

export type DownloadError = Failure<'unreachable' | 'refused' | 'interrupted' | 'oversized'>;

export interface Download {
  readonly url: string;
  /** Grows as bytes arrive; what an earlier attempt left in it is continued, not fetched again. */
  readonly path: string;
  readonly sizeBytes: number;
  readonly onProgress: (receivedBytes: number) => void;
  readonly signal?: AbortSignal;
}

export interface DownloadPatience {
  /** Until the head of the answer is here. Short, because the next source may be the one that works. */
  readonly headMs: number;
  /** Without a single byte arriving. */
  readonly stallMs: number;
}

const usualPatience: DownloadPatience = { headMs: 5000, stallMs: 20_000 };

/** Fetches or continues a file. Says nothing about its content: the caller checks the digest. */
export async function downloadFile(
  download: Download,
  patience: DownloadPatience = usualPatience,
): Promise<Result<void, DownloadError>> {
  let presentBytes = await sizeOf(download.path);
  if (presentBytes > download.sizeBytes) {
    await rm(download.path, { force: true });
    presentBytes = 0;
  }
  if (presentBytes === download.sizeBytes) return ok(undefined);

  const abort = new AbortController();
  const giveUp = (): void => abort.abort();
  download.signal?.addEventListener('abort', giveUp, { once: true });
  let timer = setTimeout(giveUp, patience.headMs);
  let response: Response;
  try {
    response = await fetch(download.url, {
      headers: presentBytes === 0 ? {} : { Range: `bytes=${presentBytes}-` },
      signal: abort.signal,
    });
  } catch (cause) {
    download.signal?.removeEventListener('abort', giveUp);
    clearTimeout(timer);
    return err(failure('unreachable', `${new URL(download.url).host} did not answer (${reasonOf(cause)}).`));
  }

  const continues = response.status === 206 && startOf(response) === presentBytes;
  if (!(continues || response.status === 200) || response.body === null) {
    clearTimeout(timer);
    download.signal?.removeEventListener('abort', giveUp);
    abort.abort();
    return err(failure('refused', `${new URL(download.url).host} answered with status ${response.status}.`));
  }
  let receivedBytes = continues ? presentBytes : 0;
  let oversized = false;
  try {
    await pipeline(
      response.body,
      async function* (pieces: AsyncIterable<Uint8Array>) {
        for await (const piece of pieces) {
          clearTimeout(timer);
          timer = setTimeout(giveUp, patience.stallMs);
          receivedBytes += piece.byteLength;
          oversized = receivedBytes > download.sizeBytes;
          if (oversized) return;
          download.onProgress(receivedBytes);
          yield piece;
        }
      },
      createWriteStream(download.path, { flags: continues ? 'a' : 'w' }),
    );
  } catch (cause) {
    return err(failure('interrupted', `The download broke off after ${receivedBytes} bytes (${reasonOf(cause)}).`));
  } finally {
    clearTimeout(timer);
    download.signal?.removeEventListener('abort', giveUp);
    abort.abort();
  }
  if (oversized) {
    await rm(download.path, { force: true });
    return err(failure('oversized', `${new URL(download.url).host} sent more than ${download.sizeBytes} bytes.`));
  }
  if (receivedBytes < download.sizeBytes) {
    return err(failure('interrupted', `The download ended after ${receivedBytes} of ${download.sizeBytes} bytes.`));
  }
  return ok(undefined);
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch {
    return 0;
  }
}

function startOf(response: Response): number {
  return Number(/^bytes (\d+)-/.exec(response.headers.get('content-range') ?? '')?.[1] ?? Number.NaN);
}

function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  if (cause.name === 'AbortError') return 'no answer in time';
  return cause.cause instanceof Error ? cause.cause.message : cause.message;
}
