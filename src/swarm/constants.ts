/** Version of everything two tabs say to each other. Raised when an older tab could misread a newer one. */
export const SWARM_PROTOCOL_VERSION = 3;

/**
 * Largest message `send` accepts. A long answer with its context is tens of kB; 256 KiB leaves room and is small
 * enough that ten peers sending at once stay under the 4 MiB at which the transport resets a slow reader.
 */
export const MAX_MESSAGE_BYTES = 256 * 1024;

/** Longest broadcast: an announcement that says where to ask, not the thing itself. */
export const MAX_BROADCAST_BYTES = 8 * 1024;

/** Longest protocol name, UTF-8. Names are paths such as `/peerage/round/1`; the length travels in one byte. */
export const MAX_PROTOCOL_NAME_BYTES = 64;

/** Longest hello, advert or refusal: at all their limits under 1.5 KiB; the rest is room for fields of later versions. */
export const MAX_HELLO_BYTES = 4 * 1024;

/** Features one hello names: `rpc/1` and the like, each at most 32 characters. */
export const MAX_FEATURES = 32;
export const CONTENT_FEATURE = 'content/1';
/** What this version understands beyond messages; tells others what they may ask of whom. */
export const FEATURES: readonly string[] = ['rpc/1', CONTENT_FEATURE, 'gossip/1'];

/**
 * Peers one tab keeps connections to. A direct connection costs a tab about 1-2 MB and some timers; a browser allows
 * about 500. The overlay keeps far fewer (R71); this bounds what others may open and what `connect` adds.
 */
export const MAX_PEERS = 64;

/** Room that tabs meet in unless told otherwise. */
export const DEFAULT_ROOM = 'public';
/** Longest room name, in characters of `[a-z0-9-]`. */
export const MAX_ROOM_NAME_LENGTH = 64;
/**
 * Members a relay names at once. A room up to this size is told to all in full; of a larger one each newcomer gets a
 * random sample, which is four times what it connects to. 64 ids with addresses of other relays are about 15 kB.
 */
export const MAX_MEMBERS_TOLD = 64;
/** Of a large room, members who are told that somebody came: the newcomer dials, so few need to know. */
export const TOLD_OF_NEWCOMER = 8;
/** How often a relay gives a member a fresh sample of a large room. */
export const SAMPLE_INTERVAL_MS = 10_000;
/** Longest multiaddr of a relay: a DNS name of 253 characters and what stands around it. */
export const MAX_RELAY_ADDRESS_LENGTH = 400;
/** STUN and TURN servers one relay hands out; browsers warn at five, and each costs every dial time. */
export const MAX_ICE_SERVERS = 4;
/** Longest rendezvous message: a full sample with the longest addresses, and room to spare. */
export const MAX_RENDEZVOUS_BYTES = 64 * 1024;

export const PEER_PROTOCOL = '/peerage/peer/2.0.0';
export const RENDEZVOUS_PROTOCOL = '/peerage/rendezvous/2.0.0';

/**
 * How often the relay asks its members for a sign of life, and how long it waits. The tab's answer is driven by the
 * arriving message, so timers that a browser slows down in hidden tabs do not matter. Shorter finds the tabs of a
 * machine that fell asleep earlier, at one message a member and interval.
 */
export const RENDEZVOUS_PING_INTERVAL_MS = 15_000;
export const RENDEZVOUS_SILENCE_MS = 40_000;
