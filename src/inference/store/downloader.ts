import { type Clock, type Result, err, failure, messageOf, ok, orAborted, sleep } from '#vocabulary';
import type { ModelError } from '../model.ts';
import type { ByteSource } from './byte-source.ts';
import { backoffMs, maxTries, stallMs } from './download.ts';

/** Takes the bytes of one file in their order. */
export interface ByteSink {
  /** Where the next byte belongs. */
  readonly receivedBytes: () => number;
  write(piece: Uint8Array): Promise<Result<void, ModelError>>;
}

export interface Download {
  readonly source: ByteSource;
  readonly totalBytes: number;
  readonly sink: ByteSink;
  readonly onReceived: () => void;
  readonly signal: AbortSignal;
}

type Try = { readonly type: 'whole' } | { readonly type: 'broken'; readonly reason: string } | Stop;
type Stop = { readonly type: 'stop'; readonly error: ModelError };

/** Fills the sink from where it stands, asking again for the rest whenever the connection breaks. */
export async function downloadRest(download: Download, clock: Clock): Promise<Result<void, ModelError>> {
  const { source, sink, totalBytes, signal } = download;
  let triesLeft: number = maxTries.untouched;
  let failedTries = 0;
  while (sink.receivedBytes() < totalBytes) {
    if (signal.aborted) return err(aborted);
    const before = sink.receivedBytes();
    const outcome = await tryOnce(download, clock);
    if (outcome.type === 'stop') return err(outcome.error);
    if (outcome.type === 'whole') break;
    if (sink.receivedBytes() > before) {
      triesLeft = maxTries.begun;
      failedTries = 0;
    }
    triesLeft--;
    if (triesLeft <= 0) return err(network(source.name, outcome.reason));
    await sleep(clock, backoffMs(++failedTries), signal);
  }
  return ok(undefined);
}

async function tryOnce(download: Download, clock: Clock): Promise<Try> {
  const { source, totalBytes, sink, onReceived, signal } = download;
  const stalled = new AbortController();
  let cancelStall = clock.after(stallMs, () => stalled.abort());
  const ended = AbortSignal.any([signal, stalled.signal]);
  let pieces: AsyncIterator<Uint8Array> | undefined;
  try {
    const opened = await orAborted(source.open(sink.receivedBytes(), ended), ended);
    if (opened.type === 'elsewhere')
      return stop(failure('no-source', `${source.name} does not have the model: ${opened.reason}.`));
    if (opened.type === 'later') return { type: 'broken', reason: opened.reason };

    pieces = opened.pieces[Symbol.asyncIterator]();
    for (;;) {
      const piece = await orAborted(pieces.next(), ended);
      if (piece.done === true) break;
      cancelStall();
      cancelStall = clock.after(stallMs, () => stalled.abort());
      if (sink.receivedBytes() + piece.value.length > totalBytes)
        return stop(failure('no-source', `${source.name} sends more than the model.`));
      const written = await sink.write(piece.value);
      if (!written.ok) return stop(written.error);
      if (piece.value.length > 0) onReceived();
    }
    return sink.receivedBytes() === totalBytes
      ? { type: 'whole' }
      : { type: 'broken', reason: 'the reply ended early' };
  } catch (cause) {
    if (signal.aborted) return stop(aborted);
    return { type: 'broken', reason: stalled.signal.aborted ? 'nothing arrives any more' : messageOf(cause) };
  } finally {
    cancelStall();
    // Not waited for: a source that hangs would hang here too.
    pieces?.return?.().catch(() => undefined);
  }
}

function stop(error: ModelError): Stop {
  return { type: 'stop', error };
}

export const aborted = failure('aborted', 'Getting the model was stopped.');

function network(from: string, reason: string): ModelError {
  return failure(
    'network',
    `The connection to ${from} broke: ${reason}.`,
    'Check the network and try again; what has arrived is kept.',
  );
}
