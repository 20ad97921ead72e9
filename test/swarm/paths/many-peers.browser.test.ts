import { expect, inject, test } from 'vitest';
import type { PeerId } from '#vocabulary';
import { abortConnection } from '../../../src/swarm/transport/abort.libp2p.ts';
import { createConnectionBudget } from '../../../src/swarm/paths/connection-budget.ts';
import { relayMultiaddr, relayOfPage } from '../../../src/swarm/joining/relay-address.ts';
import type { BareTab } from './bare-tab.ts';
import { watchLeftovers } from './leftovers.ts';

const DIALS = 200;
/** As a newcomer dials (`dialler.ts`). */
const AT_ONCE = 4;
const leftovers = watchLeftovers();
// The library keeps the constructor that it finds when it is loaded.
const { openBareTab, until } = await import('./bare-tab.ts');

test('R88, R91: 200 peers come and go: dials work at the first attempt, and nothing is left behind', async () => {
  const { url, peerId } = inject('relay');
  const relay = relayMultiaddr(relayOfPage(new URL(url), peerId));
  const budget = createConnectionBudget(() => undefined);
  const caller = await openBareTab(relay, budget);
  const others = await Promise.all(Array.from({ length: AT_ONCE }, () => openBareTab(relay, budget)));
  const before = leftovers();
  const between = (tab: BareTab, other: PeerId) =>
    tab.node.libp2p.getConnections().filter(({ remotePeer }) => remotePeer.toString() === other);
  const failures: string[] = [];

  const comeAndGo = async (other: BareTab): Promise<void> => {
    const outcome = await caller.links.dial(relay, other.self, 'direct', 20_000, new AbortController().signal);
    if (!outcome.ok) failures.push(`${outcome.error.type}: ${outcome.error.message}`);
    else {
      const channel = caller.channels.get(other.self);
      expect(channel).toMatchObject({ kind: 'direct', path: { protocol: 'udp' } });
      await until('the other side has it too', 5_000, () => other.channels.has(caller.self));
      channel?.abort('enough');
    }
    await until('the other side has lost it', 10_000, () => !other.channels.has(caller.self));
    // The next one is to find nothing of this one, as if it were another peer.
    for (const connection of between(caller, other.self)) abortConnection(connection, 'the next peer is another');
    const count = () => between(caller, other.self).length + between(other, caller.self).length;
    await until('all is gone', 10_000, () => count() === 0);
  };
  for (let count = 0; count < DIALS; count += AT_ONCE) await Promise.all(others.map(comeAndGo));

  expect(failures.slice(DIALS / 100)).toEqual([]);
  // Two a dial, one at each end; more would be second tries inside.
  expect(budget.state().made).toBeLessThanOrEqual(2 * (DIALS + DIALS / 100));
  await until('the last is closed', 15_000, () => budget.state().open === 0);
  const after = leftovers();
  expect(after.peerConnections).toBe(before.peerConnections);
  expect(after.dataChannels).toBe(before.dataChannels);
  // An object that gained one listener a peer would have two hundred.
  expect(after.mostListeners).toBeLessThan(before.mostListeners + DIALS / 8);
  // What is closed is garbage: nothing holds it, and measuring memory makes the browser collect.
  const { measureUserAgentSpecificMemory: measure } = performance as Performance & {
    measureUserAgentSpecificMemory?: () => Promise<unknown>;
  };
  await measure?.call(performance);
  await until('closed connections are collected', 30_000, () => budget.state().existing < DIALS / 4);

  for (const { node } of [caller, ...others]) await node.libp2p.stop();
});
