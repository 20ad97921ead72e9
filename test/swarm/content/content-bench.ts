/** What tests of the exchange are made of: small chunks, drafts in memory, servers with every fault, tabs on a virtual clock. */
import type {
  ContentDraft,
  ContentError,
  ContentExchange,
  ContentJob,
  ContentLimits,
  ContentServer,
  Misconduct,
  WantedContent,
} from '#swarm';
import {
  type PeerId,
  type Result,
  type VirtualClock,
  asPeerId,
  createSeededRandom,
  createVirtualClock,
  err,
  failure,
  ok,
  sha256,
  sha256Hex,
  sleep,
} from '#vocabulary';
import { type HashBytes, makeChunkList, shapeOf } from '../../../src/swarm/content/chunk-list.ts';
import { createContentExchange } from '../../../src/swarm/content/exchange.ts';
import type { Rpc } from '../../../src/swarm/rpc/rpc.ts';
import { createMemorySwarmNetwork } from '../../swarm-sim/swarm.memory.ts';
import { type Link, createMemoryRpcNetwork } from './memory-rpc.ts';

export const CHUNK = 1_000;
export const PART = 4 * CHUNK;

export const hashNow: HashBytes = (bytes) => Promise.resolve(sha256(bytes));

export function randomBytes(seed: string, length: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(createSeededRandom(seed).bytes(length));
}

export async function listOf(file: Uint8Array, chunkBytes = CHUNK): Promise<Uint8Array<ArrayBuffer>> {
  const shape = shapeOf(file.length, chunkBytes);
  const read = (offset: number, length: number): Promise<Uint8Array> =>
    Promise.resolve(file.slice(offset, offset + length));
  const list = shape === undefined ? undefined : await makeChunkList(shape, read, hashNow);
  if (list === undefined) throw new Error('a file of no chunks');
  return list;
}

export async function want(file: Uint8Array, isVouchedFor = false): Promise<WantedContent> {
  const wanted = { name: 'file', sha256: sha256Hex(file), sizeBytes: file.length };
  return isVouchedFor ? { ...wanted, chunkListSha256: sha256Hex(await listOf(file)) } : wanted;
}

export interface MemoryDraft extends ContentDraft {
  readonly kept: Map<number, Uint8Array<ArrayBuffer>>;
  readonly writes: number[];
  /** All bytes, where all are here. */
  bytes(): Uint8Array | undefined;
}

export function createMemoryDraft(sizeBytes: number, partBytes = PART): MemoryDraft {
  const kept = new Map<number, Uint8Array<ArrayBuffer>>();
  const writes: number[] = [];
  let list: Uint8Array | undefined;
  const bytes = (): Uint8Array | undefined => {
    const all = new Uint8Array(sizeBytes);
    for (let part = 0; part * partBytes < sizeBytes; part++) {
      const each = kept.get(part);
      if (each?.length !== Math.min(partBytes, sizeBytes - part * partBytes)) return undefined;
      all.set(each, part * partBytes);
    }
    return all;
  };
  return {
    partBytes,
    kept,
    writes,
    bytes,
    parts: () => Promise.resolve([...kept.keys()]),
    read(offset, length) {
      const part = kept.get(Math.floor(offset / partBytes));
      const piece = part?.slice(offset % partBytes, (offset % partBytes) + length);
      return Promise.resolve(piece?.length === length ? piece : undefined);
    },
    write(part, content) {
      writes.push(part);
      kept.set(part, content.slice());
      return Promise.resolve(ok(undefined));
    },
    remove(part) {
      kept.delete(part);
      return Promise.resolve();
    },
    readChunkList: () => Promise.resolve(list),
    writeChunkList(given) {
      list = given;
      return Promise.resolve(ok(undefined));
    },
  };
}

export interface MemoryServer extends ContentServer {
  /** Ranges asked for. */
  readonly asked: (readonly [from: number, end: number])[];
  givenBytes: number;
}

export interface ServerFaults {
  readonly bytesPerSecond?: number;
  readonly fault?: 'no-ranges' | 'busy' | 'elsewhere';
  /** Breaks off after so many bytes of each answer. */
  readonly breakAfter?: number;
  readonly isSilent?: boolean;
  /** Goes on after the end of what was asked. */
  readonly isEndless?: boolean;
}

export function createMemoryServer(clock: VirtualClock, file: Uint8Array, faults: ServerFaults = {}): MemoryServer {
  const { bytesPerSecond = 1e6, fault, breakAfter = Infinity, isSilent = false, isEndless = false } = faults;
  let freeAtMs = 0;
  const server: MemoryServer = {
    name: 'server',
    asked: [],
    givenBytes: 0,
    open(from, end, signal) {
      server.asked.push([from, end]);
      if (fault !== undefined) return Promise.resolve(err(failure(fault, fault)));
      const give = async function* (): AsyncGenerator<Uint8Array> {
        if (isSilent) await new Promise(() => undefined);
        for (let offset = from; offset < (isEndless ? Infinity : end); offset += 300) {
          if (offset - from >= breakAfter) throw new Error('the connection broke');
          const piece = file.slice(offset, isEndless ? offset + 300 : Math.min(end, offset + 300));
          freeAtMs = Math.max(freeAtMs, clock.now()) + (300 * 1_000) / bytesPerSecond;
          await sleep(clock, freeAtMs - clock.now(), signal);
          server.givenBytes += piece.length;
          yield piece.length === 0 ? new Uint8Array(300) : piece;
        }
      };
      return Promise.resolve(ok(give()));
    },
  };
  return server;
}

