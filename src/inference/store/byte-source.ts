import { err, failure, ok } from '#vocabulary';
import type { FileServer } from '../model-shelf.ts';
import { type ReplyHead, judgeReply } from './download.ts';

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** A place that a manifest names, where a file's bytes come from in their order. */
export interface ByteSource {
  /** For messages. */
  readonly name: string;
  /** May throw; that is a broken connection. */
  open(fromByte: number, signal: AbortSignal): Promise<OpenedSource>;
}

export type OpenedSource =
  /** Pieces that begin at `fromByte`. */
  | { readonly type: 'bytes'; readonly pieces: AsyncIterable<Uint8Array> }
  | { readonly type: 'later'; readonly reason: string }
  | { readonly type: 'elsewhere'; readonly reason: string };

export function httpSource(
  url: string,
  totalBytes: number,
  fetch: Fetch,
  /** Says why a reply is not of the file that was begun. */
  refuse: (reply: ReplyHead, fromByte: number) => string | undefined = acceptAll,
): ByteSource {
  return {
    name: url,
    async open(fromByte, signal) {
      const response = await fetch(url, {
        headers: fromByte > 0 ? { range: `bytes=${fromByte}-` } : {},
        // The bytes go to the model store; the browser's cache must not hold them a second time.
        cache: 'no-store',
        signal,
      });
      const reply = headOf(response);
      const meaning = judgeReply(reply, fromByte, totalBytes);
      const refusal = meaning.type === 'body' ? refuse(reply, fromByte) : undefined;
      if (meaning.type !== 'body' || refusal !== undefined || response.body === null) {
        await response.body?.cancel();
        if (refusal !== undefined) return { type: 'elsewhere', reason: refusal };
        return meaning.type === 'elsewhere' ? meaning : { type: 'later', reason: `HTTP ${response.status}` };
      }
      return { type: 'bytes', pieces: piecesOf(response.body, meaning.skipBytes) };
    },
  };
}

export function headOf(response: Response): ReplyHead {
  return { status: response.status, header: (name) => response.headers.get(name) };
}

/** The same server asked for some of the file at a time. */
export function rangeServer(url: string, totalBytes: number, fetch: Fetch): FileServer {
  return {
    name: url,
    async open(fromByte, endByte, signal) {
      const response = await fetch(url, {
        headers: { range: `bytes=${fromByte}-${endByte - 1}` },
        cache: 'no-store',
        signal,
      });
      const meaning = judgeReply(headOf(response), fromByte, totalBytes, endByte);
      const isRange = response.status === 206 || (fromByte === 0 && endByte === totalBytes);
      if (meaning.type === 'body' && isRange && response.body !== null) return ok(piecesOf(response.body));
      await response.body?.cancel();
      if (meaning.type === 'elsewhere') return err(failure('elsewhere', meaning.reason));
      return meaning.type === 'later'
        ? err(failure('busy', `HTTP ${response.status}`))
        : err(failure('no-ranges', 'it sends the file only as a whole'));
    },
  };
}

/** Not every browser can iterate a stream. Leaving the loop early closes the connection. */
export async function* piecesOf(body: ReadableStream<Uint8Array>, skipBytes = 0): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  let leftToSkip = skipBytes;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const fresh = value.subarray(Math.min(leftToSkip, value.length));
      leftToSkip -= value.length - fresh.length;
      // Skipped pieces are given as empty ones: they show that the connection lives.
      yield fresh;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

const acceptAll = (): undefined => undefined;
