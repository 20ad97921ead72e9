import { describe, expect, test } from 'vitest';
import type { Swarm } from '#swarm';
import { type PeerId, asPeerId, createSeededRandom, createVirtualClock } from '#vocabulary';
import { describeSwarmContract } from '../contracts/swarm.ts';
import { createMemorySwarmNetwork } from '../swarm-sim/swarm.memory.ts';

const setUp = (latencyMs: number | { min: number; max: number } = 20) => {
  const clock = createVirtualClock();
  const network = createMemorySwarmNetwork({ clock, random: createSeededRandom('swarm'), latencyMs });
  return { clock, network };
};

describeSwarmContract('memory', async () => {
  const { clock, network } = setUp({ min: 5, max: 40 });
  let count = 0;
  return {
    create: async (room) => network.join(asPeerId(`peer-${count++}`), room),
    until: async (what, holds) => {
      for (let turn = 0; !holds(); turn++) {
        if (turn > 1_000) throw new Error(`never: ${what}`);
        await clock.advance(10);
      }
    },
    kill: async (swarm) => network.kill(swarm.self),
    close: async () => undefined,
  };
});

describe('memory network', () => {
  const ids = (swarm: Swarm): PeerId[] => swarm.getState().peers.map(({ id }) => id);
  const [anna, berta, carla] = [asPeerId('anna'), asPeerId('berta'), asPeerId('carla')];

  test('a short partition delays messages, a long one separates, healing reunites', async () => {
    const { clock, network } = setUp();
    const [a, b, c] = [network.join(anna), network.join(berta), network.join(carla)];
    const received: number[] = [];
    b.handle('/x', (_from, message) => received.push(message[0] as number));
    for (const swarm of [a, b, c]) await swarm.start();
    await clock.advance(100);

    network.partition([anna], [berta]);
    await a.send(berta, '/x', Uint8Array.of(1));
    await clock.advance(1_000);
    expect(received).toEqual([]);
    network.heal();
    expect(received).toEqual([1]);

    network.partition([anna], [berta]);
    await clock.advance(5_000);
    expect(ids(a)).toEqual([carla]);
    expect(ids(b)).toEqual([carla]);
    expect(ids(c)).toEqual([anna, berta]);
    network.heal();
    await clock.advance(100);
    expect(ids(a)).toContain(berta);
  });

  test('a killed peer that comes back at once is gone first and then there', async () => {
    const { clock, network } = setUp();
    const [a, b] = [network.join(anna), network.join(berta)];
    const events: string[] = [];
    a.onGone((peer) => events.push(`gone ${peer}`));
    await a.start();
    await b.start();
    await clock.advance(100);
    network.kill(berta);
    const again = network.join(berta);
    await again.start();
    await clock.advance(10_000);
    expect(events).toEqual(['gone berta']);
    expect(ids(a)).toEqual([berta]);
    expect(ids(again)).toEqual([anna]);
  });

  test('the same seed gives the same history', async () => {
    const play = async (): Promise<string[]> => {
      const { clock, network } = setUp({ min: 1, max: 50 });
      const swarms = [anna, berta, carla].map((id) => network.join(id));
      const history: string[] = [];
      for (const swarm of swarms)
        swarm.handle('/x', (from, message) => history.push(`${clock.now().toFixed(3)} ${from} ${message[0]}`));
      for (const swarm of swarms) await swarm.start();
      await clock.advance(500);
      for (let round = 0; round < 5; round++)
        for (const near of swarms)
          for (const far of swarms) if (near !== far) await near.send(far.self, '/x', Uint8Array.of(round));
      await clock.advance(500);
      return history;
    };
    const first = await play();
    expect(first).toHaveLength(30);
    expect(await play()).toEqual(first);
  });
});
