/**
 * One way of moving bytes between the two tabs of a pair. Each has its own end in both tabs; these methods run in the
 * first.
 */
export interface Side {
  /** Milliseconds from the first step until the last of `sizeBytes` has arrived and this tab knows it. */
  bulk(sizeBytes: number): Promise<number>;
  /** Milliseconds of each of `count` calls made one after the other, each sending and returning `sizeBytes`. */
  roundTrips(count: number, sizeBytes: number): Promise<number[]>;
  /** Calls a second when `depth` are always under way; each sends a few bytes and gets `sizeBytes` back. */
  callsPerSecond(count: number, sizeBytes: number, depth: number): Promise<number>;
}

/** Keeps `depth` calls under way until `count` are over; answers calls a second. */
export async function pace(count: number, depth: number, call: () => Promise<void>): Promise<number> {
  let begun = 0;
  const worker = async (): Promise<void> => {
    while (begun < count) {
      begun++;
      await call();
    }
  };
  const startedMs = performance.now();
  await Promise.all(Array.from({ length: depth }, worker));
  return (count / (performance.now() - startedMs)) * 1000;
}

/** Runs a call again and again; answers the milliseconds each took. */
export async function timeEach(count: number, call: () => Promise<void>): Promise<number[]> {
  const times: number[] = [];
  for (let index = 0; index < count; index++) {
    const startedMs = performance.now();
    await call();
    times.push(performance.now() - startedMs);
  }
  return times;
}

/** Milliseconds of each small call that was made while two bulk transfers ran. */
export async function timeUnderLoad(side: Side, bulkBytes: number, callBytes: number): Promise<number[]> {
  const over = new AbortController();
  const load = Promise.all([side.bulk(bulkBytes), side.bulk(bulkBytes)]).finally(() => over.abort());
  const times: number[] = [];
  while (!over.signal.aborted) times.push(...(await side.roundTrips(1, callBytes)));
  await load;
  // The last may have ended after the load did.
  return times.slice(0, -1);
}

/** Bytes that do not compress and that nothing can take for zeros. */
export function someBytes(sizeBytes: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(sizeBytes);
  for (let at = 0; at < sizeBytes; at += 65_536) crypto.getRandomValues(bytes.subarray(at, at + 65_536));
  return bytes;
}
