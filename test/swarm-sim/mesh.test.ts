import { describe, expect, test } from 'vitest';
import { createSeededRandom } from '#vocabulary';
import { MAX_OVER, OVERLAY_LIMITS } from '../../src/swarm/overlay/constants.ts';
import { createDeliveryLog, measureDelivery } from './mesh/delivery.ts';
import { announceOnly, assault, createLiar, dropBroadcasts, flood } from './mesh/hostile-tabs.ts';
import { churn, populate, run, vanishShare } from './mesh/life.ts';
import { degrees, graphOf, hostileShares, largestComponent, mean, pathLengths } from './mesh/mesh-measures.ts';
import { type MeshNetworkOptions, type Tab, createMeshNetwork } from './mesh/mesh-network.ts';

const setUp = (seed: string, options: Partial<MeshNetworkOptions> = {}) => {
  const random = createSeededRandom(seed);
  const log = createDeliveryLog();
  const network = createMeshNetwork({ random, limits: OVERLAY_LIMITS, onDeliver: log.onDeliver, ...options });
  const graph = () => graphOf(network.alive());
  return { random, log, network, graph };
};
const otherEnd = ({ ends }: { readonly ends: readonly [Tab, Tab] }, tab: Tab): Tab['id'] =>
  (ends[0] === tab ? ends[1] : ends[0]).id;
const third = (index: number): boolean => index % 3 === 0;

describe('a mesh of tabs', { timeout: 120_000 }, () => {
  test('16 tabs are all neighbours of each other, 17 are not, 16 are again', () => {
    const { network, graph } = setUp('small');
    populate(network, 16, 4_000);
    run(network, 20_000);
    expect(degrees(graph())).toEqual(Array.from({ length: 16 }, () => 15));
    const last = network.join();
    run(network, 10 * 60_000);
    expect(degrees(graph()).at(-1)).toBeLessThan(16);
    expect(largestComponent(graph())).toBe(1);
    network.vanish(last);
    run(network, 60_000);
    expect(degrees(graph())).toEqual(Array.from({ length: 16 }, () => 15));
  });

  test('a room that grows slowly from two tabs to 80 does not leave its first ones among themselves', () => {
    const { network, graph, log, random } = setUp('slow');
    populate(network, 80, 30 * 60_000);
    run(network, 10 * 60_000);
    expect(largestComponent(graph())).toBe(1);
    expect(pathLengths(graph(), random, 5).longest).toBeLessThanOrEqual(5);
    expect(measureDelivery(network, log, random, { count: 3 }).ratio).toBe(1);
  });

  test('two halves that know nothing of each other become one, though nobody comes or goes', () => {
    const { network, graph } = setUp('halves');
    populate(network, 40, 5_000);
    run(network, 60_000);
    // Cut all that joins even and odd tabs, and let each half find neighbours of its own while there is no relay.
    network.setRelay(false);
    for (const tab of network.alive())
      for (const wire of [...tab.wires.values()]) {
        if ((wire.ends[0].index + wire.ends[1].index) % 2 === 0) continue;
        const peer = otherEnd(wire, tab);
        network.perform(tab, { type: 'close', peer });
        network.feed(tab, { type: 'gone', peer, comesBack: false, nowMs: network.queue.nowMs() });
      }
    run(network, 10_000);
    expect(largestComponent(graph())).toBeLessThanOrEqual(0.5);
    network.setRelay(true);
    run(network, 45 * 60_000);
    expect(largestComponent(graph())).toBe(1);
  });

  test('500 tabs hang together with few links, and every broadcast reaches every tab nearly once', () => {
    const { network, graph, log, random } = setUp('honest');
    populate(network, 500, 40_000);
    run(network, 60_000);
    const links = degrees(graph());
    expect(largestComponent(graph())).toBe(1);
    expect(links[0]).toBeGreaterThanOrEqual(OVERLAY_LIMITS.degreeMin);
    expect(links.at(-1)).toBeLessThanOrEqual(OVERLAY_LIMITS.degreeMax + MAX_OVER);
    expect(pathLengths(graph(), random, 5).longest).toBeLessThanOrEqual(8);
    measureDelivery(network, log, random, { count: 2 });
    const spread = measureDelivery(network, log, random, { count: 5 });
    expect(spread.ratio).toBe(1);
    expect(spread.sentPerDelivered).toBeLessThan(1.1);
    expect(spread.lastMs.p99).toBeLessThan(3_000);

    // Three in ten vanish at once.
    vanishShare(network, random, 0.3);
    run(network, 30_000);
    expect(largestComponent(graph())).toBe(1);
    expect(degrees(graph())[0]).toBeGreaterThanOrEqual(OVERLAY_LIMITS.degreeMin - 1);
    const healed = measureDelivery(network, log, random, { count: 5 });
    expect(healed.ratio).toBe(1);
    expect(healed.sentPerDelivered).toBeLessThan(1.5);
    expect(mean(network.tabs.map(({ opened }) => opened))).toBeLessThan(30);
  });

  test('with tabs coming and going, and the relay away for two minutes, all hang together', () => {
    const { network, log, random } = setUp('churn');
    populate(network, 200, 20_000);
    const untilMs = network.queue.nowMs() + 9 * 60_000;
    churn(network, random, 15 * 60_000, untilMs, 200);
    run(network, 3 * 60_000);
    const spread = measureDelivery(network, log, random, { count: 10 });
    expect(spread.ratio).toBeGreaterThan(0.999);
    network.setRelay(false);
    run(network, 2 * 60_000);
    const before = network.alive().filter(({ state }) => state.view.links.size > 0);
    expect(largestComponent(graphOf(before))).toBeGreaterThan(0.98);
    network.setRelay(true);
    run(network, 60_000);
    // Without those that are just coming in.
    const settledMs = network.queue.nowMs() - 15_000;
    const settled = network.alive().filter(({ aliveSinceMs }) => aliveSinceMs < settledMs);
    expect(largestComponent(graphOf(settled))).toBe(1);
  });

  test('a fifth of the frames comes up to 3 s late: everything still arrives', () => {
    const { network, graph, log, random } = setUp('late', { delayed: { share: 0.2, byMs: 3_000 } });
    populate(network, 150, 20_000);
    run(network, 60_000);
    expect(largestComponent(graph())).toBe(1);
    const spread = measureDelivery(network, log, random, { count: 5, settleMs: 30_000 });
    expect(spread.ratio).toBe(1);
    expect(spread.sentPerDelivered).toBeLessThan(5);
  });
});

