import { type Clock, type PeerId, type Random, type Result, err, failure, sleep } from '#vocabulary';
import type { Rpc } from '../rpc/rpc.ts';
import type { Swarm } from '../swarm.ts';
import { createAccounts } from './accounts.ts';
import { startAnnouncer } from './announcer.ts';
import { type HashBytes, shapeOf } from './chunk-list.ts';
import { cidText } from './cid.ts';
import { CHUNK_BYTES, LOOK_EVERY_MS, OFFER_EVERY_MS, STATE_EVERY_MS } from './constants.ts';
import type {
  ContentError,
  ContentExchange,
  ContentId,
  ContentJob,
  ContentLimits,
  ContentState,
  LocalContent,
  Misconduct,
  MisconductType,
} from './content.ts';
import { type Filling, startFilling } from './fill.ts';
import { createFinder } from './finder.ts';
import { createOfferedFiles } from './offered.ts';
import { createProviders } from './providers.ts';
import { serveContent } from './serving.ts';
import { createUploadQueue } from './upload-queue.ts';

export interface ContentExchangeOptions {
  readonly swarm: Swarm;
  readonly rpc: Rpc;
  readonly clock: Clock;
  readonly random: Random;
  readonly local: LocalContent;
  readonly hash: HashBytes;
  readonly limits?: ContentLimits;
  /** A peer broke the rules; it is not asked for anything any more. */
  readonly onMisconduct?: (misconduct: Misconduct) => void;
  /** Of tests that have no megabytes; tabs with other chunks than the protocol's understand nobody. */
  readonly chunkBytes?: number;
}

export const defaultContentLimits: ContentLimits = {
  isSharing: true,
  uploadBytesPerSecond: undefined,
  maxUploads: 4,
};

/** More are forgotten from the first on: a peer's id costs an attacker nothing, this tab's memory would. */
const MAX_CONDEMNED = 1_000;

export function createContentExchange(options: ContentExchangeOptions): ContentExchange {
  const { swarm, rpc, clock, random, local, hash, chunkBytes = CHUNK_BYTES } = options;
  let limits = options.limits ?? defaultContentLimits;
  const providers = createProviders(clock);
  const accounts = createAccounts(clock);
  const queue = createUploadQueue(clock, limits);
  const condemned = new Set<PeerId>();
  const fillings = new Map<string, { readonly content: ContentJob['content']; readonly filling: Filling }>();
  const closing = new AbortController();
  const listeners = new Set<() => void>();
  let cancelPublish: (() => void) | undefined;
  let isStale = true;
  let state: ContentState;

  const build = (): ContentState => ({
    limits,
    downloads: [...fillings.values()].map(({ content: { sha256, name, sizeBytes }, filling }) => ({
      cid: cidText(sha256),
      name,
      sizeBytes,
      ...filling.view(),
    })),
    uploads: accounts.uploads(),
    offered: limits.isSharing
      ? offered
          .all()
          .flatMap(({ sha256, name, sizeBytes, isWhole }) =>
            isWhole ? [{ cid: cidText(sha256), name, sizeBytes }] : [],
          )
      : [],
    traffic: accounts.traffic(),
    ...accounts.totals(),
  });

  /** Soon, and again while anything moves, as speeds change without events. */
  const change = (): void => {
    isStale = true;
    if (closing.signal.aborted) return;
    cancelPublish ??= clock.after(STATE_EVERY_MS, () => {
      cancelPublish = undefined;
      const { downloads, uploads } = getState();
      for (const listener of [...listeners]) listener();
      if (downloads.length + uploads.length > 0) change();
    });
  };

  const offered = createOfferedFiles({
    local,
    chunkBytes,
    hash,
    onChange() {
      announcer.noteChange();
      change();
    },
  });

  const announcer = startAnnouncer({
    swarm,
    clock,
    random,
    providers,
    offered: () => (limits.isSharing ? offered.all().map(({ sha256 }) => sha256) : []),
    onHeard: change,
  });

  const stopServing = serveContent({
    rpc,
    clock,
    hash,
    offered,
    queue,
    isSharing: () => limits.isSharing,
    onGiven(taker, file, bytes) {
      accounts.noteGiven(taker, file, bytes);
      change();
    },
    onUnreadable: () => void offered.refresh(),
  });

  const getState = (): ContentState => {
    if (isStale) state = build();
    isStale = false;
    return state;
  };
  state = build();

  const isCondemned = (peer: PeerId): boolean => condemned.has(peer);
  const condemn = (peer: PeerId, type: MisconductType, sha256: string): void => {
    if (condemned.has(peer)) return;
    condemned.add(peer);
    for (const oldest of condemned) {
      if (condemned.size <= MAX_CONDEMNED) break;
      condemned.delete(oldest);
    }
    providers.forget(peer);
    options.onMisconduct?.({ peer, type, cid: cidText(sha256) });
  };

  const fill = async (job: ContentJob): Promise<Result<void, ContentError>> => {
    const { content, draft } = job;
    const shape = shapeOf(content.sizeBytes, chunkBytes);
    if (shape === undefined || draft.partBytes % chunkBytes !== 0 || fillings.has(content.sha256))
      return err(failure('nobody', 'This file is not exchanged with other tabs.'));
    if (closing.signal.aborted) return err(failure('aborted', 'Files are not exchanged any more.'));
    const signal = AbortSignal.any([job.signal, closing.signal]);
    const filling = startFilling({ ...job, signal }, shape, {
      swarm,
      rpc,
      clock,
      random,
      hash,
      providers,
      offered,
      isCondemned,
      onMisconduct: (peer, type) => condemn(peer, type, content.sha256),
      onTaken(source, bytes) {
        if (source.peer === undefined) accounts.noteServer(bytes);
        else accounts.noteTaken(source.peer, bytes);
      },
      onChange: change,
    });
    fillings.set(content.sha256, { content, filling });
    change();
    try {
      const filled = await filling.done;
      if (filled.ok) void offered.refresh();
      return filled;
    } finally {
      fillings.delete(content.sha256);
      change();
    }
  };

  const whenOffered = async (content: ContentId, signal: AbortSignal): Promise<void> => {
    const shape = shapeOf(content.sizeBytes, chunkBytes);
    const ended = AbortSignal.any([signal, closing.signal]);
    if (shape === undefined) return ending(ended);
    const { sha256 } = content;
    const finder = createFinder({ swarm, rpc, clock, random, providers, isCondemned, sha256, shape, onAnswer: change });
    while (!ended.aborted) {
      await finder.look(ended);
      if (finder.found().length > 0) return;
      await sleep(clock, LOOK_EVERY_MS, ended);
    }
  };

  const stopListening = local.onChange?.(() => void offered.refresh());
  /** Other tabs of this browser bring and remove files too. */
  const lookAgain = async (): Promise<void> => {
    while (!closing.signal.aborted) {
      await offered.refresh();
      await sleep(clock, OFFER_EVERY_MS, closing.signal);
    }
  };
  void lookAgain();

  return {
    getState,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    setLimits(changed) {
      limits = changed;
      queue.setLimits(changed);
      announcer.noteChange();
      change();
    },
    refresh: offered.refresh,
    asFileSource: () => ({ name: 'other tabs', fill, whenOffered }),
    close() {
      closing.abort();
      stopListening?.();
      cancelPublish?.();
      announcer.close();
      stopServing();
      offered.close();
    },
  };
}

function ending(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
