/** How many links a tab keeps. One object, so that a simulation can vary it; tabs use `OVERLAY_LIMITS`. */
export interface OverlayLimits {
  /** Others in a room up to which everybody links to everybody. */
  readonly fullMesh: number;
  /** Fewer neighbours than this are dangerous: dials come first, and others make room. */
  readonly degreeMin: number;
  /** A tab dials until it has this many. */
  readonly degreeTarget: number;
  /** Above this, the least useful neighbour is let go, one at a time. */
  readonly degreeComfort: number;
  /** More are refused. */
  readonly degreeMax: number;
  /** Of these at most so many that chose this tab; the rest this tab chose. Hostile dialling cannot fill all places. */
  readonly inboundMax: number;
  /** Others of the room that a tab remembers without a connection. */
  readonly known: number;
}

/**
 * A connection costs a tab 1-2 MB, timers, and one of about 500 RTCPeerConnections in its life. A random graph of degree
 * 6 stays connected with 30 % of its tabs gone; since newcomers dial 6, the mean lies between 6 and 12, and 15 leave room
 * for a burst. 256 remembered are what rounds choose from, about 100 kB.
 */
export const OVERLAY_LIMITS: OverlayLimits = {
  fullMesh: 15,
  degreeMin: 4,
  degreeTarget: 6,
  degreeComfort: 12,
  degreeMax: 15,
  inboundMax: 11,
  known: 256,
};

export const OVERLAY_PROTOCOL = '/peerage/overlay/1';

/** How often the overlay looks after itself. */
export const TICK_MS = 5_000;

/** A tab exchanges a few cards with one neighbour this often: about 0.5 MB an hour. */
export const SHUFFLE_INTERVAL_MS = 60_000;
/** Cards of one exchange. */
export const SHUFFLE_CARDS = 8;
/** A card is made anew this often and lasts three times as long, so that one lost exchange loses nobody. */
export const CARD_REFRESH_MS = 5 * 60_000;
export const CARD_LIFE_MS = 15 * 60_000;
/** Clocks of tabs differ. A card from further ahead is not believed. */
export const CARD_SKEW_MS = 2 * 60_000;
/** A relay's word that somebody is there, without news of it, in a large room. */
export const TOLD_LIFE_MS = 10 * 60_000;
/** In a large room, how often the relay is asked for another sample when nothing is wrong. */
export const SAMPLE_REFRESH_MS = 5 * 60_000;
/** Share of what is remembered that one neighbour may have told. */
export const MOST_PER_TELLER = 1 / 8;

/** A newcomer's card walks this far from its first neighbour, in this many walks (HyParView's forward join). */
export const FORWARD_HOPS = 3;
export const FORWARD_WALKS = 3;

/** Longest that a dial for the mesh is pursued in a large room: two of the dialler's attempts. */
export const DIAL_PATIENCE_MS = 20_000;
/** Somebody who was full, was let go or did not answer is not dialled again for so long. */
export const AVOID_MS = 10 * 60_000;
/** After so many failed dials somebody is forgotten. */
export const MAX_DIAL_FAILURES = 2;

/** How long a connection counts as used after a message on it, after `connect`, or with a stream open. */
export const USE_MS = 2 * 60_000;
/** How long `connect` tries. A direct dial takes 0.1-2 s, a relayed one comes after 4 s. */
export const CONNECT_MS = 30_000;
/** A connection that is nobody's neighbour and unused is let go after this. */
export const EXTRA_IDLE_MS = 60_000;
/** Younger neighbours are not let go: links must not flap. */
export const MIN_AGE_MS = 60_000;
/** A room must have been large for so long before links of its full mesh are let go. */
export const LARGE_FOR_MS = 2 * 60_000;
/** At most one neighbour is let go in this time. */
export const SHRINK_INTERVAL_MS = 30_000;
/** An answer to the wish for a neighbour comes within a round trip, or after the other side's own dials. */
export const ASK_ANSWER_MS = 10_000;
/** Who did not become a neighbour is not asked again at once. */
export const ASK_AGAIN_MS = 30_000;
/** Who has refused to part so often is left all the same: use shows on both sides. */
export const MOST_STAYS = 3;
/** Neighbours over the bound for a moment, while room is made for tabs that are nearly alone. */
export const MAX_OVER = 4;
/** The other side answers a wish to part at once, or is not there to be asked. */
export const PART_ANSWER_MS = 5_000;

