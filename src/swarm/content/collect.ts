import type { Result } from '#vocabulary';
import type { ItemReader, RpcError } from '../rpc/rpc.ts';
import type { SourceFault } from './chunk-source.ts';

/** Exactly `length` bytes of a stream of pieces. Ends with `signal`; the stream is stopped then. */
export async function collectBytes(
  items: ItemReader<Uint8Array>,
  length: number,
  onBytes: (bytes: number) => void,
  signal: AbortSignal,
): Promise<Uint8Array<ArrayBuffer> | SourceFault> {
  const stop = (): void => items.cancel();
  signal.addEventListener('abort', stop, { once: true });
  let bytes: Uint8Array<ArrayBuffer> | undefined;
  let filled = 0;
  try {
    for (;;) {
      const next: Result<Uint8Array | undefined, RpcError> = await items.next();
      if (!next.ok) return faultOf(next.error);
      const piece = next.value;
      if (piece === undefined)
        return filled === length && bytes !== undefined ? bytes : { type: 'bad', reason: 'it sent less than a chunk' };
      if (filled + piece.length > length) return { type: 'bad', reason: 'it sent more than a chunk' };
      // Taken when the first byte is there: a source must not make this tab hold what never comes.
      bytes ??= new Uint8Array(length);
      bytes.set(piece, filled);
      filled += piece.length;
      onBytes(piece.length);
    }
  } finally {
    signal.removeEventListener('abort', stop);
    items.cancel();
  }
}

export function faultOf({ type, message, retryAfterMs }: RpcError): SourceFault {
  const afterMs = retryAfterMs === undefined ? {} : { afterMs: retryAfterMs };
  switch (type) {
    case 'overloaded':
      return { type: 'later', reason: message, ...afterMs };
    case 'bad-response':
      return { type: 'bad', reason: message };
    case 'deadline':
    case 'cancelled':
    case 'bad-request':
    case 'too-large':
      return { type: 'broken', reason: message };
    case 'not-connected':
    case 'peer-gone':
    case 'no-such-method':
    case 'slow-path':
    case 'failed':
      return { type: 'gone', reason: message };
  }
}
