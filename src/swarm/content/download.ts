import { type Clock, type Failure, type Random, failure, messageOf } from '#vocabulary';
import { type Assembly, isChunkRight } from './assembly.ts';
import { type Board, createBoard } from './board.ts';
import type { ChunkSource, SourceFault } from './chunk-source.ts';
import { type ChunkShape, type HashBytes, chunkLength } from './chunk-list.ts';
import { HOPE_MS, MAX_WRITING, NO_PROGRESS_MS, SLOW_AFTER_MS, SLOW_SHARE, STALL_MS, TICK_MS } from './constants.ts';
import type { ContentSourceView } from './content.ts';
import { type Ask, type SourceCourse, createSourceCourse } from './source-course.ts';

export type DownloadEnd =
  | { readonly type: 'whole' }
  /** Nobody left that could go on. */
  | { readonly type: 'exhausted' }
  | { readonly type: 'storage'; readonly error: Failure }
  | { readonly type: 'stopped' };

export interface DownloadOptions {
  readonly shape: ChunkShape;
  readonly list: Uint8Array;
  readonly chunksPerPart: number;
  readonly assembly: Assembly;
  /** Chunks that were found right already. */
  readonly here: readonly number[];
  readonly hash: HashBytes;
  readonly clock: Clock;
  readonly random: Random;
  readonly signal: AbortSignal;
  /** A chunk was found right, and from whom. */
  readonly onChunk: (source: ChunkSource, bytes: number) => void;
  /** It sent a chunk that is not of the list, or nonsense; it is asked no more. */
  readonly onBad: (source: ChunkSource, type: 'corrupt-chunk' | 'nonsense') => void;
  readonly onDropped: (source: ChunkSource) => void;
}

/** One file on its way from many sources by one chunk list. */
export interface Download {
  readonly end: Promise<DownloadEnd>;
  /** Adds it, or says anew which chunks it has. One that sent wrong bytes stays out. */
  setSource(source: ChunkSource, has: (chunk: number) => boolean): void;
  removeSource(key: string, reason: string): void;
  readonly hasChunk: (chunk: number) => boolean;
  readonly receivedBytes: () => number;
  readonly bytesPerSecond: () => number;
  sources(): readonly ContentSourceView[];
}

