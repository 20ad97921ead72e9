import { createLibp2p } from 'libp2p';
import { gossipsub } from '@libp2p/gossipsub';
import { identify } from '@libp2p/identify';
import { noise } from '@libp2p/noise';
import { lpStream } from '@libp2p/utils';
import { webSockets } from '@libp2p/websockets';
import { yamux } from '@libp2p/yamux';
import { multiaddr } from '@multiformats/multiaddr';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { FEDERATION_TOPIC, encodeFederation } from '../../../relay/federation/federation-wire.ts';
import { asPeerId } from '#vocabulary';
import { type RelayStage, type StagedRelay, createRelayStage, enterRoom } from '../relay-stage.ts';

let stage: RelayStage;
beforeEach(async () => {
  stage = await createRelayStage();
});
afterEach(() => stage.close());

/** Starts relays that all know each other and waits until they do. */
async function startAll(relays: readonly StagedRelay[]): Promise<void> {
  const otherRelays = (own: StagedRelay): string[] => relays.filter((one) => one !== own).map(({ address }) => address);
  await Promise.all(relays.map((relay) => relay.start({ otherRelays: otherRelays(relay) })));
  for (const relay of relays) await meet(relay, relays.length - 1);
}
const meet = (relay: StagedRelay, others: number): Promise<void> =>
  vi.waitFor(() => expect(relay.node().stats().otherRelays).toBe(others), { timeout: 15_000, interval: 50 });

