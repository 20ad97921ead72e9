import { Gauge, Registry, collectDefaultMetrics } from 'prom-client';

/** What the relay is doing now. All are counts of things open at this moment. */
export interface RelayStats {
  readonly connections: number;
  readonly reservations: number;
  readonly members: number;
  readonly rooms: number;
  /** Streams that set up or carry relayed traffic, both ends counted. */
  readonly circuitStreams: number;
}

const helpByStat: Readonly<Record<keyof RelayStats, readonly [name: string, help: string]>> = {
  connections: ['peerage_relay_connections', 'Open connections of tabs to the relay'],
  reservations: ['peerage_relay_reservations', 'Tabs that can be reached through the relay'],
  members: ['peerage_relay_rendezvous_members', 'Tabs in a room'],
  rooms: ['peerage_relay_rendezvous_rooms', 'Rooms with at least one member'],
  circuitStreams: ['peerage_relay_circuit_streams', 'Open streams that signal or carry relayed traffic'],
};

/** Prometheus text of the process and of `stats`, read when scraped. A registry of its own: several relays may run in one process. */
export function createMetrics(stats: () => RelayStats): { text(): Promise<string>; stop(): void } {
  const register = new Registry();
  collectDefaultMetrics({ register });
  for (const [stat, [name, help]] of Object.entries(helpByStat) as [keyof RelayStats, readonly [string, string]][]) {
    new Gauge({
      name,
      help,
      registers: [register],
      collect() {
        this.set(stats()[stat]);
      },
    });
  }
  return { text: () => register.metrics(), stop: () => register.clear() };
}
