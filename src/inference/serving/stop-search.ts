/** The text of a reply, of which a part is held back as long as a stop string may begin with it. */
export interface StopSearch {
  /** Text that is certain now, with some more of it. Nothing from a stop string on. */
  pass(text: string): string;
  /** What was held back, with the last of the text. */
  end(text: string): string;
  /** A stop string was written. */
  hasStopped(): boolean;
}

/** Finds the first stop string, however it is cut into pieces. */
export function createStopSearch(stops: readonly string[]): StopSearch {
  const wanted = stops.map((stop) => stop.toWellFormed()).filter((stop) => stop !== '');
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
    pass: (text) => release(text, false),
    end: (text) => release(text, true),
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