export interface TestTab {
  readonly peer: PeerId;
  readonly rpc: Rpc;
  readonly exchange: ContentExchange;
  readonly misconduct: Misconduct[];
  /** What the local store has; `exchange.refresh()` after changes. */
  readonly files: Map<string, Uint8Array>;
  start(): Promise<void>;
  /** Leaves without a word. */
  kill(): void;
}

export interface TabOptions {
  readonly link?: Partial<Link>;
  readonly files?: readonly Uint8Array[];
  readonly limits?: ContentLimits;
}

export interface Laboratory {
  readonly clock: VirtualClock;
  /** A tab with an exchange. */
  tab(name: string, options?: TabOptions): Promise<TestTab>;
  /** One without: the test answers for it. */
  stranger(name: string, link?: Partial<Link>): Promise<{ readonly peer: PeerId; readonly rpc: Rpc }>;
  freeze(peer: PeerId): void;
  /** Lets time pass until the promise has settled, at most `limitMs`. */
  settle<T>(promise: Promise<T>, limitMs?: number): Promise<T>;
  fill(tab: TestTab, content: WantedContent, job?: Partial<ContentJob>): Filled;
}

export interface Filled {
  readonly draft: MemoryDraft;
  readonly result: Promise<Result<void, ContentError>>;
  readonly progress: number[];
}

export function openLaboratory(seed = 'content'): Laboratory {
  const clock = createVirtualClock(1_000_000);
  const random = createSeededRandom(seed);
  const swarms = createMemorySwarmNetwork({ clock, random, latencyMs: 5 });
  const calls = createMemoryRpcNetwork(clock);
  return {
    clock,
    async tab(name, { link, files = [], limits } = {}) {
      const peer = asPeerId(name);
      const swarm = swarms.join(peer);
      const rpc = calls.join(peer, link);
      const kept = new Map(files.map((file) => [sha256Hex(file), file]));
      const misconduct: Misconduct[] = [];
      const exchange = createContentExchange({
        swarm,
        rpc,
        clock,
        random,
        hash: hashNow,
        chunkBytes: CHUNK,
        ...(limits === undefined ? {} : { limits }),
        onMisconduct: (each) => misconduct.push(each),
        local: {
          offered: () =>
            Promise.resolve(
              [...kept].map(([digest, file]) => ({ sha256: digest, sizeBytes: file.length, name: 'file' })),
            ),
          read: (digest, offset, length) => Promise.resolve(kept.get(digest)?.slice(offset, offset + length)),
        },
      });
      const start = async (): Promise<void> => {
        await swarm.start();
        swarm.setAdvert({ ...advert, name });
        await clock.advance(50);
      };
      await start();
      return {
        peer,
        rpc,
        exchange,
        misconduct,
        files: kept,
        start,
        kill() {
          swarms.kill(peer);
          calls.kill(peer);
        },
      };
    },
    async stranger(name, link) {
      const peer = asPeerId(name);
      const swarm = swarms.join(peer);
      const rpc = calls.join(peer, link);
      await swarm.start();
      swarm.setAdvert({ ...advert, name });
      await clock.advance(50);
      return { peer, rpc };
    },
    freeze: calls.freeze,
    settle: (promise, limitMs) => settle(clock, promise, limitMs),
    fill(tab, content, job = {}) {
      const draft = createMemoryDraft(content.sizeBytes);
      const progress: number[] = [];
      const mine = job.draft ?? draft;
      const { fill } = tab.exchange.asFileSource();
      const result = fill({
        content,
        draft: mine,
        servers: [],
        onProgress: (bytes) => progress.push(bytes),
        verify: () => Promise.resolve(sha256Hex((mine as MemoryDraft).bytes() ?? new Uint8Array()) === content.sha256),
        signal: new AbortController().signal,
        ...job,
      });
      return { draft: mine as MemoryDraft, result, progress };
    },
  };
}

/** Lets time pass until the promise has settled. */
export async function settle<T>(clock: VirtualClock, promise: Promise<T>, limitMs = 600_000): Promise<T> {
  const state = { isSettled: false };
  const done = promise.finally(() => (state.isSettled = true));
  done.catch(() => undefined);
  const endMs = clock.now() + limitMs;
  while (!state.isSettled && clock.now() < endMs) await clock.advance(100);
  if (!state.isSettled) throw new Error(`still not settled after ${limitMs} ms`);
  return done;
}

const advert = {
  protocolVersion: 2,
  name: '',
  modelId: '',
  engine: '',
  contributing: false,
  prefillTokensPerSecond: 0,
  decodeTokensPerSecond: 0,
};
