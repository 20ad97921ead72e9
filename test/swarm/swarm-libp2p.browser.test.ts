import { generateKeyPair, privateKeyToProtobuf } from '@libp2p/crypto/keys';
import { inject } from 'vitest';
import { type Swarm, relayOfPage } from '#swarm';
import { describeSwarmContract } from '../contracts/swarm.ts';
import type { SwarmFrame } from './page/frame.ts';

const LIMIT_MS = 30_000;
const POLL_MS = 20;
let rooms = 0;

/** The real adapter, each peer in a frame of its own; relay, WebRTC and browser are real too. */
describeSwarmContract('libp2p', async () => {
  const { url, peerId } = inject('relay');
  const ownRoom = { name: `contract-${rooms++}` };
  const frameBySwarm = new Map<Swarm, HTMLIFrameElement>();

  const until = async (what: string, holds: () => boolean): Promise<void> => {
    const startedAtMs = performance.now();
    while (!holds()) {
      if (performance.now() - startedAtMs > LIMIT_MS) throw new Error(`never: ${what}`);
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  };

  return {
    until,
    async create(room = ownRoom) {
      const frame = document.createElement('iframe');
      frame.srcdoc = `<!doctype html><script type="module" src="${new URL('./page/frame.ts', import.meta.url).href}"></script>`;
      document.body.append(frame);
      const inside = (): Partial<SwarmFrame> => (frame.contentWindow ?? {}) as Partial<SwarmFrame>;
      await until('the frame has loaded', () => inside().createSwarm !== undefined);
      const swarm = await (inside() as SwarmFrame).createSwarm({
        privateKey: privateKeyToProtobuf(await generateKeyPair('Ed25519')),
        relays: [relayOfPage(new URL(url), peerId)],
        room,
      });
      frameBySwarm.set(swarm, frame);
      return swarm;
    },
    async kill(swarm) {
      frameBySwarm.get(swarm)?.remove();
      frameBySwarm.delete(swarm);
    },
    async close() {
      for (const frame of frameBySwarm.values()) frame.remove();
    },
  };
});
