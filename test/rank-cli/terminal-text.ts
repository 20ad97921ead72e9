import { stripVTControlCharacters } from 'node:util';
import stringWidth from 'string-width';

// Names come from a file, and a terminal obeys what it is shown.

const unprintable = /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** Text as one line without escape sequences, controls or marks that turn the direction of writing. */
export function printable(text: string): string {
  return stripVTControlCharacters(text).replaceAll(/\s+/gu, ' ').replaceAll(unprintable, '\u{FFFD}');
}

/** A value from the file inside a sentence. */
export function quoted(value: unknown): string {
  return shortened(printable(typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? 'nothing')), 60);
}

/** JSON that means the same and that a terminal only shows: `JSON.stringify` leaves 8-bit controls as they are. */
export function printableJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(
    /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu,
    (mark) => String.raw`\u` + mark.charCodeAt(0).toString(16).padStart(4, '0'),
  );
}

/** Printable text of at most `width` columns. */
export function shortened(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  let kept = '';
  let used = 1;
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    used += stringWidth(segment);
    if (used > width) break;
    kept += segment;
  }
  return `${kept}…`;
}

export function aligned(text: string, width: number, to: 'left' | 'right'): string {
  const gap = ' '.repeat(Math.max(0, width - stringWidth(text)));
  return to === 'left' ? text + gap : gap + text;
}

export function widthOf(text: string): number {
  return stringWidth(text);
}
