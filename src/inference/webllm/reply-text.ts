import { createStopSearch } from '../serving/stop-search.ts';

/** The text of a reply, of which a part is held back as long as it may be the beginning of a stop string. */
export interface ReplyText {
  /** Text that is certain now, with the bytes of one more token. */
  push(bytes: Uint8Array): string;
  /** What was held back. Nothing after a stop string. */
  end(): string;
  /** A stop string was written. */
  hasStopped(): boolean;
}

/** Bytes that are no text become U+FFFD, at the end too. The reply ends before the first stop string in it. */
export function createReplyText(stops: readonly string[]): ReplyText {
  const search = createStopSearch(stops);
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  return {
    push: (bytes) => search.pass(decoder.decode(bytes, { stream: true })),
    end: () => search.end(decoder.decode()),
    hasStopped: search.hasStopped,
  };
}