export function startDownload(options: DownloadOptions): Download {
  const { shape, list, assembly, clock, hash, signal } = options;
  const board: Board = createBoard(shape.count, options.chunksPerPart, options.random);
  const courses = new Map<string, SourceCourse>();
  const askedMs = new Map<number, number>();
  let receivedBytes = 0;
  let unwritten = 0;
  let progressMs = clock.now();
  let hopelessSinceMs: number | undefined;
  let cancelTick = (): void => undefined;
  let isOver = false;
  let settleEnd: (end: DownloadEnd) => void = () => undefined;
  const end = new Promise<DownloadEnd>((resolve) => (settleEnd = resolve));

  const finish = (how: DownloadEnd): void => {
    if (isOver) return;
    isOver = true;
    cancelTick();
    signal.removeEventListener('abort', onAbort);
    for (const { asks } of courses.values()) for (const ask of asks) stopAsk(ask);
    settleEnd(how);
  };
  const isRunning = (): boolean => !isOver;
  const onAbort = (): void => finish({ type: 'stopped' });

  const stopAsk = (ask: Ask): void => {
    ask.isOurs = true;
    ask.abort.abort();
  };

  const pumpAll = (): void => {
    for (const course of courses.values()) pump(course);
  };

  const pump = (course: SourceCourse): void => {
    const { key } = course.source;
    while (isRunning() && assembly.writing() < MAX_WRITING) {
      const room = course.roomFor(shape.chunkBytes);
      if (room === 0) return;
      const expectedMs = course.expectedMs(shape.chunkBytes);
      const row = board.ask(key, room, (chunk) => clock.now() - (askedMs.get(chunk) ?? 0) > expectedMs);
      if (row.length === 0) return;
      void ask(course, row);
    }
  };

  const ask = async (course: SourceCourse, row: readonly number[]): Promise<void> => {
    const { source } = course;
    const abort = new AbortController();
    const current: Ask = { row, startedMs: clock.now(), delivered: new Set(), abort, isOurs: false };
    course.noteAsk();
    course.asks.add(current);
    for (const chunk of row) askedMs.set(chunk, clock.now());
    let fault: SourceFault | undefined;
    try {
      const deliver = (chunk: number, bytes: Uint8Array<ArrayBuffer>): void => {
        current.delivered.add(chunk);
        void arrived(course, chunk, bytes);
      };
      fault = await source.fetch(row, deliver, course.noteBytes, abort.signal);
    } catch (cause) {
      fault = { type: 'broken', reason: messageOf(cause) };
    }
    course.asks.delete(current);
    for (const chunk of row) if (!current.delivered.has(chunk)) board.unask(source.key, chunk);
    if (isOver) return;
    if (fault !== undefined && !current.isOurs) blame(course, fault);
    pumpAll();
  };

  const blame = (course: SourceCourse, fault: SourceFault): void => {
    if (!course.noteFault(fault)) return;
    if (fault.type === 'bad') options.onBad(course.source, 'nonsense');
    letGo(course);
  };

  /** It was dropped: others get what it was asked for. */
  const letGo = (course: SourceCourse): void => {
    board.removeSource(course.source.key);
    for (const each of course.asks) stopAsk(each);
    options.onDropped(course.source);
  };

  const arrived = async (course: SourceCourse, chunk: number, bytes: Uint8Array<ArrayBuffer>): Promise<void> => {
    const { source } = course;
    const isRight = await isChunkRight(bytes, list, chunk, hash);
    if (isOver) return;
    if (!isRight) {
      board.unask(source.key, chunk);
      if (!course.isDropped()) {
        course.drop('it sent a corrupt chunk');
        options.onBad(source, 'corrupt-chunk');
        letGo(course);
      }
      return pumpAll();
    }
    course.noteRight(bytes.length);
    if (board.isHere(chunk)) return;
    const others = board.settle(chunk);
    askedMs.delete(chunk);
    receivedBytes += bytes.length;
    progressMs = clock.now();
    options.onChunk(source, bytes.length);
    for (const key of others) stopNeedless(courses.get(key));
    unwritten++;
    const problem = await keep(chunk, bytes);
    unwritten--;
    if (problem !== undefined) return finish({ type: 'storage', error: problem });
    if (board.missing() === 0 && unwritten === 0) return finish({ type: 'whole' });
    pumpAll();
  };

  const keep = async (chunk: number, bytes: Uint8Array): Promise<Failure | undefined> => {
    try {
      const kept = await assembly.add(chunk, bytes);
      return kept.ok ? undefined : kept.error;
    } catch (cause) {
      return failure('storage', messageOf(cause));
    }
  };

  /** What came from elsewhere meanwhile need not come again. */
  const stopNeedless = (course: SourceCourse | undefined): void => {
    for (const each of course?.asks ?? [])
      if (each.row.every((chunk) => board.isHere(chunk)) && each.delivered.size < each.row.length) stopAsk(each);
  };

  const tick = (): void => {
    cancelTick = clock.after(TICK_MS, tick);
    const nowMs = clock.now();
    for (const course of courses.values()) {
      const { asks } = course;
      if (asks.size === 0) continue;
      if (nowMs - course.lastByteMs() > STALL_MS) {
        blame(course, { type: 'broken', reason: 'nothing arrives from it any more' });
        for (const each of asks) stopAsk(each);
      } else if (isTooSlow(course)) {
        course.rest('it is much slower than the others');
        for (const each of asks) stopAsk(each);
      }
    }
    pumpAll();
    const isHopeless =
      !board.canGoOn() && [...courses.values()].every(({ asks }) => asks.size === 0) && unwritten === 0;
    hopelessSinceMs = isHopeless ? (hopelessSinceMs ?? nowMs) : undefined;
    const isGivenUp = hopelessSinceMs !== undefined && nowMs - hopelessSinceMs >= HOPE_MS;
    if (isGivenUp || nowMs - progressMs > NO_PROGRESS_MS) finish({ type: 'exhausted' });
  };

  const isTooSlow = (course: SourceCourse): boolean => {
    const busySinceMs = course.busySinceMs();
    if (busySinceMs === undefined || clock.now() - busySinceMs < SLOW_AFTER_MS) return false;
    const others = [...courses.values()].filter((each) => each !== course && each.isActive() && each.asks.size > 0);
    const canSpare = [...course.asks].every(({ row }) =>
      row.every((chunk) => others.some(({ source }) => board.hasSource(source.key, chunk))),
    );
    if (others.length === 0 || !canSpare) return false;
    const meanSpeed = others.reduce((sum, each) => sum + each.bytesPerSecond(), 0) / others.length;
    return course.bytesPerSecond() < meanSpeed * SLOW_SHARE;
  };

  for (const chunk of options.here) {
    if (board.isHere(chunk)) continue;
    board.settle(chunk);
    receivedBytes += chunkLength(shape, chunk);
  }
  if (signal.aborted) finish({ type: 'stopped' });
  else if (board.missing() === 0) finish({ type: 'whole' });
  else {
    signal.addEventListener('abort', onAbort, { once: true });
    cancelTick = clock.after(TICK_MS, tick);
  }

  return {
    end,
    setSource(source, has) {
      const known = courses.get(source.key);
      if (isOver || known?.isBad() === true) return;
      const course = known ?? createSourceCourse(source, clock);
      course.welcome();
      courses.set(source.key, course);
      board.setSource(source.key, has, source.kind === 'server');
      pump(course);
    },
    removeSource(key, reason) {
      const course = courses.get(key);
      if (course === undefined || course.isDropped()) return;
      course.drop(reason);
      letGo(course);
      pumpAll();
    },
    hasChunk: board.isHere,
    receivedBytes: () => receivedBytes,
    bytesPerSecond: () => [...courses.values()].reduce((sum, course) => sum + course.bytesPerSecond(), 0),
    sources: () => [...courses.values()].map((course) => course.view()),
  };
}
