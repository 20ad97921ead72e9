import { type Clock, type PeerId, type Random, type Result, err, failure, hexToBytes, ok, sleep } from '#vocabulary';
import type { Rpc } from '../rpc/rpc.ts';
import type { Swarm } from '../swarm.ts';
import { checkDraft, createAssembly } from './assembly.ts';
import type { ChunkSource } from './chunk-source.ts';
import {
  type ChunkList,
  type ChunkShape,
  DIGEST_BYTES,
  type HashBytes,
  isListOf,
  nameOfList,
  onlyList,
} from './chunk-list.ts';
import { cidBytes } from './cid.ts';
import { collectBytes } from './collect.ts';
import {
  AGREE_WAIT_MS,
  FIND_WAIT_MS,
  HAVE_DEADLINE_MS,
  HEAD_START_MS,
  LIST_DEADLINE_MS,
  LIST_SOURCES,
  LOOK_EVERY_MS,
  SOON_MS,
  SPARE_LOOK_MS,
} from './constants.ts';
import type { ContentError, ContentJob, DownloadView, MisconductType } from './content.ts';
import { type Download, type DownloadEnd, startDownload } from './download.ts';
import { type Finder, createFinder } from './finder.ts';
import { chooseList } from './list-choice.ts';
import { listMethod } from './methods.ts';
import type { OfferedFiles } from './offered.ts';
import { createPeerSource, peerKey } from './peer-source.ts';
import type { Providers } from './providers.ts';
import { createServerSource } from './server-source.ts';

export interface FillParts {
  readonly swarm: Swarm;
  readonly rpc: Rpc;
  readonly clock: Clock;
  readonly random: Random;
  readonly hash: HashBytes;
  readonly providers: Providers;
  readonly offered: OfferedFiles;
  readonly isCondemned: (peer: PeerId) => boolean;
  readonly onMisconduct: (peer: PeerId, type: MisconductType) => void;
  readonly onTaken: (source: ChunkSource, bytes: number) => void;
  readonly onChange: () => void;
}

/** One file being filled, for the page. */
export interface Filling {
  view(): Omit<DownloadView, 'cid' | 'name' | 'sizeBytes'>;
  readonly done: Promise<Result<void, ContentError>>;
}

interface KnownList {
  readonly list: ChunkList;
  readonly name: string;
}

