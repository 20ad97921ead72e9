import { closeSync, ftruncateSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import * as v from 'valibot';
import { type Failure, type Result, err, failure, messageOf, ok } from '#vocabulary';
import type { PairResult } from './pair-result.ts';

/** Results by the key of their pair, kept in a file as they come, so that an interrupted run goes on. */
export interface ResultsFile {
  get(pair: string): PairResult | undefined;
  add(pair: string, result: PairResult): void;
  close(): void;
}

export interface ResultsOptions {
  readonly path: string;
  /** Of model, engine, readings and calibration; a file of another plan is left alone. */
  readonly plan: string;
  /** Forget what is there. */
  readonly fresh: boolean;
}

const Header = v.object({ peerageJudge: v.literal(1), plan: v.string() });
const Line = v.object({
  pair: v.string(),
  result: v.union([
    v.object({ failed: v.string() }),
    v.object({
      logOdds: v.pipe(v.number(), v.finite()),
      readings: v.record(v.string(), v.pipe(v.number(), v.finite())),
      screened: v.object({ better: v.optional(v.string()), worse: v.optional(v.string()) }),
      tokens: v.number(),
      ms: v.number(),
    }),
  ]),
});

/** Opens the file, or begins it. Nothing that is no such file is written over. */
export function openResults({ path, plan, fresh }: ResultsOptions): Result<ResultsFile, Failure> {
  try {
    mkdirSync(dirname(path), { recursive: true });
    const present = readPresent(path);
    const header = parse(Header, present.lines[0]);
    if (present.lines.length > 0 && header === undefined)
      return err(
        failure('not-results', `${path} holds no results of this command.`, 'Name another file with --resume.'),
      );
    if (header !== undefined && header.plan !== plan && !fresh)
      return err(
        failure(
          'other-plan',
          `${path} holds results of another model, other readings or another calibration.`,
          'Name another file with --resume, or begin it anew with --fresh.',
        ),
      );
    return ok(openAt(path, plan, fresh ? { lines: [], bytes: 0 } : present));
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

function openAt(path: string, plan: string, { lines, bytes }: Present): ResultsFile {
  const results = new Map<string, PairResult>();
  for (const line of lines.slice(1)) {
    const read = parse(Line, line);
    // Whatever cannot be read is judged again.
    if (read !== undefined) results.set(read.pair, read.result as PairResult);
  }
  // Appending writes whole lines even where two runs share the file.
  const file = openSync(path, 'a');
  ftruncateSync(file, bytes);
  const write = (value: object): void => void writeSync(file, `${JSON.stringify(value)}\n`);
  if (bytes === 0) write({ peerageJudge: 1, plan } satisfies v.InferOutput<typeof Header>);
  return {
    get: (pair) => results.get(pair),
    add(pair, result) {
      results.set(pair, result);
      write({ pair, result });
    },
    close: () => closeSync(file),
  };
}

function parse<const Schema extends v.GenericSchema>(
  schema: Schema,
  line: string | undefined,
): v.InferOutput<Schema> | undefined {
  if (line === undefined) return undefined;
  try {
    const parsed = v.safeParse(schema, JSON.parse(line));
    return parsed.success ? parsed.output : undefined;
  } catch {
    return undefined;
  }
}
