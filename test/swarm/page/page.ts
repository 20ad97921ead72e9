import {
  type Libp2pSwarm,
  type RelayLocation,
  SWARM_PROTOCOL_VERSION,
  type SwarmState,
  createLibp2pSwarm,
  loadIdentity,
  parseInvitation,
  publicRoom,
  relayMultiaddr,
} from '#swarm';
import { type PeerId, asPeerId } from '#vocabulary';

/** What the test in Node calls in each tab. */
export interface TestTab {
  join(relays: readonly RelayLocation[], name: string, invitation: string | undefined): Promise<string>;
  setRelays(relays: readonly RelayLocation[]): void;
  leave(): Promise<void>;
  state(): SwarmState;
  /** `count` messages of `sizeBytes`, each filled with its number; answers how many were accepted. */
  send(peer: string, count: number, sizeBytes: number): Promise<number>;
  /** `[from, first byte, size, all bytes the same]` of every message, in order of arrival. */
  received(): readonly (readonly [from: string, filler: number, sizeBytes: number, whole: boolean])[];
  gone(): readonly string[];
  /** How far joining had come, whenever that changed. */
  steps(): readonly string[];
  log(): readonly string[];
}

declare global {
  var tab: TestTab;
}

const PROTOCOL = '/test/bytes/1';
const received: [string, number, number, boolean][] = [];
const gone: PeerId[] = [];
const steps: string[] = [];
const log: string[] = [];
let swarm: Libp2pSwarm | undefined;

const joined = (): Libp2pSwarm => {
  if (swarm === undefined) throw new Error('join first');
  return swarm;
};

globalThis.tab = {
  async join(relays, name, invitation) {
    const { privateKey } = await loadIdentity(`identity-${name}`);
    const invited = parseInvitation(invitation ?? '');
    if (!invited.ok) throw new Error(invited.error.message);
    const startedAtMs = performance.now();
    swarm = await createLibp2pSwarm({
      privateKey,
      relays,
      room: invited.value ?? publicRoom,
      log: (line) => log.push(`${(performance.now() - startedAtMs).toFixed(0)} ${line}`),
    });
    swarm.setAdvert({ ...advert, name });
    const running = swarm;
    running.subscribe(() => {
      const { step } = running.getState().join;
      if (steps.at(-1) !== step) steps.push(step);
    });
    swarm.onGone((peer) => gone.push(peer));
    swarm.handle(PROTOCOL, (from, message) => {
      const filler = message[0] ?? -1;
      received.push([from, filler, message.byteLength, message.every((byte) => byte === filler)]);
    });
    await swarm.start();
    return swarm.self;
  },
  setRelays: (relays) => joined().setRelays(relays.map(relayMultiaddr)),
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
  steps: () => steps,
  log: () => log,
};

const advert = {
  protocolVersion: SWARM_PROTOCOL_VERSION,
  name: '',
  modelId: 'tiny',
  engine: 'scripted',
  contributing: true,
  prefillTokensPerSecond: 1,
  decodeTokensPerSecond: 1,
};
