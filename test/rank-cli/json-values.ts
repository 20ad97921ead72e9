import { messageOf } from '#vocabulary';
import type { Fault } from './record-reader.ts';
import { printable, shortened } from './terminal-text.ts';

/** Where the values of a JSON file go, one at a time. */
export interface ValueSink {
  value(value: unknown, line: number): void;
  fault(fault: Fault): void;
}

export interface ValueReader {
  push(text: string): Fault | undefined;
  end(): Fault | undefined;
  pending(): { readonly chars: number; readonly line: number };
}

/** One value a line; blank lines mean nothing. */
export function createJsonLinesReader(sink: ValueSink): ValueReader {
  let rest = '';
  let line = 1;
  const take = (text: string): void => {
    if (text.trim() !== '') parseInto(sink, text, line);
  };
  return {
    push(text) {
      rest += text;
      if (!text.includes('\n')) return undefined;
      let start = 0;
      for (let end = rest.indexOf('\n'); end >= 0; end = rest.indexOf('\n', start)) {
        take(rest.slice(start, end));
        start = end + 1;
        line += 1;
      }
      rest = rest.slice(start);
      return undefined;
    },
    end() {
      take(rest);
      return undefined;
    },
    pending: () => ({ chars: rest.length, line }),
  };
}

/**
 * The elements of one array. They are cut out here and parsed one by one: several times faster than the streaming
 * parsers there are, with the line of each, and past one that is not JSON (Python writes NaN) the others can be read.
 */
export function createJsonArrayReader(sink: ValueSink): ValueReader {
  let state: 'before' | 'first' | 'element' | 'after' = 'before';
  let rest = '';
  let at = 0;
  let line = 1;
  /** Where the element begins (its first character that is not blank), or -1. */
  let start = -1;
  let startLine = 1;
  let depth = 0;
  let inString = false;
  let escaped = false;

  const finishElement = (isLast: boolean): void => {
    if (start >= 0) parseInto(sink, rest.slice(start, at), startLine);
    else if (!isLast || state === 'element') sink.fault({ line, reason: 'an element is missing beside this comma' });
    start = -1;
    state = isLast ? 'after' : 'element';
  };

  /** Takes a character that stands outside all elements, or ends or begins one. */
  const takeBetween = (code: number): Fault | undefined => {
    if (state === 'before') {
      if (code !== OPEN_LIST)
        return { line, reason: 'a JSON file of votes begins with "[" (or, one vote a line, with "{")' };
      state = 'first';
    } else if (state === 'after') {
      return { line, reason: 'text follows the end of the list' };
    } else if (code === COMMA || code === CLOSE_LIST) {
      finishElement(code === CLOSE_LIST);
    } else {
      if (start < 0) {
        start = at;
        startLine = line;
      }
      if (code === QUOTE) inString = true;
      else if (code === OPEN_LIST || code === OPEN_OBJECT) depth += 1;
    }
    return undefined;
  };

  return {
    push(text) {
      rest += text;
      for (; at < rest.length; at++) {
        const code = rest.charCodeAt(at);
        if (code === LINE_END) line += 1;
        if (inString) {
          if (escaped) escaped = false;
          else if (code === BACKSLASH) escaped = true;
          else if (code === QUOTE) inString = false;
        } else if (depth > 0) {
          if (code === QUOTE) inString = true;
          else if (code === OPEN_LIST || code === OPEN_OBJECT) depth += 1;
          else if (code === CLOSE_LIST || code === CLOSE_OBJECT) depth -= 1;
        } else if (code !== BLANK && code !== TAB && code !== LINE_END && code !== CARRIAGE_RETURN) {
          const fault = takeBetween(code);
          if (fault !== undefined) return fault;
        }
      }
      const consumed = start < 0 ? at : start;
      rest = rest.slice(consumed);
      at -= consumed;
      if (start >= 0) start = 0;
      return undefined;
    },
    end() {
      if (state === 'after') return undefined;
      if (state === 'before') return { line: 1, reason: 'the file is empty' };
      return { line, reason: `the file ends before its list does; the last element begins on line ${startLine}` };
    },
    pending: () => ({ chars: rest.length, line: startLine }),
  };
}

const [QUOTE, BACKSLASH, COMMA, BLANK, TAB, LINE_END, CARRIAGE_RETURN] = [34, 92, 44, 32, 9, 10, 13];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [91, 93, 123, 125];

function parseInto(sink: ValueSink, text: string, line: number): void {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    sink.fault({ line, reason: `this is not JSON: ${shortened(printable(messageOf(cause)), 120)}` });
    return;
  }
  sink.value(value, line);
}