describe('several relays are one swarm', () => {
  test('R12, R15: a tab on one finds a tab on another, with the address to dial, and reaches it there', async () => {
    const [a, b] = (await stage.relays(2)) as [StagedRelay, StagedRelay];
    await startAll([a, b]);
    const [anna, berta] = [await stage.tab(a.address), await stage.tab(b.address)];
    await berta.handle('/echo', (stream) => void stream.addEventListener('message', ({ data }) => stream.send(data)), {
      runOnLimitedConnection: true,
    });
    const first = await enterRoom(anna, a.address);
    expect(await first.next('members')).toEqual({ t: 'members', members: [], total: 0 });
    await vi.waitFor(() => expect(b.node().stats().registrationsElsewhere).toBe(1));
    const second = await enterRoom(berta, b.address);
    const far = { peer: berta.peerId.toString(), relay: b.address };
    expect(await first.next('joined')).toEqual({ t: 'joined', member: far });
    expect(await second.next('members')).toEqual({
      t: 'members',
      members: [{ peer: anna.peerId.toString(), relay: a.address }],
      total: 1,
    });

    const stream = lpStream(
      await anna.dialProtocol(multiaddr(`${far.relay}/p2p-circuit/p2p/${far.peer}`), '/echo', {
        runOnLimitedConnection: true,
      }),
    );
    await stream.write(new Uint8Array([1, 2, 3]));
    expect((await stream.read()).subarray()).toEqual(new Uint8Array([1, 2, 3]));

    await berta.stop();
    expect(await first.next('left')).toEqual({ t: 'left', peer: far.peer });
    expect(await a.node().metrics()).toMatch(/federation_messages_total\{direction="received",kind="change"\} [1-9]/);
  });

  test('R15: two tabs that come to two relays at the same moment hear of each other', async () => {
    const [a, b] = (await stage.relays(2)) as [StagedRelay, StagedRelay];
    await startAll([a, b]);
    const tabs = [await stage.tab(a.address), await stage.tab(b.address)] as const;
    const stays = await Promise.all([enterRoom(tabs[0], a.address), enterRoom(tabs[1], b.address)]);
    for (const [index, stay] of stays.entries()) {
      const other = tabs[1 - index]?.peerId.toString();
      await vi.waitFor(() => {
        const named = stay.heard.flatMap((notice) =>
          notice.t === 'members' ? notice.members : notice.t === 'joined' ? [notice.member] : [],
        );
        expect(named.map(({ peer }) => String(peer))).toContain(other);
      });
    }
  });

  test('R15, R16: three relays; one comes late, one is stopped, one starts anew', async () => {
    const [a, b, c] = (await stage.relays(3)) as [StagedRelay, StagedRelay, StagedRelay];
    await a.start({ otherRelays: [b.address, c.address] });
    await b.start({ otherRelays: [a.address, c.address] });
    await meet(a, 1);
    const stayA = await enterRoom(await stage.tab(a.address), a.address);
    await stayA.next('members');
    const tabB = await stage.tab(b.address);
    await (await enterRoom(tabB, b.address)).next('members');
    await stayA.next('joined');

    await c.start({ otherRelays: [a.address, b.address] });
    await meet(c, 2);
    await vi.waitFor(() => expect(c.node().stats().registrationsElsewhere).toBe(2), { timeout: 10_000 });
    const stayC = await enterRoom(await stage.tab(c.address), c.address);
    expect(await stayC.next('members')).toMatchObject({ total: 2 });
    await stayA.next('joined');
    expect([...c.node().relays()].sort()).toEqual([a.address, b.address, c.address].sort());
    expect([...c.node().origins()].sort()).toEqual([a, b, c].map(({ port }) => `http://127.0.0.1:${port}`).sort());

    const began = performance.now();
    await b.stop();
    expect(await stayA.next('left', 3000)).toEqual({ t: 'left', peer: tabB.peerId.toString() });
    expect(await stayC.next('left', 3000)).toEqual({ t: 'left', peer: tabB.peerId.toString() });
    expect(performance.now() - began).toBeLessThan(3000);
    await b.start({ otherRelays: [a.address, c.address] });
    await meet(b, 2);
    await vi.waitFor(() => expect(b.node().stats().registrationsElsewhere).toBe(2), { timeout: 10_000 });
  });

  test('R17: a stranger that speaks pubsub hears nothing and is not heard', async () => {
    const [a, b] = (await stage.relays(2)) as [StagedRelay, StagedRelay];
    await startAll([a, b]);
    const stranger = await createLibp2p({
      transports: [webSockets()],
      connectionEncrypters: [noise()],
      streamMuxers: [yamux()],
      services: {
        identify: identify(),
        pubsub: gossipsub({ allowPublishToZeroTopicPeers: true, floodPublish: true, fallbackToFloodsub: false }),
      },
    });
    const overheard: unknown[] = [];
    stranger.services.pubsub.addEventListener('message', (event) => overheard.push(event));
    stranger.services.pubsub.subscribe(FEDERATION_TOPIC);
    try {
      await stranger.dial(multiaddr(a.address));
      const stay = await enterRoom(await stage.tab(a.address), a.address);
      await stay.next('members');
      const id = stranger.peerId.toString();
      const lie = encodeFederation({
        t: 'change',
        epoch: Date.now(),
        number: 1,
        address: `/dns/evil.example/tcp/443/tls/ws/p2p/${id}`,
        joined: [{ room: 'public', peers: [asPeerId(id)] }],
        left: [],
      });
      for (let turn = 0; turn < 6; turn++) {
        await stranger.services.pubsub.publish(FEDERATION_TOPIC, lie);
        await new Promise((resolve) => setTimeout(resolve, 500));
      }
      expect(overheard).toEqual([]);
      expect(a.node().stats().otherRelays).toBe(1);
      expect(stay.heard.some(({ t }) => t === 'joined')).toBe(false);
    } finally {
      await stranger.stop();
    }
  });

  test('R17: a relay that names others must say where it is reached', async () => {
    const [a, b] = (await stage.relays(2)) as [StagedRelay, StagedRelay];
    const { createRelayNode } = await import('../../../relay/relay-node.ts');
    await expect(createRelayNode({ log: () => undefined, otherRelays: [b.address] })).rejects.toThrow(
      '--public-address',
    );
    await expect(a.start({ publicAddress: b.address })).rejects.toThrow('names another relay');
  });
});
