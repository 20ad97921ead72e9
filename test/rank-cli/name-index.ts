import { type Result, err, ok } from '#vocabulary';
import { quoted } from './terminal-text.ts';

/** Names of a file's items or judges and their indices, in the order in which they came. */
export interface NameIndex {
  /** Index of a field that holds a known name as it stands; undefined may still be a known one with blanks around it. */
  find(value: unknown): number | undefined;
  /** The name that a field holds, or why it holds none. */
  check(value: unknown, column: string): Result<string, string>;
  /** Index of a checked name; a new one gets the next. */
  indexOf(name: string): number;
  readonly names: readonly string[];
}

export function createNameIndex(): NameIndex {
  const indices = new Map<string, number>();
  const names: string[] = [];
  return {
    names,
    find: (value) => indices.get(value as string),
    check(value, column) {
      if (typeof value === 'number') return ok(String(value));
      if (typeof value !== 'string') return err(`${column} is ${quoted(value)}, not a name`);
      const name = value.trim();
      if (indices.has(name)) return ok(name);
      if (name === '') return err(`${column} is empty`);
      // Names that differ only in bytes that could not be read would become one.
      if (name.includes('\u{FFFD}') || !name.isWellFormed()) {
        return err(`${column} is ${quoted(name)}, which is not valid UTF-8; save the file as UTF-8`);
      }
      return ok(name);
    },
    indexOf(name) {
      const known = indices.get(name);
      if (known !== undefined) return known;
      // A field may be a slice that keeps the whole chunk of the file alive that it was cut from.
      const copy = Buffer.from(name).toString();
      indices.set(copy, names.length);
      return names.push(copy) - 1;
    },
  };
}
