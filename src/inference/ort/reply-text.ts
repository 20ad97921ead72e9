/** Makes text of a reply's tokens: only whole characters, and nothing from a stop string on. */
export interface ReplyText {
  /** Text that is certain now; `stopped` when a stop string ended it. */
  add(bytes: Uint8Array): { readonly text: string; readonly stopped: boolean };
  /** What was held back in case a stop string was beginning. A character that is not whole is dropped. */
  end(): string;
}

export function createReplyText(stop: readonly string[]): ReplyText {
  const stops = stop.filter((text) => text !== '');
  // Bytes that are no text become U+FFFD.
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  let held = '';
  return {
    add(bytes) {
      held += decoder.decode(bytes, { stream: true });
      const found = stops.map((text) => held.indexOf(text)).filter((place) => place >= 0);
      if (found.length > 0) {
        const text = held.slice(0, Math.min(...found));
        held = '';
        return { text, stopped: true };
      }
      const text = held.slice(0, held.length - heldBack(held, stops));
      held = held.slice(text.length);
      return { text, stopped: false };
    },
    end() {
      const text = held;
      held = '';
      return text;
    },
  };
}

/** Length of the longest end of the text that begins a stop string. */
function heldBack(text: string, stops: readonly string[]): number {
  let most = 0;
  for (const stop of stops)
    for (let length = Math.min(text.length, stop.length - 1); length > most; length--)
      if (text.endsWith(stop.slice(0, length))) most = length;
  return most;
}
