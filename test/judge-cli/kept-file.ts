import { closeSync, ftruncateSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import * as v from 'valibot';
import { type Failure, type Result, err, failure, messageOf, ok } from '#vocabulary';

/** Values by their key, kept in a file as they come, so that an interrupted run goes on. */
export interface KeptFile<T> {
  get(key: string): T | undefined;
  add(key: string, value: T): void;
  close(): void;
}

export interface KeptFormat<T> {
  /** Marks the first line of such a file. */
  readonly mark: string;
  readonly write: (key: string, value: T) => object;
  /** Undefined for what is no such line. */
  readonly read: (line: unknown) => readonly [key: string, value: T] | undefined;
  /** What to do about a file that holds something else. */
  readonly remedy: string;
  /** What files of other plans are of. */
  readonly otherPlan: string;
}

export interface KeptOptions {
  readonly path: string;
  /** Names all that the values depend on; a file of another plan is left alone. */
  readonly plan: string;
  /** Forget what is there. */
  readonly fresh: boolean;
}

/** Opens the file, or begins it. Nothing that is no such file is written over. */
export function openKept<T>({ path, plan, fresh }: KeptOptions, format: KeptFormat<T>): Result<KeptFile<T>, Failure> {
  const Header = v.object({ [format.mark]: v.literal(1), plan: v.string() });
  try {
    mkdirSync(dirname(path), { recursive: true });
    const present = readPresent(path);
    const header = v.safeParse(Header, parse(present.lines[0]));
    if (present.lines.length > 0 && !header.success)
      return err(failure('not-results', `${path} holds no results of this command.`, format.remedy));
    if (header.success && header.output['plan'] !== plan && !fresh)
      return err(
        failure(
          'other-plan',
          `${path} holds results of ${format.otherPlan}.`,
          format.remedy.replace(/\.$/u, ', or begin it anew with --fresh.'),
        ),
      );
    return ok(openAt(path, plan, fresh ? { lines: [], bytes: 0 } : present, format));
  } catch (cause) {
    return err(failure('no-results-file', `Results cannot be kept in ${path}: ${messageOf(cause)}.`));
  }
}

interface Present {
  /** Whole lines; what an interrupt cut off is left out. */
  readonly lines: readonly string[];
  readonly bytes: number;
}

function readPresent(path: string): Present {
  let content: Buffer;
  try {
    content = readFileSync(path);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return { lines: [], bytes: 0 };
    throw cause;
  }
  const bytes = content.lastIndexOf('\n') + 1;
  // A file without any line end could be anybody's.
  if (bytes === 0 && content.length > 0) return { lines: [content.toString('utf8')], bytes: content.length };
  return { lines: content.subarray(0, bytes).toString('utf8').split('\n').slice(0, -1), bytes };
}

function openAt<T>(path: string, plan: string, { lines, bytes }: Present, format: KeptFormat<T>): KeptFile<T> {
  // Whatever cannot be read is made again.
  const values = new Map(
    lines.slice(1).flatMap((line) => [format.read(parse(line))].filter((read) => read !== undefined)),
  );
  // Appending writes whole lines even where two runs share the file.
  const file = openSync(path, 'a');
  ftruncateSync(file, bytes);
  const write = (value: object): void => void writeSync(file, `${JSON.stringify(value)}\n`);
  if (bytes === 0) write({ [format.mark]: 1, plan });
  return {
    get: (key) => values.get(key),
    add(key, value) {
      values.set(key, value);
      write(format.write(key, value));
    },
    close: () => closeSync(file),
  };
}

function parse(line: string | undefined): unknown {
  try {
    return line === undefined ? undefined : JSON.parse(line);
  } catch {
    return undefined;
  }
}
