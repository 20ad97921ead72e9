import { type Clock, type Result, err, failure, ok, sleep } from '#vocabulary';
import { backoffMs, judgeReply, maxTries, stallMs } from './download.ts';
import type { ModelError } from '../model.ts';

/** Takes the bytes of one file in their order. */
export interface ByteSink {
  /** Where the next byte belongs. */
  readonly receivedBytes: () => number;
  write(piece: Uint8Array): Promise<Result<void, ModelError>>;
}

export interface Download {
  readonly url: string;
  readonly totalBytes: number;
  readonly sink: ByteSink;
  readonly onReceived: () => void;
  readonly signal: AbortSignal;
}

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

type Try = { readonly type: 'whole' } | { readonly type: 'broken'; readonly reason: string } | Stop;
type Stop = { readonly type: 'stop'; readonly error: ModelError };

/** Fills the sink from where it stands, asking again for the rest whenever the connection breaks. */
export async function downloadRest(
  download: Download,
  { fetch, clock }: { readonly fetch: Fetch; readonly clock: Clock },
): Promise<Result<void, ModelError>> {
  const { sink, totalBytes, signal } = download;
  let triesLeft: number = maxTries.untouched;
  let failedTries = 0;
  while (sink.receivedBytes() < totalBytes) {
    if (signal.aborted) return err(aborted);
    const before = sink.receivedBytes();
    const outcome = await tryOnce(download, fetch, clock);
    if (outcome.type === 'stop') return err(outcome.error);
    if (outcome.type === 'whole') break;
    if (sink.receivedBytes() > before) {
      triesLeft = maxTries.begun;
      failedTries = 0;
    }
    triesLeft--;
    if (triesLeft <= 0) return err(network(download.url, outcome.reason));
    await sleep(clock, backoffMs(++failedTries), signal);
  }
  return ok(undefined);
}

async function tryOnce(download: Download, fetch: Fetch, clock: Clock): Promise<Try> {
  const { url, totalBytes, sink, onReceived, signal } = download;
  const fromByte = sink.receivedBytes();
  const stalled = new AbortController();
  let cancelStall = clock.after(stallMs, () => stalled.abort());
  try {
    const response = await fetch(url, {
      headers: fromByte > 0 ? { range: `bytes=${fromByte}-` } : {},
      // The bytes go to the model store; the browser's cache must not hold them a second time.
      cache: 'no-store',
      signal: AbortSignal.any([signal, stalled.signal]),
    });
    const reply = { status: response.status, header: (name: string) => response.headers.get(name) };
    const meaning = judgeReply(reply, fromByte, totalBytes);
    if (meaning.type === 'elsewhere') {
      await response.body?.cancel();
      return { type: 'stop', error: failure('no-source', `${url} does not have the model: ${meaning.reason}.`) };
    }
    if (meaning.type === 'later' || response.body === null)
      return { type: 'broken', reason: `HTTP ${response.status}` };

    let skipBytes = meaning.skipBytes;
    for await (const piece of pieces(response.body)) {
      cancelStall();
      cancelStall = clock.after(stallMs, () => stalled.abort());
      const fresh = piece.subarray(Math.min(skipBytes, piece.length));
      skipBytes -= piece.length - fresh.length;
      if (sink.receivedBytes() + fresh.length > totalBytes)
        return { type: 'stop', error: failure('no-source', `${url} sends more than the model.`) };
      const written = await sink.write(fresh);
      if (!written.ok) return { type: 'stop', error: written.error };
      onReceived();
    }
    return sink.receivedBytes() === totalBytes
      ? { type: 'whole' }
      : { type: 'broken', reason: 'the reply ended early' };
  } catch (cause) {
    if (signal.aborted) return { type: 'stop', error: aborted };
    return { type: 'broken', reason: stalled.signal.aborted ? 'nothing arrives any more' : String(cause) };
  } finally {
    cancelStall();
  }
}

/** Not every browser can iterate a stream. Leaving the loop early closes the connection. */
async function* pieces(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

export const aborted = failure('aborted', 'Getting the model was stopped.');

function network(url: string, reason: string): ModelError {
  return failure(
    'network',
    `The connection to ${url} broke: ${reason}.`,
    'Check the network and try again; what has arrived is kept.',
  );
}
