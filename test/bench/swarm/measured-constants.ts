/**
 * What a tab costs a relay, measured with a real relay process and libp2p nodes in another process. Printed by
 *   npm run bench -- swarm --only relay
 * on a shared machine of two cores (Node 26.10): CPU times are good to a factor of two, bytes and memory to a tenth.
 */
export interface RelayConstants {
  /** Day of the measurement. */
  readonly measured: string;
  /** Heap of the relay for each tab that has a place there. */
  readonly heapBytesPerTab: number;
  /** Resident memory beyond that: Node, its libraries and what the collector keeps in hand. */
  readonly baseBytes: number;
  /** Share of a core for each idle tab: answering pings of connections and asking for signs of life. */
  readonly idleCoresPerTab: number;
  /** On the wire, both ways together, for each idle tab and second. */
  readonly idleBytesPerTabAndSecond: number;
  /** WebSocket, noise, yamux, reservation and entering a room. */
  readonly joinCpuMs: number;
  readonly joinBytes: number;
  /** One answer to "sample" in a large room. */
  readonly sampleCpuMs: number;
  readonly sampleBytes: number;
}

export const measuredRelay: RelayConstants = {
  measured: '2026-11-26',
  heapBytesPerTab: 49_000,
  baseBytes: 265_000_000,
  idleCoresPerTab: 1.0e-4,
  idleBytesPerTabAndSecond: 45,
  joinCpuMs: 11,
  joinBytes: 8_200,
  sampleCpuMs: 1.8,
  sampleBytes: 4_000,
};
