import { createStopSearch } from '../serving/stop-search.ts';

/** Makes text of a reply's tokens: only whole characters, and nothing from a stop string on. */
export interface ReplyText {
  /** Text that is certain now; `stopped` when a stop string ended it. */
  add(bytes: Uint8Array): { readonly text: string; readonly stopped: boolean };
  /** What was held back in case a stop string was beginning. A character that is not whole is dropped. */
  end(): string;
}

export function createReplyText(stop: readonly string[]): ReplyText {
  const search = createStopSearch(stop);
  // Bytes that are no text become U+FFFD.
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  return {
    add(bytes) {
      const text = search.pass(decoder.decode(bytes, { stream: true }));
      return { text, stopped: search.hasStopped() };
    },
    end: () => search.end(''),
  };
}
