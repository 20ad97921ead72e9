import type { Clock } from '#vocabulary';
import type { ChunkSource, SourceFault } from './chunk-source.ts';
import {
  FIRST_RUN,
  FIRST_WINDOW,
  MAX_FAILURES,
  MAX_REST_MS,
  MAX_RUN,
  MAX_WINDOW,
  REST_MS,
  RUN_SECONDS,
  SERVER_REQUESTS,
  WINDOW_SECONDS,
} from './constants.ts';
import type { ContentSourceView } from './content.ts';
import { createMeter } from './meter.ts';

/** One question that is under way. */
export interface Ask {
  readonly row: readonly number[];
  readonly startedMs: number;
  /** Delivered, whether or not found right yet. */
  readonly delivered: Set<number>;
  readonly abort: AbortController;
  /** Ended by this tab, for which the source is not to blame. */
  isOurs: boolean;
}

/** How it goes with one source: what is under way, its speed, its rests. */
export interface SourceCourse {
  readonly source: ChunkSource;
  readonly asks: Set<Ask>;
  /** Most chunks of the next question; 0 when enough is under way or it rests. */
  roomFor(chunkBytes: number): number;
  /** Time one chunk takes it, by its measured speed. */
  expectedMs(chunkBytes: number): number;
  readonly bytesPerSecond: () => number;
  /** Since when it has been asked for something without a pause; undefined while it is not. */
  readonly busySinceMs: () => number | undefined;
  readonly lastByteMs: () => number;
  noteAsk(): void;
  noteBytes(bytes: number): void;
  noteRight(bytes: number): void;
  /** True when it is dropped for it. */
  noteFault(fault: SourceFault): boolean;
  rest(reason: string): void;
  drop(reason: string, isBad?: boolean): void;
  /** It is there again. */
  welcome(): void;
  readonly isBad: () => boolean;
  readonly isActive: () => boolean;
  readonly isDropped: () => boolean;
  view(): ContentSourceView;
}

export function createSourceCourse(source: ChunkSource, clock: Clock): SourceCourse {
  const meter = createMeter(clock);
  const asks = new Set<Ask>();
  let rightBytes = 0;
  let failures = 0;
  /** In a row, of one that does not say when to come again. */
  let refusals = 0;
  let slowRests = 0;
  let restUntilMs = 0;
  let reason: string | undefined;
  let isDropped = false;
  let isBad = false;
  let busySinceMs: number | undefined;
  let lastByteMs = clock.now();

  const isActive = (): boolean => !isDropped && clock.now() >= restUntilMs;
  const restFor = (why: string, forMs: number): void => {
    restUntilMs = clock.now() + Math.min(MAX_REST_MS, forMs);
    reason = why;
  };
  const drop = (why: string, forBad = false): void => {
    isDropped = true;
    isBad ||= forBad;
    reason = why;
  };
  const isMeasured = (): boolean => meter.totalBytes() > 0;

  const course: SourceCourse = {
    source,
    asks,
    roomFor(chunkBytes) {
      if (!isActive()) return 0;
      const chunksASecond = meter.bytesPerSecond() / chunkBytes;
      if (source.kind === 'server') {
        if (asks.size >= SERVER_REQUESTS) return 0;
        return isMeasured() ? clamp(Math.round(chunksASecond * RUN_SECONDS), 1, MAX_RUN) : FIRST_RUN;
      }
      const window = isMeasured() ? clamp(Math.ceil(chunksASecond * WINDOW_SECONDS) + 1, 1, MAX_WINDOW) : FIRST_WINDOW;
      return asks.size < window ? 1 : 0;
    },
    expectedMs: (chunkBytes) => (isMeasured() ? (chunkBytes * 1_000) / Math.max(1, meter.bytesPerSecond()) : 1_000),
    bytesPerSecond: meter.bytesPerSecond,
    busySinceMs: () => (asks.size === 0 ? undefined : busySinceMs),
    lastByteMs: () => lastByteMs,
    noteAsk() {
      if (asks.size > 0) return;
      busySinceMs = clock.now();
      lastByteMs = busySinceMs;
    },
    noteBytes(bytes) {
      if (bytes === 0) return;
      lastByteMs = clock.now();
      meter.add(bytes);
    },
    noteRight(bytes) {
      rightBytes += bytes;
      failures = 0;
      refusals = 0;
      reason = undefined;
    },
    noteFault(fault) {
      if (isDropped) return false;
      if (fault.type === 'later') restFor(fault.reason, fault.afterMs ?? REST_MS * 2 ** Math.min(10, refusals++));
      else if (fault.type === 'broken' && ++failures < MAX_FAILURES)
        restFor(fault.reason, REST_MS * 2 ** (failures - 1));
      else drop(fault.reason, fault.type === 'bad');
      return isDropped;
    },
    rest: (why) => restFor(why, REST_MS * 2 ** Math.min(10, ++slowRests)),
    drop,
    welcome() {
      if (!isDropped) return;
      isDropped = false;
      failures = 0;
      reason = undefined;
    },
    isBad: () => isBad,
    isActive,
    isDropped: () => isDropped,
    view: () => ({
      kind: source.kind,
      ...(source.peer === undefined ? {} : { peer: source.peer }),
      name: source.name,
      receivedBytes: rightBytes,
      bytesPerSecond: meter.bytesPerSecond(),
      status: isDropped ? 'dropped' : isActive() ? 'active' : 'resting',
      ...(reason === undefined ? {} : { reason }),
    }),
  };
  return course;
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