/** Of a room's first neighbours, which all know each other, a tab keeps so many when the room has grown. */
export const SMALL_ROOM_LINKS_KEPT = 3;
/**
 * How often a tab that lacks nobody dials somebody a relay names, by chance. Parts of a room that have lost each other
 * find each other so, even when nobody comes or goes; 4 connections an hour, and as many from others.
 */
export const RENEW_INTERVAL_MS = 15 * 60_000;

/** How often a poor neighbour may be exchanged for a better one: at most 12 connections an hour. */
export const OPTIMISE_INTERVAL_MS = 5 * 60_000;
/** Below this usefulness a neighbour is poor (relayed, or far away and unused). */
export const POOR_USEFULNESS = 0.3;
/** The new one must be better by this much; otherwise both stay. */
export const SWAP_MARGIN = 0.15;

/**
 * Connections the overlay may open: a burst to get in, then one a minute. 500 last over 8 hours of the worst churn.
 * The lower part of the bucket is for tabs that are about to be alone.
 */
export const DIAL_BUCKET = { burst: 24, perSecond: 1 / 60 };
export const DIAL_RESERVE = 8;
/** RTCPeerConnections of a tab's life; near its end only tabs with too few neighbours dial. */
export const LIFETIME_CONNECTIONS = 500;
export const LIFETIME_RESERVE = 100;

/** Messages of one neighbour whose cards are being checked; more are dropped. */
export const MAX_UNCHECKED = 16;

/** Membership messages one neighbour may send. An honest one sends a few a minute. */
export const MEMBERSHIP_BUCKET = { burst: 30, perSecond: 1 };
/** Gossip one neighbour may send: the whole room's announcements may come through one link. */
export const GOSSIP_BUCKET = { burst: 60, perSecond: 10 };
export const GOSSIP_BYTES_BUCKET = { burst: 256 * 1024, perSecond: 64 * 1024 };
/** What one tab passes on in all, and what it may say itself. */
export const FORWARD_BUCKET = { burst: 120, perSecond: 20 };
export const OWN_BUCKET = { burst: 20, perSecond: 1 };

/** Longest topic of a broadcast, UTF-8 bytes. */
export const MAX_TOPIC_BYTES = 64;
/** Bytes of a message id (the first half of a SHA-256): nobody finds two messages with the same one. */
export const MESSAGE_ID_BYTES = 16;
/** Ids in one announcement. */
export const MAX_IDS_TOLD = 64;
/** Announcements wait this long for company. */
export const LAZY_DELAY_MS = 250;
/** An announced message that has not come by the tree is asked for after this, then of the next who announced it. */
export const GRAFT_AFTER_MS = 600;
export const GRAFT_NEXT_MS = 600;
/** Messages kept for those who ask. */
export const CACHE_MS = 60_000;
export const CACHE_COUNT = 256;
export const CACHE_BYTES = 1024 * 1024;
/**
 * Ids remembered: at the highest rate all neighbours may send (15 x 10/s) for longer than anybody keeps a message to
 * pass it on, so that none goes round twice.
 */
export const SEEN_GENERATIONS = 20;
export const SEEN_PER_GENERATION = 512;
export const SEEN_GENERATION_MS = 60_000;
export const MAX_MISSING = 512;
export const MAX_MISSING_PER_PEER = 128;
export const MAX_ANNOUNCERS = 4;
/** Hops a message may claim; only shown and counted, never trusted. */
export const MAX_HOPS = 255;

/** Complaints (over the rate, promises not kept, useless repeats) that end a connection; they fade by half a minute. */
export const MOST_DEMERITS = 200;
export const BAN_MS = 30 * 60_000;
export const MAX_BANNED = 64;