/** Fills a draft by one chunk list after the other, until the whole is the file that is wanted. */
export function startFilling(job: ContentJob, shape: ChunkShape, parts: FillParts): Filling {
  const { rpc, clock, random, hash, onChange } = parts;
  const { content, draft, servers, signal } = job;
  const { sha256, chunkListSha256: trusted } = content;
  /** Lists that led to a wrong file, or to other bytes than a server has. */
  const excluded = new Set<string>();
  let phase: DownloadView['phase'] = 'finding';
  let download: Download | undefined;
  let wake = (): void => undefined;

  const finder: Finder = createFinder({
    ...parts,
    sha256,
    shape,
    onAnswer() {
      wake();
      onChange();
    },
  });

  const setPhase = (next: DownloadView['phase']): void => {
    phase = next;
    onChange();
  };

  /** Waits for the next answer of a peer, at most so long. */
  const nextAnswer = async (forMs: number): Promise<void> => {
    const answered = new AbortController();
    wake = () => answered.abort();
    await sleep(clock, forMs, AbortSignal.any([signal, answered.signal]));
    wake = () => undefined;
  };

  /** A list that needs no peer to say what it is. */
  const knownList = async (): Promise<KnownList | undefined> => {
    const only = onlyList(sha256, shape);
    const list = only ?? (await draft.readChunkList());
    if (list === undefined || !isListOf(list, shape)) return undefined;
    const known = { list: Uint8Array.from(list), name: await nameOfList(Uint8Array.from(list), hash) };
    const isAllowed = only !== undefined || trusted === undefined || trusted === known.name;
    return isAllowed && !excluded.has(known.name) ? known : undefined;
  };

  const fetchListFrom = async (peer: PeerId, name: string, over: AbortSignal): Promise<KnownList | undefined> => {
    const options = { deadlineMs: LIST_DEADLINE_MS, signal: over };
    const items = rpc.open(peer, listMethod, { cid: cidBytes(sha256), list: hexToBytes(name) }, options);
    const list = await collectBytes(items, shape.count * DIGEST_BYTES, () => undefined, over);
    if (over.aborted) return undefined;
    if (list instanceof Uint8Array && (await nameOfList(list, hash)) === name) return { list, name };
    if (list instanceof Uint8Array || list.type === 'bad') parts.onMisconduct(peer, 'nonsense');
    finder.leave(peer);
    return undefined;
  };

  /** From a few at once, as one of them may be slow; the first that comes is taken. */
  const fetchList = async (name: string): Promise<KnownList | undefined> => {
    for (;;) {
      const claimants = finder.found().filter(({ listName }) => listName === name);
      if (claimants.length === 0 || signal.aborted) return undefined;
      const over = new AbortController();
      const ended = AbortSignal.any([signal, over.signal]);
      const tries = claimants.slice(0, LIST_SOURCES).map(async ({ peer }) => {
        const known = await fetchListFrom(peer, name, ended);
        if (known === undefined) throw new Error('not from there');
        return known;
      });
      const known = await Promise.any(tries).catch(() => undefined);
      over.abort();
      if (known !== undefined) return known;
    }
  };

  /** The list that most claim; waits a moment for others to answer, as nobody vouches for one. */
  const findList = async (): Promise<KnownList | undefined> => {
    const known = await knownList();
    const search = startSearch();
    const choose = (): string | undefined => chooseList(finder.found(), { trusted: trusted ?? known?.name, excluded });
    try {
      const patienceMs = servers.length > 0 ? FIND_WAIT_MS : HAVE_DEADLINE_MS;
      await search.until(() => choose() !== undefined, patienceMs);
      // What an earlier visit went by is kept while anybody can go on by it.
      if (known !== undefined && (choose() !== undefined || (servers.length > 0 && (await draft.parts()).length > 0)))
        return known;
      if (trusted === undefined && choose() !== undefined) await search.until(() => false, AGREE_WAIT_MS);
      const name = chooseList(finder.found(), { trusted, excluded });
      return name === undefined || signal.aborted ? undefined : await fetchList(name);
    } finally {
      search.stop();
    }
  };

  /** Asks around once. `until` resolves when `isEnough` says so, all have answered, or time is over. */
  const startSearch = (): { until(isEnough: () => boolean, forMs: number): Promise<void>; stop(): void } => {
    const over = new AbortController();
    const look = async (): Promise<void> => {
      if (finder.hasCandidates()) await finder.look(AbortSignal.any([signal, over.signal]));
      over.abort();
      wake();
    };
    void look();
    return {
      async until(isEnough, forMs) {
        const endMs = clock.now() + forMs;
        while (!over.signal.aborted && !signal.aborted && !isEnough() && clock.now() < endMs)
          await nextAnswer(endMs - clock.now());
      },
      stop: () => over.abort(),
    };
  };

  /** Brings the sources of a download up to date until it ends. */
  const keepSources = async ({ name }: KnownList, running: Download, over: AbortSignal): Promise<void> => {
    const listName = hexToBytes(name);
    const present = new Set<PeerId>();
    const update = (): void => {
      const found = finder.found().filter((have) => have.listName === name);
      const now = new Set(found.map(({ peer }) => peer));
      for (const peer of present)
        if (!now.has(peer)) {
          present.delete(peer);
          running.removeSource(peerKey(peer), 'it is gone');
        }
      for (const { peer, has } of found) {
        present.add(peer);
        running.setSource(createPeerSource({ rpc, peer, sha256, listName, shape }), has);
      }
    };
    update();
    while (!over.aborted) {
      await finder.look(over);
      if (over.aborted) return;
      update();
      await sleep(clock, LOOK_EVERY_MS, over);
    }
  };

  /** Asks servers too, as soon as peers alone are not enough. */
  const joinServers = async (running: Download, listName: string, over: AbortSignal): Promise<void> => {
    const begunMs = clock.now();
    const arePeersEnough = (): boolean => {
      const isWholeHere = finder.found().some((have) => have.isWhole && have.listName === listName);
      if (!isWholeHere || !running.sources().some(({ status }) => status === 'active')) return false;
      if (clock.now() - begunMs < HEAD_START_MS) return true;
      const leftBytes = content.sizeBytes - running.receivedBytes();
      return leftBytes <= running.bytesPerSecond() * (SOON_MS / 1_000);
    };
    while (arePeersEnough() && !over.aborted) await sleep(clock, SPARE_LOOK_MS, over);
    if (over.aborted) return;
    for (const server of servers) running.setSource(createServerSource(server, shape), () => true);
  };

  /** True when a server has other bytes than the list says, and nobody vouches for the list. */
  const run = async (known: KnownList): Promise<DownloadEnd | 'disputed'> => {
    const kept = await draft.writeChunkList(known.list);
    if (!kept.ok) return { type: 'storage', error: kept.error };
    const isVouchedFor = known.name === trusted || shape.count === 1;
    const over = new AbortController();
    const ended = AbortSignal.any([signal, over.signal]);
    let isDisputed = false;
    const here = await checkDraft({ shape, draft }, known.list, hash, signal);
    const assembly = createAssembly({ shape, draft });
    const running = startDownload({
      shape,
      list: known.list,
      chunksPerPart: draft.partBytes / shape.chunkBytes,
      assembly,
      here,
      hash,
      clock,
      random,
      signal: ended,
      onChunk(source, bytes) {
        parts.onTaken(source, bytes);
        job.onProgress(running.receivedBytes());
        onChange();
      },
      onBad(source, type) {
        if (source.peer !== undefined) parts.onMisconduct(source.peer, type);
        else if (!isVouchedFor) {
          isDisputed = true;
          over.abort();
        }
      },
      onDropped({ peer }) {
        if (peer !== undefined) finder.leave(peer);
        onChange();
      },
    });
    download = running;
    setPhase('fetching');
    if (here.length > 0) job.onProgress(running.receivedBytes());
    const withdraw = parts.offered.add({
      ...content,
      shape,
      list: known.list,
      listName: known.name,
      isWhole: false,
      has: running.hasChunk,
      read: assembly.read,
    });
    const sources = keepSources(known, running, ended);
    const joining = joinServers(running, known.name, ended);
    const end = await running.end;
    over.abort();
    await Promise.all([sources, joining]);
    withdraw();
    return isDisputed ? 'disputed' : end;
  };

  const removeParts = async (): Promise<void> => {
    for (const part of await draft.parts()) await draft.remove(part);
  };

  /** The list led to another file: whoever said that it had the whole by it has lied. */
  const condemn = async ({ name }: KnownList): Promise<void> => {
    excluded.add(name);
    for (const { peer, listName, isWhole } of finder.found())
      if (listName === name && isWhole) parts.onMisconduct(peer, 'lying-list');
    await removeParts();
  };

  const fill = async (): Promise<Result<void, ContentError>> => {
    for (;;) {
      setPhase('finding');
      const known = await findList();
      if (signal.aborted) return err(aborted);
      if (known === undefined) return err(excluded.size === 0 ? nobody : wrong);
      const end = await run(known);
      if (end === 'disputed') {
        excluded.add(known.name);
        await removeParts();
        continue;
      }
      if (end.type === 'stopped') return err(aborted);
      if (end.type === 'storage') return err(failure('storage', end.error.message, end.error.remedy));
      if (end.type === 'exhausted') return err(incomplete);
      setPhase('verifying');
      if (await job.verify()) {
        parts.offered.rememberList(sha256, known.list);
        return ok(undefined);
      }
      if (signal.aborted) return err(aborted);
      await condemn(known);
      if (known.name === trusted) return err(wrong);
    }
  };

  return {
    view: () => ({
      phase,
      receivedBytes: download?.receivedBytes() ?? 0,
      bytesPerSecond: download?.bytesPerSecond() ?? 0,
      sources: download?.sources() ?? [],
    }),
    done: fill(),
  };
}

const aborted: ContentError = failure('aborted', 'Getting the file was stopped.');
const nobody: ContentError = failure('nobody', 'No other tab offers this file.');
const incomplete: ContentError = failure(
  'incomplete',
  'Other tabs and servers together could not give all of the file.',
);
const wrong: ContentError = failure('wrong', 'What other tabs offer is not the file.');