describe('a third of the tabs is hostile', { timeout: 120_000 }, () => {
  test.each([
    ['passes nothing on', dropBroadcasts],
    ['announces what it never sends', announceOnly],
  ])('and %s: honest tabs hear every broadcast', (_what, tamper) => {
    const { network, log, random } = setUp('droppers', { tamper });
    populate(network, 150, 20_000, third);
    run(network, 30_000);
    const spread = measureDelivery(network, log, random, { count: 5, settleMs: 20_000 });
    expect(spread.ratio).toBeGreaterThan(0.999);
  });

  test('and floods: honest broadcasts arrive, and floods are not spread', () => {
    let spreadFlood = 0;
    const log = createDeliveryLog();
    const { network, random } = setUp('flooders', {
      onDeliver(tab, body, hops) {
        if (new DataView(body.buffer, body.byteOffset).getUint32(0) >= 1_000_000_000) spreadFlood++;
        else log.onDeliver(tab, body, hops);
      },
    });
    populate(network, 40, 10_000, (index) => index % 20 === 1);
    run(network, 30_000);
    const flooders: readonly Tab[] = network.alive().filter(({ isHostile }) => isHostile);
    const links = flooders.map(({ wires }) => wires.size);
    flood(network, flooders, 100, network.queue.nowMs() + 9_000);
    run(network, 4_000);
    const spread = measureDelivery(network, log, random, { count: 5, settleMs: 15_000 });
    expect(spread.ratio).toBeGreaterThan(0.97);
    // Of 100 a second each tab passes on 20 in all, and whoever floods loses its connections within seconds.
    const honest = network.alive().length - flooders.length;
    expect(mean(flooders.map(({ wires }) => wires.size))).toBeLessThan(mean(links) / 2);
    expect(spreadFlood / honest).toBeLessThan(1_500);
  });

  test('and tells of each other only, dials all the time and never parts: it does not surround anybody', () => {
    const random = createSeededRandom('liars');
    const { network, graph, log } = setUp('eclipse', { tamper: createLiar(random) });
    populate(network, 150, 20_000, third);
    const hostile = network.alive().filter(({ isHostile }) => isHostile);
    run(network, 30_000);
    assault(network, hostile, random, 10_000, network.queue.nowMs() + 6 * 60_000);
    run(network, 6 * 60_000);
    const shares = hostileShares(network);
    expect(shares.surrounded).toBe(0);
    expect(shares.neighbours).toBeLessThan(0.75);
    expect(shares.known).toBeLessThan(0.5);
    const honest = network.alive().filter(({ isHostile }) => !isHostile);
    expect(largestComponent(graphOf(honest))).toBe(1);
    expect(largestComponent(graph())).toBe(1);
    expect(measureDelivery(network, log, random, { count: 5 }).ratio).toBe(1);
  });
});
