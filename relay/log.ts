export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
export const logLevels: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

/** Says that something happened. Fields may hold text of peers: it is escaped, never printed as it is. */
export type Log = (level: LogLevel, event: string, fields?: LogFields) => void;

export interface LogOptions {
  /** One JSON object a line for programs, or words for people. */
  readonly format: 'json' | 'words';
  /** The least level that is written. */
  readonly level: LogLevel;
  readonly now: () => number;
  readonly write: (line: string) => void;
}

/** Longest text of a field: a line must stay readable whatever a peer calls itself. */
const MAX_FIELD_LENGTH = 300;

export function createLog({ format, level, now, write }: LogOptions): Log {
  const least = logLevels.indexOf(level);
  return (at, event, fields = {}) => {
    if (logLevels.indexOf(at) < least) return;
    const known = Object.entries(fields).filter(([, value]) => value !== undefined);
    if (format === 'json') {
      const time = new Date(now()).toISOString();
      const own = { time, level: at, event };
      // Our own keys come first for the eye, and again last, so that no field replaces them.
      write(plain(JSON.stringify({ ...own, ...Object.fromEntries(known.map(bounded)), ...own })));
      return;
    }
    const words = known.map(bounded).map(([key, value]) => ` ${key}=${plain(JSON.stringify(value))}`);
    write(`${at === 'info' ? '' : `${at}: `}${plain(event)}${words.join('')}`);
  };
}

type Field = [key: string, value: string | number | boolean | undefined];

function bounded([key, value]: Field): Field {
  return typeof value === 'string' && value.length > MAX_FIELD_LENGTH
    ? [key, `${value.slice(0, MAX_FIELD_LENGTH)}…`]
    : [key, value];
}

/** Printable ASCII only: line breaks, terminal commands and letters that turn a line around become \uXXXX. */
function plain(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
