import type { Layout, VoteRecord } from './vote-record.ts';

/** What is wrong with a file, and where. */
export interface Fault {
  /** Number of the line, from 1, on which the faulty record begins. */
  readonly line: number;
  readonly reason: string;
}

export interface RecordSink {
  record(record: VoteRecord, layout: Layout, line: number): void;
  /** A record that cannot be read; the ones after it can. */
  fault(fault: Fault): void;
}

/** Takes a file's text in pieces cut anywhere and hands on its records. A fault it returns ends the reading. */
export interface RecordReader {
  push(text: string): Fault | undefined;
  end(): Fault | undefined;
  /** The record that is not complete yet: its length so far, in UTF-16 units, and its first line. */
  pending(): { readonly chars: number; readonly line: number };
}
