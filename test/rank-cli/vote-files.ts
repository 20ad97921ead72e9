import { type Aggregator, aggregators } from '#ranking';
import type { RankReport } from './rank-report.ts';
import { type RankOptions, type RankOutcome, rankVotes } from './rank-votes.ts';
import { createSource } from './vote-source.ts';

// Files of votes that exist only in memory.

export interface Ranked extends Partial<RankOptions> {
  readonly name?: string;
  readonly aggregator?: Aggregator;
  /** Where the bytes are cut into chunks. */
  readonly cuts?: readonly number[];
}

export function rankFile(content: string | Uint8Array, settings: Ranked = {}): Promise<RankOutcome> {
  const { name = 'votes.csv', aggregator = aggregators.borda, cuts = [], ...options } = settings;
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  const source = createSource(name, cutInto(bytes, cuts));
  return rankVotes(source, { skipMalformed: false, seed: 'test', ...options }, aggregator);
}

/** The report of a file that must be rankable. */
export async function reportOn(content: string | Uint8Array, settings?: Ranked): Promise<RankReport> {
  const { result, faults } = await rankFile(content, settings);
  if (!result.ok) throw new Error(`${result.error.message} ${JSON.stringify(faults.first)}`);
  return result.value;
}

/** `line: reason` of each fault found. */
export async function faultsOf(content: string | Uint8Array, settings?: Ranked): Promise<string[]> {
  const { faults } = await rankFile(content, settings);
  return faults.first.map(({ line, reason }) => `${line}: ${reason}`);
}

async function* cutInto(bytes: Uint8Array, cuts: readonly number[]): AsyncGenerator<Uint8Array> {
  const ends = [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].toSorted((a, b) => a - b);
  let start = 0;
  for (const end of ends) {
    yield bytes.subarray(start, end);
    start = end;
  }
}
