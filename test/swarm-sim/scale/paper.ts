import { asPeerId } from '#vocabulary';
import { EMPTY_ADVERT } from '../../../src/swarm/session/advert.ts';
import { PING_INTERVAL_MS } from '../../../src/swarm/session/liveness.ts';
import { type Card } from '../../../src/swarm/overlay/card.ts';
import { SAMPLE_REFRESH_MS, SHUFFLE_CARDS } from '../../../src/swarm/overlay/constants.ts';
import { encodeOverlay } from '../../../src/swarm/overlay/overlay-wire.ts';
import { defaultLimits } from '../../../relay/limits.ts';
import { measuredRelay } from '../../bench/swarm/measured-constants.ts';
import { MEAN_SESSION_MS, type SimulatedScale } from './simulate.ts';

/*
 * Scale on paper: what relays and tabs have to bear with so many tabs in one room. Each figure is measured (by the
 * benchmark of the swarm), simulated (by this command), computed from the formats, or assumed; the table says which.
 */

/** What nobody has measured here. */
export const assumptions = {
  /** A small rented server, of which so much may be used. */
  relayCores: 2,
  relayMemoryBytes: 4e9,
  headroom: 0.6,
  /** Arranging one dial through the relay: two streams and about ten messages, no handshake; taken as a third of a join. */
  dialCpuMs: measuredRelay.joinCpuMs / 3,
  /** Around one small message: frame, yamux, SCTP, DTLS, UDP and IP. */
  packetOverheadBytes: 110,
  /** What one relay tells all others of one who came or left, and what keeping one member of theirs costs. */
  federationBytesPerChange: 200,
  federationCpuMsPerChange: 0.1,
  remoteMemberBytes: 400,
  /** A tab takes part in so many rounds an hour and each sends it and takes from it so much text. */
  roundsPerTabHour: 6,
  roundBytes: 30_000,
  /** Announcements in the room, all tabs together, that gossip carries at most (constants.ts) and their size. */
  broadcastsPerSecond: 1,
  broadcastBytes: 300,
} as const;

export interface RelayNeeds {
  readonly tabs: number;
  readonly relays: number;
  /** What decides the number. */
  readonly decidedBy: string;
  readonly tabsPerRelay: number;
  readonly coresPerRelay: number;
  readonly memoryPerRelay: number;
  readonly kilobytesPerSecond: number;
  readonly changesPerSecond: number;
  /** How long the tabs of one relay that restarts take to get back in, at full use of its cores. */
  readonly returnSeconds: number;
}

/** Relays that so many tabs need: the smallest number with which every one of them keeps within its limits. */
export function relaysFor(tabs: number, simulated: SimulatedScale): RelayNeeds {
  for (let relays = 1; ; relays = Math.max(relays + 1, Math.ceil(relays * 1.02))) {
    const needs = needsOf(tabs, relays, simulated);
    if (needs !== undefined) return needs;
    if (relays > tabs) throw new Error('no number of relays is enough');
  }
}

