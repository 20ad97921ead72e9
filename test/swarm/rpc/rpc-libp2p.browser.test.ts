import { generateKeyPair, privateKeyToProtobuf } from '@libp2p/crypto/keys';
import { inject } from 'vitest';
import { type Swarm, createLibp2pSwarm, createRpc, relayOfPage } from '#swarm';
import { systemClock } from '#vocabulary';
import { describeRpcContract } from '../../contracts/rpc.ts';

const LIMIT_MS = 30_000;
let rooms = 0;

const pass = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });

/** Over real connections: two nodes in one page, the relay and WebRTC between them. */
describeRpcContract('libp2p', async () => {
  const { url, peerId } = inject('relay');
  const room = { name: `rpc-${rooms++}` };
  const join = async (): Promise<Swarm> =>
    createLibp2pSwarm({
      privateKey: privateKeyToProtobuf(await generateKeyPair('Ed25519')),
      relays: [relayOfPage(new URL(url), peerId)],
      room,
    });
  const [near, far] = [await join(), await join()];
  const [a, b] = [createRpc({ swarm: near, clock: systemClock }), createRpc({ swarm: far, clock: systemClock })];
  await near.start();
  await far.start();
  const isDirect = (swarm: Swarm): boolean =>
    swarm.getState().peers.some(({ kind, advert }) => kind === 'direct' && advert !== undefined);
  const startedMs = performance.now();
  while (!isDirect(near) || !isDirect(far)) {
    if (performance.now() - startedMs > LIMIT_MS) throw new Error('the two never met');
    await pass(20);
  }
  return {
    a,
    b,
    idOfA: near.self,
    idOfB: far.self,
    settle: (promise) => promise,
    pass,
    loseB: () => far.stop(),
    async close() {
      a.close();
      b.close();
      await near.stop();
      await far.stop();
    },
  };
});
