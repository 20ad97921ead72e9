/*
 * Limits of the relay. The library's defaults suit a volunteer node that relays for strangers now and then; this relay
 * exists to bring a swarm of tabs together, and the defaults bite it in the order below.
 */

/**
 * New connections a second from one address (default 5). Everybody behind one NAT or reverse proxy has one address: a
 * classroom that opens the page at once is 30, a test swarm 100. Lower it only on a relay without a proxy in front.
 */
export const MAX_NEW_CONNECTIONS_PER_SECOND = 250;

/** Connections whose handshake is not finished (default 10). A handshake takes about 20 ms of CPU here. */
export const MAX_PENDING_CONNECTIONS = 250;

/** Open connections (default 300). A tab costs about 40 kB of heap, so this is 80 MB; memory decides. */
export const MAX_CONNECTIONS = 2048;

/** Reservations (default 15). Each tab needs exactly one, so they must never be scarcer than connections. */
export const MAX_RESERVATIONS = MAX_CONNECTIONS;

/**
 * Life of a reservation (default 2 h). They outlive a connection that ended without notice, so short is better; tabs
 * renew 5 minutes before the end, and every 30 s when there is less than that.
 */
export const RESERVATION_TTL_MS = 15 * 60_000;

/**
 * Signalling streams one tab may have open (default 32). A newcomer connects to everybody in its room at once, so
 * this must exceed the peers a tab keeps (64) with retries on top.
 */
export const MAX_HOP_STREAMS_PER_TAB = 256;
export const MAX_STOP_STREAMS_PER_TAB = 256;

/**
 * What one relayed connection may carry (defaults 128 KiB, 2 min). Two tabs whose networks allow no direct connection
 * talk through the relay: a round is below 1 MiB each way, and a cut in mid-round costs that peer its votes. An hour
 * and 64 MiB carry an evening of rounds; whoever pays for the relay's traffic may want less.
 */
export const CIRCUIT_BYTES = 64n * 1024n * 1024n;
export const CIRCUIT_DURATION_MS = 60 * 60_000;

/** Notices that may wait for one slow member before the relay gives it up; a full room joining at once is 512. */
export const MAX_QUEUED_NOTICES = 1024;

/** Clean shutdown promises to take less than a second; what is still open then is cut. */
export const SHUTDOWN_MS = 700;