function needsOf(tabs: number, relays: number, simulated: SimulatedScale): RelayNeeds | undefined {
  const tabsPerRelay = Math.ceil(tabs / relays);
  const joinsPerSecond = tabs / (MEAN_SESSION_MS / 1000);
  const own = joinsPerSecond / relays;
  const samples = tabsPerRelay / (SAMPLE_REFRESH_MS / 1000);
  const dials = (tabsPerRelay * simulated.connectionsPerTabHour) / 2 / 3_600;
  const changes = relays > 1 ? 2 * joinsPerSecond : 0;
  const milliseconds =
    own * measuredRelay.joinCpuMs +
    samples * measuredRelay.sampleCpuMs +
    dials * assumptions.dialCpuMs +
    changes * assumptions.federationCpuMsPerChange;
  const cores = tabsPerRelay * measuredRelay.idleCoresPerTab + milliseconds / 1000;
  const memory =
    measuredRelay.baseBytes +
    tabsPerRelay * measuredRelay.heapBytesPerTab +
    (tabs - tabsPerRelay) * assumptions.remoteMemberBytes;
  const bytes =
    tabsPerRelay * measuredRelay.idleBytesPerTabAndSecond +
    own * measuredRelay.joinBytes +
    samples * measuredRelay.sampleBytes +
    changes * assumptions.federationBytesPerChange;
  const loads = [
    ['connections a relay allows', tabsPerRelay / defaultLimits.connections],
    // libp2p on Node runs on one core; the other serves pages and collects garbage.
    ['one core', cores / assumptions.headroom],
    ['memory', memory / (assumptions.relayMemoryBytes * assumptions.headroom)],
  ] as const;
  if (loads.some(([, load]) => load > 1)) return undefined;
  const [decidedBy] = loads.toSorted((a, b) => b[1] - a[1])[0] as (typeof loads)[number];
  return {
    tabs,
    relays,
    decidedBy,
    tabsPerRelay,
    coresPerRelay: cores,
    memoryPerRelay: memory,
    kilobytesPerSecond: bytes / 1000,
    changesPerSecond: changes,
    returnSeconds: (tabsPerRelay * measuredRelay.joinCpuMs) / 1000,
  };
}

export interface TabHour {
  readonly what: string;
  readonly bytes: number;
  readonly how: 'computed' | 'simulated' | 'measured' | 'assumed';
}

/** A card as long as usual: a name, a model, an engine, a relay. */
function usualCardBytes(): Uint8Array {
  return new Uint8Array(430);
}

/** What one idle tab of a large room sends in an hour. It does not depend on the number of tabs. */
export function tabHour(simulated: SimulatedScale): readonly TabHour[] {
  const { packetOverheadBytes, broadcastsPerSecond, broadcastBytes, roundsPerTabHour, roundBytes } = assumptions;
  const neighbours = simulated.stages.at(1)?.degree.mean ?? 0;
  const card: Card = {
    peer: asPeerId('1'.repeat(52)),
    relay: undefined,
    advert: EMPTY_ADVERT,
    issuedAtMs: 0,
    sealed: usualCardBytes(),
  };
  const cards = Array.from({ length: SHUFFLE_CARDS }, () => card);
  const shuffleBytes = encodeOverlay({ t: 'shuffle', cards }).byteLength + 4 * packetOverheadBytes;
  const sent = simulated.idleMessagesPerTabHour;
  const shuffles = (sent.shuffle ?? 0) + (sent.reply ?? 0);
  const others = (['neighbour', 'accept', 'part', 'parted', 'stay', 'forward'] as const).reduce(
    (sum, kind) => sum + (sent[kind] ?? 0),
    0,
  );
  const later = simulated.deliveries[1];
  const broadcasts = broadcastsPerSecond * 3_600;
  return [
    {
      what: `signs of life to ${neighbours.toFixed(1)} neighbours (a ping and a pong every ${PING_INTERVAL_MS / 1000} s)`,
      bytes: ((2 * 3_600_000) / PING_INTERVAL_MS) * neighbours * (packetOverheadBytes + 6),
      how: 'assumed',
    },
    { what: 'exchanges of cards', bytes: shuffles * shuffleBytes, how: 'simulated' },
    {
      what: 'links made and ended',
      bytes: others * (usualCardBytes().byteLength + packetOverheadBytes),
      how: 'simulated',
    },
    {
      what: `broadcasts passed on (${broadcastsPerSecond} a second in the whole room)`,
      bytes:
        broadcasts * (later?.sentPerDelivered ?? 1) * (broadcastBytes + packetOverheadBytes) +
        broadcasts * (later?.smallPerDelivered ?? 0) * (40 + packetOverheadBytes),
      how: 'simulated',
    },
    { what: 'to the relay', bytes: (measuredRelay.idleBytesPerTabAndSecond / 2) * 3_600, how: 'measured' },
    { what: `${roundsPerTabHour} rounds`, bytes: roundsPerTabHour * roundBytes, how: 'assumed' },
  ];
}
