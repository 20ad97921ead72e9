import { asPeerId, createSeededRandom, createVirtualClock } from '#vocabulary';
import { createRpc } from '#swarm';
import { describeRpcContract } from '../../contracts/rpc.ts';
import { createMemorySwarmNetwork } from '../../swarm-sim/swarm.memory.ts';

describeRpcContract('memory', async () => {
  const clock = createVirtualClock(1_000_000);
  const network = createMemorySwarmNetwork({
    clock,
    random: createSeededRandom('rpc'),
    latencyMs: { min: 2, max: 20 },
  });
  const [near, far] = [network.join(asPeerId('anna')), network.join(asPeerId('berta'))];
  const [a, b] = [createRpc({ swarm: near, clock }), createRpc({ swarm: far, clock })];
  await near.start();
  await far.start();
  await clock.advance(100);
  return {
    a,
    b,
    idOfA: near.self,
    idOfB: far.self,
    async settle(promise) {
      const state = { isSettled: false };
      const settled = promise.finally(() => (state.isSettled = true));
      for (let turn = 0; !state.isSettled; turn++) {
        if (turn > 10_000) throw new Error('it never settles');
        await clock.advance(2);
      }
      return settled;
    },
    pass: (ms) => clock.advance(ms),
    loseB: async () => network.kill(far.self),
    close: async () => {
      a.close();
      b.close();
    },
  };
});
