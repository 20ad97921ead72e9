import { expect, inject, test } from 'vitest';
import { createConnectionBudget } from '../../../src/swarm/paths/connection-budget.ts';
import { relayMultiaddr, relayOfPage } from '../../../src/swarm/joining/relay-address.ts';
import { openBareTab, until } from './bare-tab.ts';

const LIMIT_MS = 20_000;

/** Two tabs of which the first is about to dial the second; `onInit` gets the dial's first channel as it is made. */
async function setUp(onInit: (connection: RTCPeerConnection, channel: RTCDataChannel) => void) {
  const { url, peerId } = inject('relay');
  const relay = relayMultiaddr(relayOfPage(new URL(url), peerId));
  const budget = createConnectionBudget(() => undefined);
  const [caller, called] = [await openBareTab(relay, budget), await openBareTab(relay, budget)];
  const { prototype } = RTCPeerConnection;
  const { createDataChannel } = prototype;
  let isFirst = true;
  // Stays in place: the product puts its own in front of what it finds.
  prototype.createDataChannel = function (label, options) {
    const channel = createDataChannel.call(this, label, options);
    if (label === 'init' && isFirst) {
      isFirst = false;
      onInit(this, channel);
    }
    return channel;
  };
  return {
    budget,
    dial: () => caller.links.dial(relay, called.self, 'direct', LIMIT_MS, new AbortController().signal),
    async close() {
      for (const { node } of [caller, called]) await node.libp2p.stop();
    },
  };
}

test('R88: a connection whose first channel does not open is made once more, and the first one goes', async () => {
  const { budget, dial, close } = await setUp((_connection, channel) => {
    // As when it has been closed before the library looks: it is not open, and no event comes any more.
    Object.defineProperty(channel, 'readyState', { value: 'closed' });
    channel.addEventListener('open', (event) => event.stopImmediatePropagation());
  });
  const startedAtMs = performance.now();
  const outcome = await dial();
  expect(outcome).toEqual({ ok: true, value: undefined });
  expect(performance.now() - startedAtMs).toBeGreaterThan(2_000);
  expect(performance.now() - startedAtMs).toBeLessThan(LIMIT_MS / 2);
  expect(budget.state().made).toBe(4);
  await until('only the second one is left', 20_000, () => budget.state().open === 2);
  await close();
});

test('R88: an attempt whose networks were tried in vain ends at once, with what it has shown', async () => {
  const { budget, dial, close } = await setUp((connection) => {
    // No network here forbids anything, so the browser's verdict is put into its mouth.
    connection.addEventListener('icecandidate', () => {
      Object.defineProperty(connection, 'connectionState', { value: 'failed' });
      connection.dispatchEvent(new Event('connectionstatechange'));
    });
  });
  const startedAtMs = performance.now();
  const outcome = await dial();
  expect(performance.now() - startedAtMs).toBeLessThan(LIMIT_MS / 4);
  expect(outcome).toMatchObject({ ok: false, error: { remedy: expect.any(String) } });
  if (!outcome.ok) expect(['no-answer', 'no-servers']).toContain(outcome.error.type);
  await until('nothing is left of it', 10_000, () => budget.state().open === 0);
  await close();
});
