/** Version of everything two tabs say to each other. Raised when an older tab could misread a newer one. */
export const SWARM_PROTOCOL_VERSION = 2;

/**
 * Largest message `send` accepts. A long answer with its context is tens of kB; 256 KiB leaves room and is small
 * enough that ten peers sending at once stay under the 4 MiB at which the transport resets a slow reader.
 */
export const MAX_MESSAGE_BYTES = 256 * 1024;

/** Longest protocol name, UTF-8. Names are paths such as `/peerage/round/1`; the length travels in one byte. */
export const MAX_PROTOCOL_NAME_BYTES = 64;

/** Longest hello: an advert at all its limits is under 1 KiB; the rest is room for fields of later versions. */
export const MAX_HELLO_BYTES = 4 * 1024;

/**
 * Peers one tab keeps connections to. A direct connection costs a tab about 1-2 MB and some timers; a browser allows
 * about 500. Everybody knows everybody in this version; beyond this number the swarm needs a sparser graph.
 */
export const MAX_PEERS = 64;

/** Room that tabs meet in unless told otherwise. */
export const DEFAULT_ROOM = 'public';
/** Longest room name, in characters of `[a-z0-9-]`. */
export const MAX_ROOM_NAME_LENGTH = 64;
/**
 * Members one room of a relay lists. A list at this size is 30 kB and goes to every newcomer; a newcomer would not
 * connect to more than MAX_PEERS of them anyway.
 */
export const MAX_ROOM_MEMBERS = 512;
/** Longest rendezvous message: a full member list with room to spare. */
export const MAX_RENDEZVOUS_BYTES = 64 * 1024;

export const PEER_PROTOCOL = '/peerage/peer/1.0.0';
export const RENDEZVOUS_PROTOCOL = '/peerage/rendezvous/1.0.0';

/**
 * How often the relay asks its members for a sign of life, and how long it waits. The tab's answer is driven by the
 * arriving message, so timers that a browser slows down in hidden tabs do not matter. Shorter finds the tabs of a
 * machine that fell asleep earlier, at one message a member and interval.
 */
export const RENDEZVOUS_PING_INTERVAL_MS = 15_000;
export const RENDEZVOUS_SILENCE_MS = 40_000;
