import { type Pair, readPair } from './pair.ts';

export interface Fault {
  /** From 1. */
  readonly line: number;
  readonly reason: string;
}

export interface PairFile {
  readonly pairs: readonly Pair[];
  readonly faults: readonly Fault[];
}

const LINE_FEED = 0x0a;

/** Every line of a JSONL file that is not blank is either a pair or a fault, whatever the bytes. */
export function readPairFile(bytes: Uint8Array): PairFile {
  const pairs: Pair[] = [];
  const faults: Fault[] = [];
  // Drops a byte order mark; a file longer than a string may be is decoded line by line.
  const decoder = new TextDecoder('utf-8', { fatal: true });
  for (let line = 1, start = 0; start < bytes.length; line++) {
    const found = bytes.indexOf(LINE_FEED, start);
    const end = found < 0 ? bytes.length : found;
    const read = readLine(decoder, bytes.subarray(start, end));
    if (read !== undefined && 'reason' in read) faults.push({ line, reason: read.reason });
    else if (read !== undefined) pairs.push(read);
    start = end + 1;
  }
  return { pairs, faults };
}

function readLine(decoder: TextDecoder, bytes: Uint8Array): Pair | { readonly reason: string } | undefined {
  let text: string;
  try {
    text = decoder.decode(bytes);
  } catch {
    return { reason: 'this is not UTF-8' };
  }
  if (text.trim() === '') return undefined;
  try {
    return readPair(JSON.parse(text));
  } catch {
    return { reason: 'this is not JSON; every line holds one object' };
  }
}
