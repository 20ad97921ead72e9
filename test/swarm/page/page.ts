import { type Swarm, type SwarmState, createLibp2pSwarm, loadIdentity, relayOfPage } from '#swarm';
import { type PeerId, asPeerId } from '#vocabulary';

/** What the test in Node calls in each tab. */
export interface TestTab {
  join(relayUrl: string, relayPeerId: string, name: string): Promise<string>;
  leave(): Promise<void>;
  state(): SwarmState;
  /** `count` messages of `sizeBytes`, each filled with its number; answers how many were accepted. */
  send(peer: string, count: number, sizeBytes: number): Promise<number>;
  /** `[from, first byte, size, all bytes the same]` of every message, in order of arrival. */
  received(): readonly (readonly [from: string, filler: number, sizeBytes: number, whole: boolean])[];
  gone(): readonly string[];
  log(): readonly string[];
}

declare global {
  var tab: TestTab;
}

const PROTOCOL = '/test/bytes/1';
const received: [string, number, number, boolean][] = [];
const gone: PeerId[] = [];
const log: string[] = [];
let swarm: Swarm | undefined;

const joined = (): Swarm => {
  if (swarm === undefined) throw new Error('join first');
  return swarm;
};

globalThis.tab = {
  async join(relayUrl, relayPeerId, name) {
    const { privateKey } = await loadIdentity(`identity-${name}`);
    const startedAtMs = performance.now();
    swarm = await createLibp2pSwarm({
      privateKey,
      relays: [relayOfPage(new URL(relayUrl), relayPeerId)],
      log: (line) => log.push(`${(performance.now() - startedAtMs).toFixed(0)} ${line}`),
    });
    swarm.setAdvert({ ...advert, name });
    swarm.onGone((peer) => gone.push(peer));
    swarm.handle(PROTOCOL, (from, message) => {
      const filler = message[0] ?? -1;
      received.push([from, filler, message.byteLength, message.every((byte) => byte === filler)]);
    });
    await swarm.start();
    return swarm.self;
  },
  leave: () => joined().stop(),
  state: () => joined().getState(),
  async send(peer, count, sizeBytes) {
    const outcomes = await Promise.all(
      Array.from({ length: count }, (_, index) =>
        joined().send(asPeerId(peer), PROTOCOL, new Uint8Array(sizeBytes).fill(index % 251)),
      ),
    );
    return outcomes.filter(({ ok }) => ok).length;
  },
  received: () => received.splice(0),
  gone: () => gone,
  log: () => log,
};

const advert = {
  protocolVersion: 1,
  name: '',
  modelId: 'tiny',
  engine: 'scripted',
  contributing: true,
  prefillTokensPerSecond: 1,
  decodeTokensPerSecond: 1,
};
