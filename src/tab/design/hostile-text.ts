/** Marks whose unmatched repetition costs a markdown parser time that grows with its square. */
const mark = /[[\]!*_`~<>]/gu;
/** Honest prose, tables and code stay far below both. */
const MARKS_PER_BLOCK = 600;
const MARKS_PER_TEXT = 2_000;
/** A line that opens this many quotes and lists at once. */
const deepLine = /^(?:[ \t]*(?:[>*+-]|\d{1,9}[.)])){16}/mu;

/** Whether a text would cost the renderer seconds or its stack. Such a text is shown as it came. */
export function isTangled(text: string): boolean {
  if (deepLine.test(text)) return true;
  let total = 0;
  for (const block of text.split(/\n[ \t]*\n/u)) {
    const marks = block.match(mark)?.length ?? 0;
    total += marks;
    if (marks > MARKS_PER_BLOCK || total > MARKS_PER_TEXT) return true;
  }
  return false;
}
