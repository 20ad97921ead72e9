import { createCsvReader } from './csv-records.ts';
import { createVoteValues } from './json-records.ts';
import { createJsonArrayReader, createJsonLinesReader } from './json-values.ts';
import type { RecordReader, RecordSink } from './record-reader.ts';

export const voteFormats = ['csv', 'jsonl', 'json'] as const;
export type VoteFormat = (typeof voteFormats)[number];

/** Bounds memory where a quote or bracket is never closed; far above any record with two conversations in it. */
const MAX_RECORD_CHARS = 16 * 1024 * 1024;
/** A file that begins with more blanks than this is taken for CSV. */
const MAX_LEADING_BLANKS = 64 * 1024;

/** Reads a file in the format given, else in the one that its name or its first character tells. */
export function createRecordReader(name: string, format: VoteFormat | undefined, sink: RecordSink): RecordReader {
  let reader: RecordReader | undefined;
  let head = '';
  const choose = (): RecordReader => {
    reader = createReader(format ?? detectFormat(name, head), sink);
    return reader;
  };
  return {
    push(text) {
      let piece = text;
      if (reader === undefined) {
        head += text;
        if (head.trim() === '' && head.length < MAX_LEADING_BLANKS) return undefined;
        piece = head;
      }
      const open = reader ?? choose();
      const fault = open.push(piece);
      if (fault !== undefined) return fault;
      const { chars, line } = open.pending();
      if (chars <= MAX_RECORD_CHARS) return undefined;
      return { line, reason: 'this record has more than 16 million characters; is a quote or bracket never closed?' };
    },
    end() {
      if (reader === undefined) return { line: 1, reason: 'the file is empty' };
      return reader.end();
    },
    pending: () => reader?.pending() ?? { chars: head.length, line: 1 },
  };
}

function createReader(format: VoteFormat, sink: RecordSink): RecordReader {
  if (format === 'csv') return createCsvReader(sink);
  const values = createVoteValues(sink);
  return format === 'jsonl' ? createJsonLinesReader(values) : createJsonArrayReader(values);
}

function detectFormat(name: string, head: string): VoteFormat {
  const first = head.trimStart()[0];
  if (/\.csv(?:\.gz)?$/iu.test(name)) return 'csv';
  // Files of one object a line are published under either name.
  if (first === '{') return 'jsonl';
  if (first === '[' || /\.json(?:\.gz)?$/iu.test(name)) return 'json';
  return /\.(?:jsonl|ndjson)(?:\.gz)?$/iu.test(name) ? 'jsonl' : 'csv';
}
