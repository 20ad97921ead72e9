import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable, pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { type Failure, type Result, err, failure, messageOf, ok } from '#vocabulary';

/** Bytes from anywhere, in chunks of any size. Iterating may throw: `explainReadError`. */
export interface VoteSource {
  /** What stands before a line number: the path as it was given, or `stdin`. */
  readonly name: string;
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Bytes of the file, where known, and how many were read so far, packed as they are. */
  readonly sizeBytes?: number;
  readBytes(): number;
}

const CHUNK_BYTES = 256 * 1024;
const GZIP = [0x1f, 0x8b];

/** First bytes of files that hold votes in a form this command does not read, and what to do about them. */
const foreign: readonly { readonly bytes: readonly number[]; readonly remedy: string }[] = [
  {
    bytes: [0x50, 0x41, 0x52, 0x31],
    remedy: 'It is Parquet: in Python, pandas.read_parquet(FILE).to_csv("votes.csv").',
  },
  { bytes: [0x50, 0x4b, 0x03, 0x04], remedy: 'It is a ZIP archive or a spreadsheet: unpack it, or export it as CSV.' },
  { bytes: [0x28, 0xb5, 0x2f, 0xfd], remedy: 'It is packed with zstd: zstd -dc FILE | npm run -s rank -- -' },
  { bytes: [0xff, 0xfe], remedy: 'It is UTF-16: save it as UTF-8.' },
  { bytes: [0xfe, 0xff], remedy: 'It is UTF-16: save it as UTF-8.' },
];
const LONGEST_SIGNATURE = 4;

/** `path` is `-` for standard input. Packed (gzip) bytes are unpacked. */
export async function openSource(path: string, shownAs: string): Promise<Result<VoteSource, Failure<'unreadable'>>> {
  if (path === '-') return ok(createSource('stdin', process.stdin));
  try {
    const facts = await stat(path);
    if (facts.isDirectory()) {
      return err(failure('unreadable', `${shownAs} is a folder.`, 'Name one file with votes in it.'));
    }
    const source = createSource(shownAs, createReadStream(path, { highWaterMark: CHUNK_BYTES }));
    return ok(facts.isFile() ? { ...source, sizeBytes: facts.size } : source);
  } catch (cause) {
    return err(explainReadError(shownAs, cause));
  }
}

/** A source over chunks from anywhere. */
export function createSource(name: string, packed: AsyncIterable<Uint8Array>): VoteSource {
  let count = 0;
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const chunk of packed) {
      count += chunk.length;
      yield chunk;
    }
  }
  return { name, chunks: unpacked(counted()), readBytes: () => count };
}

async function* unpacked(chunks: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  let head: Uint8Array = new Uint8Array();
  while (head.length < LONGEST_SIGNATURE) {
    const next = await chunks.next();
    if (next.done === true) break;
    head = Buffer.concat([head, next.value]);
  }
  const begins = (bytes: readonly number[]): boolean => bytes.every((byte, index) => head[index] === byte);
  const known = foreign.find(({ bytes }) => begins(bytes));
  if (known !== undefined) throw new ForeignFormatError(known.remedy);
  async function* whole(): AsyncGenerator<Uint8Array> {
    yield head;
    yield* chunks;
  }
  if (begins(GZIP)) yield* pipeline(Readable.from(whole()), createGunzip({ chunkSize: CHUNK_BYTES }), () => undefined);
  else yield* whole();
}

class ForeignFormatError extends Error {}

/** Why a source could not be read, for a person. */
export function explainReadError(name: string, cause: unknown): Failure<'unreadable'> {
  const because = (what: string, remedy?: string): Failure<'unreadable'> =>
    failure('unreadable', `${name} ${what}`, remedy);
  if (cause instanceof ForeignFormatError) return because('is not CSV, JSONL or JSON.', cause.message);
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (code === 'ENOENT') return because('does not exist.', 'Check the path, or pass - and pipe the votes in.');
  if (code === 'EISDIR') return because('is a folder.', 'Name one file with votes in it.');
  if (code === 'EACCES' || code === 'EPERM') return because('may not be read.', 'Check its permissions.');
  if (code.startsWith('Z_'))
    return because(`is damaged or cut short as gzip (${messageOf(cause)}).`, 'Fetch it again.');
  return because(`could not be read: ${messageOf(cause)}.`);
}
