import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import type { RendezvousRefusal } from './rendezvous.ts';

/** What the relay is doing now. All are counts of things open at this moment. */
export interface RelayStats {
  readonly connections: number;
  readonly reservations: number;
  readonly members: number;
  readonly rooms: number;
  /** Streams that set up or carry relayed traffic, both ends counted. */
  readonly circuitStreams: number;
  /** Other relays of the swarm that were heard of in the last seconds, and the tabs they have registered. */
  readonly otherRelays: number;
  readonly registrationsElsewhere: number;
}

/** Why somebody was turned away. A closed list: what a peer says never becomes a label. */
export type RefusalReason =
  | RendezvousRefusal
  | 'full'
  | 'address-connections'
  | 'address-rate'
  | 'peer-connections'
  | 'handshake'
  | 'malformed-request'
  | 'request-rate'
  | 'slow-reader'
  | 'silent'
  | 'circuit-rate'
  | 'circuit-bytes'
  | 'ice-rate'
  | 'origin'
  | 'relay-untrusted'
  | 'relay-malformed';

export interface RelayMetrics {
  text(): Promise<string>;
  stop(): void;
  /** A tab knows its room, this long after it knocked. */
  joined(afterMs: number): void;
  refused(reason: RefusalReason): void;
  circuit(): void;
  circuitBytes(bytes: number): void;
  federation(direction: 'sent' | 'received', kind: string): void;
  iceCredential(): void;
}

const helpByStat: Readonly<Record<keyof RelayStats, readonly [name: string, help: string]>> = {
  connections: ['peerage_relay_connections', 'Open connections of tabs and relays'],
  reservations: ['peerage_relay_reservations', 'Tabs that can be reached through the relay'],
  members: ['peerage_relay_rendezvous_members', 'Tabs of this relay in a room'],
  rooms: ['peerage_relay_rendezvous_rooms', 'Rooms with at least one member on any relay'],
  circuitStreams: ['peerage_relay_circuit_streams', 'Open streams that signal or carry relayed traffic'],
  otherRelays: ['peerage_relay_other_relays', 'Other relays of the swarm heard of in the last seconds'],
  registrationsElsewhere: ['peerage_relay_registrations_elsewhere', 'Tabs registered at the other relays'],
};

/** A tab joins in tens of milliseconds here; on bad networks or a busy relay in seconds. */
const JOIN_SECONDS = [0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/**
 * Prometheus text of the process (its CPU, memory and event-loop lag among it), of `stats`, read when scraped, and of
 * what was counted. A registry of its own: several relays may run in one process.
 */
export function createMetrics(stats: () => RelayStats): RelayMetrics {
  const registers = [new Registry()];
  const register = registers[0] as Registry;
  collectDefaultMetrics({ register });
  for (const [stat, [name, help]] of Object.entries(helpByStat) as [keyof RelayStats, readonly [string, string]][]) {
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(stats()[stat]);
      },
    });
  }
  const joins = new Counter({ name: 'peerage_relay_joins_total', help: 'Tabs that entered a room', registers });
  const joinTime = new Histogram({
    name: 'peerage_relay_join_seconds',
    help: 'From the WebSocket request of a tab to the list of its room',
    buckets: JOIN_SECONDS,
    registers,
  });
  const refusals = new Counter({
    name: 'peerage_relay_refusals_total',
    help: 'Who or what was turned away, by reason',
    labelNames: ['reason'],
    registers,
  });
  const circuits = new Counter({
    name: 'peerage_relay_circuits_total',
    help: 'Relayed connections asked for',
    registers,
  });
  const circuitBytes = new Counter({ name: 'peerage_relay_circuit_bytes_total', help: 'Bytes relayed', registers });
  const federation = new Counter({
    name: 'peerage_relay_federation_messages_total',
    help: 'Messages among relays, by direction and kind',
    labelNames: ['direction', 'kind'],
    registers,
  });
  const iceCredentials = new Counter({
    name: 'peerage_relay_ice_credentials_total',
    help: 'TURN credentials given',
    registers,
  });

  return {
    text: () => register.metrics(),
    stop: () => register.clear(),
    joined(afterMs) {
      joins.inc();
      joinTime.observe(afterMs / 1000);
    },
    refused: (reason) => refusals.inc({ reason }),
    circuit: () => circuits.inc(),
    circuitBytes: (bytes) => circuitBytes.inc(bytes),
    federation: (direction, kind) => federation.inc({ direction, kind }),
    iceCredential: () => iceCredentials.inc(),
  };
}
