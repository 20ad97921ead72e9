import { circuitRelayTransport } from '@libp2p/circuit-relay-v2';
import { identify } from '@libp2p/identify';
import { noise } from '@libp2p/noise';
import { lpStream } from '@libp2p/utils';
import { webSockets } from '@libp2p/websockets';
import { yamux } from '@libp2p/yamux';
import { multiaddr } from '@multiformats/multiaddr';
import { createLibp2p } from 'libp2p';
import { RENDEZVOUS_PROTOCOL } from '../../../../src/swarm/constants.ts';
import {
  type RendezvousRequest,
  decodeRendezvousNotice,
  encodeRendezvous,
} from '../../../../src/swarm/joining/rendezvous-wire.ts';
import type { CrowdQuestion } from './crowd.ts';

// Many tabs as the relay sees them: each a libp2p node of its own with a connection, a reservation and a place in the
// room, which answers "alive?" and asks for samples when told to. They dial nobody.
const JOINING_AT_ONCE = 4;
const members: { ask(): Promise<void> }[] = [];

process.on('message', (question: CrowdQuestion) => void answer(question));
process.on('disconnect', () => process.exit(0));
process.send?.('ready');

async function answer(question: CrowdQuestion): Promise<void> {
  if (question.do === 'grow') {
    let begun = members.length;
    const start = async (): Promise<void> => {
      while (begun < question.to) {
        begun++;
        members.push(await join(question.relayAddress));
      }
    };
    await Promise.all(Array.from({ length: JOINING_AT_ONCE }, start));
  } else {
    // Spread over the interval, as tabs that came at different times are.
    const startedMs = performance.now();
    for (const [index, member] of members.entries()) {
      const dueMs = startedMs + (index / members.length) * question.withinMs;
      if (dueMs > performance.now()) await new Promise((resolve) => setTimeout(resolve, dueMs - performance.now()));
      await member.ask();
    }
  }
  process.send?.('done');
}

async function join(relayAddress: string): Promise<{ ask(): Promise<void> }> {
  const node = await createLibp2p({
    addresses: { listen: [`${relayAddress}/p2p-circuit`] },
    transports: [webSockets(), circuitRelayTransport({ reservationCompletionTimeout: 30_000 })],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionGater: { denyDialMultiaddr: () => false },
    connectionMonitor: { enabled: false },
    services: { identify: identify({ runOnConnectionOpen: false }) },
  });
  const stream = await node.dialProtocol(multiaddr(relayAddress), RENDEZVOUS_PROTOCOL);
  const messages = lpStream(stream);
  const say = (request: RendezvousRequest): Promise<void> => messages.write(encodeRendezvous(request));
  const { promise: joined, resolve } = Promise.withResolvers<void>();
  const listen = async (): Promise<void> => {
    for (;;) {
      const notice = decodeRendezvousNotice((await messages.read()).subarray());
      if (!notice.ok) throw new Error(notice.error.message);
      if (notice.value.t === 'refused') throw new Error(notice.value.reason);
      if (notice.value.t === 'alive?') await say({ t: 'alive' });
      if (notice.value.t === 'members') resolve();
    }
  };
  await say({ t: 'join', room: 'bench' });
  // A member that loses its place makes the figures wrong: better none at all.
  listen().catch((cause: unknown) => {
    throw cause;
  });
  await joined;
  return { ask: () => say({ t: 'sample' }) };
}
