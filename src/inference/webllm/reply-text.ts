/** The text of a reply, of which a part is held back as long as it may be the beginning of a stop string. */
export interface ReplyText {
  /** Text that is certain now, with the bytes of one more token. */
  push(bytes: Uint8Array): string;
  /** What was held back. Nothing after a stop string. */
  end(): string;
  /** A stop string was written. */
  hasStopped(): boolean;
}

/** Bytes that are no text become U+FFFD. The reply ends before the first stop string in it. */
export function createReplyText(stops: readonly string[]): ReplyText {
  const wanted = stops.map((stop) => stop.toWellFormed()).filter((stop) => stop !== '');
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  let held = '';
  let hasStopped = false;

  const release = (text: string, isLast: boolean): string => {
    if (hasStopped) return '';
    held += text;
    const places = wanted.map((stop) => held.indexOf(stop)).filter((place) => place >= 0);
    if (places.length > 0) {
      hasStopped = true;
      return held.slice(0, Math.min(...places));
    }
    const certain = isLast ? held.length : held.length - longestBeginning(held, wanted);
    const out = held.slice(0, certain);
    held = held.slice(certain);
    return out;
  };

  return {
    push: (bytes) => release(decoder.decode(bytes, { stream: true }), false),
    end: () => release(decoder.decode(), true),
    hasStopped: () => hasStopped,
  };
}

/** Length of the longest end of the text with which a stop string may begin. */
function longestBeginning(text: string, stops: readonly string[]): number {
  let longest = 0;
  for (const stop of stops)
    for (let length = Math.min(stop.length - 1, text.length); length > longest; length--)
      if (text.endsWith(stop.slice(0, length))) longest = length;
  return longest;
}
