/** What a server's reply to a request for the bytes from `fromByte` on means. */
export type ReplyMeaning =
  /** The body continues where we stand after its first `skipBytes` bytes. */
  | { readonly type: 'body'; readonly skipBytes: number }
  /** Busy or broken for now; worth asking again. */
  | { readonly type: 'later' }
  /** Not the file we want; another source must give it. */
  | { readonly type: 'elsewhere'; readonly reason: string };

export interface ReplyHead {
  readonly status: number;
  header(name: string): string | null;
}

/**
 * A reply of another length is another file, such as the page that single-page servers send for any path. `endByte`: up to
 * but not with which bytes were asked for.
 */
export function judgeReply(
  reply: ReplyHead,
  fromByte: number,
  totalBytes: number,
  endByte: number = totalBytes,
): ReplyMeaning {
  const { status } = reply;
  const isPage = /^text\/html\b/i.test(reply.header('content-type') ?? '');
  if (isPage && (status === 200 || status === 206)) return elsewhere('it sent a web page');
  if (status === 206) {
    const field = reply.header('content-range');
    // Servers on other origins may hide this field from pages, but never the length; the digest tells the rest.
    if (field === null && Number(reply.header('content-length')) === endByte - fromByte)
      return { type: 'body', skipBytes: 0 };
    const range = /^bytes (\d{1,15})-\d{1,15}\/(\d{1,15}|\*)$/.exec(field ?? '');
    if (range === null || Number(range[1]) !== fromByte) return elsewhere('it sent other bytes than asked');
    if (range[2] !== '*' && Number(range[2]) !== totalBytes) return elsewhere('its file has another size');
    return { type: 'body', skipBytes: 0 };
  }
  if (status === 200) {
    const length = reply.header('content-length');
    // A compressed body is counted compressed; its digest will tell.
    const isPlain = reply.header('content-encoding') === null;
    if (isPlain && length !== null && Number(length) !== totalBytes) return elsewhere('its file has another size');
    return { type: 'body', skipBytes: fromByte };
  }
  if (status === 408 || status === 429 || status >= 500) return { type: 'later' };
  return elsewhere(`it answered ${status}`);
}

function elsewhere(reason: string): ReplyMeaning {
  return { type: 'elsewhere', reason };
}

/** Sizes of the parts a file is kept in; only the last may be short. */
export const partBytes = 4 * 2 ** 20;

/** How many leading parts are whole: what a crash left half-written, or another version wrote, is not counted. */
export function countWholeParts(sizes: readonly number[], totalBytes: number): number {
  let whole = 0;
  for (const size of sizes) {
    const left = totalBytes - whole * partBytes;
    if (left <= 0 || size !== Math.min(partBytes, left)) break;
    whole++;
  }
  return whole;
}

/** Tries without a byte of progress before a source is given up. One that never sent anything is given up sooner. */
export const maxTries = { untouched: 2, begun: 6 } as const;

/** Doubles from try to try: half a second, one, two, … at most ten seconds. */
export function backoffMs(failedTries: number): number {
  return Math.min(10_000, 250 * 2 ** failedTries);
}

/** Without a byte for this long a connection counts as broken. Slow mobile networks pause for several seconds. */
export const stallMs = 30_000;
