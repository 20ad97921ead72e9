/*
 * Limits of the relay. The library's defaults suit a volunteer node that relays for strangers now and then; this relay
 * exists to bring a swarm of tabs together, and the defaults bite it. `RelayLimits` are those that whoever runs a relay
 * may set; "an address" is one IPv4 address or one IPv6 network of 64 bits. Loopback has no limit of its own: it is
 * this machine, or a proxy in front whose visitors would otherwise share one.
 */

export interface RelayLimits {
  /** Open connections (library: 300). A tab costs about 40 kB of heap, so 2048 are 80 MB; memory decides. */
  readonly connections: number;
  /** Everybody behind one NAT has one address: a school of 500 that opens the page is not an attack. */
  readonly connectionsPerAddress: number;
  /** A reloaded tab has a second one until its first is found dead. */
  readonly connectionsPerPeer: number;
  /** New connections a second from one address (library: 5); five seconds' worth may come at once. */
  readonly newConnectionsPerSecond: number;
  /** A room costs a map entry; anybody can open rooms. An empty one is forgotten at once. */
  readonly rooms: number;
  readonly roomsPerAddress: number;
  readonly roomsPerPeer: number;
  /** What one tab may say on its rendezvous stream; it has something to say about every 10 s. */
  readonly requestsPerSecond: number;
  /** Dials through the relay from one address: a newcomer dials up to 64 members at once, with retries on top. */
  readonly circuitsPerSecond: number;
  /**
   * What one relayed connection may carry, in MB (library: 0.13). A round of text is below 1 MB each way, so 64 carry
   * an evening of rounds; whoever pays for the traffic may want less.
   */
  readonly circuitMegabytes: number;
  /** What all relayed connections that one address opened may carry in an hour, in MB; an hour's worth at once. */
  readonly circuitMegabytesPerHour: number;
  /** TURN credentials given to one address in a minute: peer ids cost nothing, so they cannot be what is counted. */
  readonly iceCredentialsPerMinute: number;
}

export const defaultLimits: RelayLimits = {
  connections: 2048,
  connectionsPerAddress: 512,
  connectionsPerPeer: 4,
  newConnectionsPerSecond: 50,
  rooms: 4096,
  roomsPerAddress: 128,
  roomsPerPeer: 4,
  requestsPerSecond: 4,
  circuitsPerSecond: 200,
  circuitMegabytes: 64,
  circuitMegabytesPerHour: 4096,
  iceCredentialsPerMinute: 240,
};

/** Connections beyond `connections` that only other relays of the swarm can need. */
export const SPARE_CONNECTIONS = 64;

/** Connections whose handshake is not finished (library: 10). A handshake takes about 20 ms of CPU here. */
export const MAX_PENDING_CONNECTIONS = 250;

/**
 * Life of a reservation (library: 2 h). They outlive a connection that ended without notice, so short is better; tabs
 * renew 5 minutes before the end, and every 30 s when there is less than that.
 */
export const RESERVATION_TTL_MS = 15 * 60_000;

/**
 * Signalling streams one tab may have open (library: 32). A newcomer connects to many of its room at once, so this
 * must exceed the peers a tab keeps (64) with retries on top.
 */
export const MAX_HOP_STREAMS_PER_TAB = 256;
export const MAX_STOP_STREAMS_PER_TAB = 256;

/** Life of one relayed connection (library: 2 min): a cut in mid-round costs that peer its votes. */
export const CIRCUIT_DURATION_MS = 60 * 60_000;

/** Notices, and their bytes, that may wait for one slow member before the relay gives it up. */
export const MAX_QUEUED_NOTICES = 1024;
export const MAX_QUEUED_BYTES = 256 * 1024;

/** Clean shutdown promises to take less than a second; what is still open then is cut. */
export const SHUTDOWN_MS = 700;
