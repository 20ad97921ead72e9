import { describe, expect, test } from 'vitest';
import { type SwarmPeer, type ContentExchange, type Rpc, type Swarm, createContentExchange, createRpc } from '#swarm';
import {
  type PeerId,
  type VirtualClock,
  asPeerId,
  createSeededRandom,
  createVirtualClock,
  sha256,
  sha256Hex,
} from '#vocabulary';
import { cidBytes } from '../../../src/swarm/content/cid.ts';
import { CHUNK_METHOD, HAVE_METHOD, LIST_METHOD } from '../../../src/swarm/content/constants.ts';
import { chunkMethod } from '../../../src/swarm/content/methods.ts';
import { createMemorySwarmNetwork } from '../../swarm-sim/swarm.memory.ts';
import { CHUNK, createMemoryDraft, hashNow, listOf, randomBytes, settle, want } from './content-bench.ts';
import * as v from 'valibot';

const file = randomBytes('real', 60 * CHUNK + 7);

interface Tab {
  readonly peer: PeerId;
  readonly rpc: Rpc;
  readonly exchange: ContentExchange;
}

/** Tabs whose calls are the real ones, over a network in memory; `seen` is how each sees all others. */
function openNetwork(): {
  clock: VirtualClock;
  tab(name: string, bytes?: Uint8Array, seen?: Partial<SwarmPeer>): Promise<Tab>;
} {
  const clock = createVirtualClock(1e6);
  const random = createSeededRandom('real');
  const network = createMemorySwarmNetwork({ clock, random, latencyMs: 5 });
  return {
    clock,
    async tab(name, bytes, seen = {}) {
      const base = network.join(asPeerId(name));
      const swarm: Swarm = {
        ...base,
        getState: () => ({ ...base.getState(), peers: base.getState().peers.map((peer) => ({ ...peer, ...seen })) }),
      };
      const rpc = createRpc({ swarm, clock });
      const exchange = createContentExchange({
        swarm,
        rpc,
        clock,
        random,
        hash: hashNow,
        chunkBytes: CHUNK,
        local: {
          offered: () =>
            Promise.resolve(bytes === undefined ? [] : [{ sha256: sha256Hex(bytes), sizeBytes: bytes.length }]),
          read: (_, offset, length) => Promise.resolve(bytes?.slice(offset, offset + length)),
        },
      });
      swarm.setAdvert({
        protocolVersion: 2,
        name,
        modelId: '',
        engine: '',
        contributing: false,
        prefillTokensPerSecond: 0,
        decodeTokensPerSecond: 0,
      });
      await swarm.start();
      await clock.advance(100);
      return { peer: swarm.self, rpc, exchange };
    },
  };
}

async function fetchFile({
  exchange,
}: Tab): Promise<{ draft: ReturnType<typeof createMemoryDraft>; result: Promise<unknown> }> {
  const draft = createMemoryDraft(file.length);
  const content = await want(file);
  const { fill } = exchange.asFileSource();
  const result = fill({
    content,
    draft,
    servers: [],
    onProgress: () => undefined,
    verify: () => Promise.resolve(sha256Hex(draft.bytes() ?? new Uint8Array()) === content.sha256),
    signal: new AbortController().signal,
  });
  return { draft, result };
}

describe('the exchange over real calls', () => {
  test('R55: a file comes whole, to several at once', async () => {
    const { clock, tab } = openNetwork();
    await tab('seeder', file);
    const fetched = await Promise.all([fetchFile(await tab('a')), fetchFile(await tab('b'))]);
    for (const { draft, result } of fetched) {
      expect(await settle(clock, result)).toEqual({ ok: true, value: undefined });
      expect(draft.bytes()).toEqual(file);
    }
  });

  test('R64: over the relay nothing is asked, nothing is offered, and nothing is given', async () => {
    const { clock, tab } = openNetwork();
    const seeder = await tab('seeder', file, { kind: 'relayed' });
    const taker = await tab('taker', undefined, { kind: 'relayed' });
    const { result } = await fetchFile(taker);
    expect(await settle(clock, result)).toMatchObject({ ok: false, error: { type: 'nobody' } });
    // One that believes itself connected directly and asks all the same.
    const bold = await tab('bold');
    const request = { cid: cidBytes(sha256Hex(file)), list: sha256(await listOf(file)), chunk: 0 };
    const read = bold.rpc.open(seeder.peer, chunkMethod, request, { deadlineMs: 5_000 });
    expect(await settle(clock, read.next())).toMatchObject({ ok: false, error: { type: 'slow-path' } });
    expect(seeder.exchange.getState().givenBytes).toBe(0);
  });

  test('R25: only peers that name the exchange among their features are asked', async () => {
    const { clock, tab } = openNetwork();
    await tab('seeder', file);
    for (const [features, outcome] of [
      [['rpc/1'], { ok: false, error: { type: 'nobody' } }],
      [['rpc/1', 'content/1'], { ok: true }],
    ] as const) {
      const { result } = await fetchFile(await tab(`taker of ${features.length}`, undefined, { features }));
      expect(await settle(clock, result)).toMatchObject(outcome);
    }
  });

  test('R68: requests of any other form are refused, and the next ones are served', async () => {
    const { clock, tab } = openNetwork();
    const seeder = await tab('seeder', file);
    const asker = await tab('asker');
    const anything = v.any();
    const cid = cidBytes(sha256Hex(file));
    for (const request of [null, 7, 'x', [], {}, { cid: 'x' }, { cid: cid.slice(1) }, { cid, more: 1 }]) {
      const unary = { kind: 'unary', name: HAVE_METHOD, request: anything, response: anything } as const;
      const asked = asker.rpc.call(seeder.peer, unary, request, { deadlineMs: 5_000 });
      expect(await settle(clock, asked)).toMatchObject({ ok: false, error: { type: 'bad-request' } });
      for (const name of [CHUNK_METHOD, LIST_METHOD]) {
        const stream = { kind: 'stream', name, request: anything, item: anything, isBulk: true } as const;
        const read = asker.rpc.open(seeder.peer, stream, request, { deadlineMs: 5_000 });
        expect(await settle(clock, read.next())).toMatchObject({ ok: false, error: { type: 'bad-request' } });
      }
    }
    const { draft, result } = await fetchFile(asker);
    expect(await settle(clock, result)).toEqual({ ok: true, value: undefined });
    expect(draft.bytes()).toEqual(file);
  });
});
