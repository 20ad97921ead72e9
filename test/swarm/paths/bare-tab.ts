import { generateKeyPair, privateKeyToProtobuf } from '@libp2p/crypto/keys';
import { type PeerId, asPeerId, systemClock } from '#vocabulary';
import type { Channel } from '../../../src/swarm/session/channel.ts';
import { type Links, openLinks } from '../../../src/swarm/transport/links.libp2p.ts';
import { type TabNode, createTabNode } from '../../../src/swarm/transport/node.libp2p.ts';
import { type ConnectionBudget } from '../../../src/swarm/paths/connection-budget.ts';
import { createRelayAccess } from '../../../src/swarm/joining/relay.libp2p.ts';

/** One tab without sessions: its connections are opened and closed by the test. */
export interface BareTab {
  readonly node: TabNode;
  readonly self: PeerId;
  readonly links: Links;
  readonly channels: ReadonlyMap<PeerId, Channel>;
}

/** A tab with a place at the relay. */
export async function openBareTab(relay: string, budget: ConnectionBudget): Promise<BareTab> {
  const privateKey = privateKeyToProtobuf(await generateKeyPair('Ed25519'));
  const node = await createTabNode({ privateKey, clock: systemClock, iceServers: () => [], budget });
  const self = asPeerId(node.libp2p.peerId.toString());
  const channels = new Map<PeerId, Channel>();
  const links = await openLinks(self, node, systemClock, (channel) => {
    channels.set(channel.peer, channel);
    channel.listen({
      onActivity: () => undefined,
      onFrame: () => undefined,
      onPathChange: () => undefined,
      onClose: () => channels.delete(channel.peer),
    });
  });
  const access = createRelayAccess(node);
  const { signal } = new AbortController();
  const reached = await access.reach(relay, signal);
  const reserved = reached.ok ? await access.reserve(relay, signal) : reached;
  if (!reserved.ok) throw new Error(reserved.error.message);
  return { node, self, links, channels };
}

export async function until(what: string, limitMs: number, holds: () => boolean): Promise<void> {
  for (const startedAtMs = performance.now(); !holds();) {
    if (performance.now() - startedAtMs > limitMs) throw new Error(`never: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
