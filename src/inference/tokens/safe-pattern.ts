const maxPatternLength = 8_192;

/**
 * Whether a regular expression from a file is free of the usual cause of exponential time: no group is repeated whose own
 * content repeats, chooses or may be left out. Slower than linear it can still be, as GPT-2's own pattern is on spaces.
 */
export function isSafePattern(pattern: string): boolean {
  if (pattern.length > maxPatternLength) return false;
  // For every group that is open: whether its content can match a text in more than one way.
  const open: boolean[] = [false];
  for (let place = 0; place < pattern.length; place++) {
    const letter = pattern[place];
    const isRepeated = /^(?:[*+]|\{\d+,\})/.test(pattern.slice(place, place + 12));
    if (letter === '\\') place++;
    else if (letter === '[') {
      place = endOfClass(pattern, place);
      if (place < 0) return false;
    } else if (letter === '(') open.push(false);
    else if (letter === ')') {
      if (open.length === 1) return false;
      const closed = open.pop() as boolean;
      const rest = pattern.slice(place + 1, place + 13);
      if (closed && /^(?:[*+]|\{\d)/.test(rest)) return false;
      open[open.length - 1] ||= closed;
    } else if (isRepeated || letter === '?' || letter === '|' || /^\{\d*,/.test(pattern.slice(place, place + 8))) {
      // What follows "(" only says what kind of group it is.
      if (letter !== '?' || pattern[place - 1] !== '(') open[open.length - 1] = true;
    }
  }
  return open.length === 1;
}

/** Place of the "]" that ends the class which begins here; classes may hold classes. Negative where none does. */
function endOfClass(pattern: string, begin: number): number {
  let depth = 0;
  for (let place = begin; place < pattern.length; place++) {
    const letter = pattern[place];
    if (letter === '\\') place++;
    else if (letter === '[') depth++;
    else if (letter === ']' && --depth === 0) return place;
  }
  return -1;
}
