import Papa from 'papaparse';
import type { Fault, RecordReader, RecordSink } from './record-reader.ts';
import { quoted } from './terminal-text.ts';
import { type Layout, type VoteRecord, findLayout, layouts, neededColumns } from './vote-record.ts';

/** What the low-level parser returns; its declarations leave it open. */
interface ParsedRows {
  readonly data: readonly (readonly string[])[];
  readonly errors: readonly { readonly code: string; readonly row: number }[];
  /** `cursor`: where the first record begins that is not complete. */
  readonly meta: { readonly cursor: number };
}

/** Places of the columns in a row; -1 for those the file has not. */
interface Header {
  readonly layout: Layout;
  readonly count: number;
  readonly a: number;
  readonly b: number;
  readonly result: number;
  readonly judge: number;
  readonly weight: number;
  readonly ordered: number;
}

/** Comma-separated values with a header (RFC 4180). Lines end with LF or CRLF; blank ones mean nothing. */
export function createCsvReader(sink: RecordSink): RecordReader {
  const parser = new Papa.Parser({ delimiter: ',', newline: '\n' });
  let header: Header | undefined;
  let rest = '';
  let line = 1;

  const take = (row: readonly string[], quoteFault: string | undefined, lastLine: number): Fault | undefined => {
    if (quoteFault === 'MissingQuotes') return { line, reason: 'a quoted field of this record is never closed' };
    if (row.length === 1 && row[0]?.trim() === '') return undefined;
    if (header === undefined) {
      const found = readHeader(row);
      if (typeof found === 'string') return { line, reason: found };
      header = found;
    } else if (quoteFault !== undefined) {
      const extent = lastLine === line ? '' : ` (the record then goes on to line ${lastLine})`;
      const reason = `text follows a closing quote${extent}; a quote inside a quoted field is written twice`;
      sink.fault({ line, reason });
    } else if (row.length === header.count) {
      sink.record(toRecord(row, header), header.layout, line);
    } else {
      const fields = row.length === 1 ? '1 field' : `${row.length} fields`;
      sink.fault({ line, reason: `${fields} where the header has ${header.count}; a field with a comma needs quotes` });
    }
    return undefined;
  };

  const read = (isEnd: boolean): Fault | undefined => {
    const { data, errors, meta } = parser.parse(rest, 0, !isEnd) as ParsedRows;
    const quoteFaults = new Map(errors.map(({ row, code }) => [row, code]));
    // Most files have one line for each record, and looking into each field for others takes as long as parsing.
    const lineEnds = countLineEnds(isEnd ? rest : rest.slice(0, meta.cursor));
    const spansLines = lineEnds !== (isEnd ? data.length - 1 : data.length);
    for (const [index, row] of data.entries()) {
      const lastLine = spansLines ? line + countLineEndsWithin(row) : line;
      const fault = take(row, quoteFaults.get(index), lastLine);
      if (fault !== undefined) return fault;
      line = lastLine + 1;
    }
    rest = isEnd ? '' : rest.slice(meta.cursor);
    return undefined;
  };

  return {
    push(text) {
      rest += text;
      return text.includes('\n') ? read(false) : undefined;
    },
    end() {
      const fault = rest === '' ? undefined : read(true);
      return fault ?? (header === undefined ? { line: 1, reason: 'the file is empty' } : undefined);
    },
    pending: () => ({ chars: rest.length, line }),
  };
}

function countLineEnds(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}

function countLineEndsWithin(row: readonly string[]): number {
  return row.reduce((sum, field) => sum + countLineEnds(field), 0);
}

function readHeader(row: readonly string[]): Header | string {
  const names = row.map((name) => name.trim());
  if (names.some((name) => name.includes('\r')))
    return 'lines end with CR alone; save the file with LF or CRLF line ends';
  const layout = findLayout((column) => names.includes(column));
  if (layout === undefined) {
    const separator = names.length === 1 ? '; fields are separated by commas' : '';
    return `the header names ${names.map(quoted).join(', ').slice(0, 300)}; ${neededColumns}${separator}`;
  }
  const columns = layouts[layout];
  const place = (column: string): number => names.indexOf(column);
  const used = [...Object.values(columns), 'judge', 'weight', 'ordered'];
  const twice = used.find((column) => place(column) !== names.lastIndexOf(column));
  if (twice !== undefined) return `the header names ${twice} twice`;
  return {
    layout,
    count: names.length,
    a: place(columns.a),
    b: place(columns.b),
    result: place(columns.result),
    judge: place('judge'),
    weight: place('weight'),
    ordered: place('ordered'),
  };
}

function toRecord(row: readonly string[], header: Header): VoteRecord {
  return {
    a: row[header.a],
    b: row[header.b],
    result: row[header.result],
    judge: row[header.judge],
    weight: row[header.weight],
    ordered: row[header.ordered],
  };
}
