/**
 * What is verified, asked for and given at once. The list of a 1 GB file is 32 kB; at a slow 100 kB/s a chunk takes ten
 * seconds, which is what a corrupt or interrupted one wastes at most; and one request a megabyte keeps a link of
 * 100 MB/s busy. Part of the protocol: a list of chunks of another size is another list.
 */
export const CHUNK_BYTES = 2 ** 20;

/** Larger files are not exchanged: their list would be over 2 MiB. */
export const MAX_CHUNKS = 65_536;

export const CHUNK_METHOD = '/peerage/content/chunk/1';
export const LIST_METHOD = '/peerage/content/list/1';
export const HAVE_METHOD = '/peerage/content/have/1';
/** Broadcast, and told to each peer on connecting. */
export const OFFER_TOPIC = '/peerage/content/offer/1';

/** Files one announcement names: 36 bytes each, so that it fits a broadcast of 8 KiB. Others are found by asking. */
export const MAX_OFFERED = 160;
/** A provider is forgotten this long after its last announcement, and announces a little more than twice as often. */
export const OFFER_LASTS_MS = 10 * 60_000;
export const OFFER_EVERY_MS = 4 * 60_000;
/** Between two announcements of one tab, however fast its files change. */
export const OFFER_GAP_MS = 5_000;
/** What is known of others: beyond that the one heard longest ago is forgotten. 256 x 160 digests are about 5 MB of text. */
export const MAX_PROVIDERS = 256;
/** A file that so many others offer is not announced to all again: at 10,000 tabs that would be the network's main traffic. */
export const ENOUGH_PROVIDERS = 8;

/** Peers that one download asks at the same time; servers come on top. */
export const MAX_PEER_SOURCES = 8;
/** Peers asked for a file without having announced it, in one look around. */
export const MAX_ASKED_UNTOLD = 12;
/** How long finding waits for answers while no server works for the same file. */
export const FIND_WAIT_MS = 1_000;
/** After the first answer without a trusted list: others may claim another. */
export const AGREE_WAIT_MS = 300;
export const HAVE_DEADLINE_MS = 5_000;
export const LIST_DEADLINE_MS = 20_000;
/** Peers asked for the same list at once. */
export const LIST_SOURCES = 3;
/** Whole chunk, from asking to its last byte: slower than 17 kB/s is no help. */
export const CHUNK_DEADLINE_MS = 60_000;
/** Without a byte for so long an answer counts as broken. */
export const STALL_MS = 10_000;
/** How often a download looks around for sources, and asks those that still download what is new. */
export const LOOK_EVERY_MS = 1_000;

/** Chunks asked of one peer at once: two at first, then as many as keep half a second of its measured speed on the way. */
export const FIRST_WINDOW = 2;
export const MAX_WINDOW = 8;
export const WINDOW_SECONDS = 0.5;
/** Chunks of one request to a server: as many as it sends in two seconds, so that requests cost next to nothing. */
export const FIRST_RUN = 2;
export const MAX_RUN = 16;
export const RUN_SECONDS = 2;
/** Requests to one server at once: the second hides the round trip between two. */
export const SERVER_REQUESTS = 2;

/**
 * Servers are spared, for their owner's line and the person's, while peers that have the whole file are about to finish
 * soon. Whether they are shows once they have been asked for this long.
 */
export const HEAD_START_MS = 2_000;
export const SOON_MS = 20_000;
export const SPARE_LOOK_MS = 250;

/** Parts of a draft that wait in memory for their last chunks: 16 x 4 MiB. */
export const MAX_OPEN_PARTS = 16;
/** In the endgame a chunk is asked of so many at once. */
export const MAX_ASKERS = 3;
/** A source of less than a tenth of the others' mean speed, seen for five seconds, rests. */
export const SLOW_SHARE = 0.1;
export const SLOW_AFTER_MS = 5_000;
/** First rest of a source that failed or is slow; doubles with each. One that failed so often in a row is dropped. */
export const REST_MS = 1_000;
export const MAX_REST_MS = 60_000;
export const MAX_FAILURES = 4;
/** Parts being written at the same time; meanwhile nothing new is asked for, as memory is not a disk. */
export const MAX_WRITING = 4;
/** How often a download looks for what is stuck or slow. */
export const TICK_MS = 500;
/** Without a new chunk for so long a download gives up, whatever its sources promise. */
export const NO_PROGRESS_MS = 90_000;
/** A download that nobody can go on with waits so long for somebody to come. */
export const HOPE_MS = 3_000;

/** Asks of one peer that wait for a free upload; beyond that it is told to come later. */
export const MAX_WAITING = 2 * MAX_WINDOW;
/** Peers in the account of bytes. */
export const MAX_ACCOUNTS = 200;
export const STATE_EVERY_MS = 250;

/** One item of an answer: the upload limit is kept and life is seen in steps of this size. */
export const PIECE_BYTES = 64 * 1024;
/** A taker that waited so long for its turn is told to come again, so that it does not take this tab for dead. */
export const TURN_WAIT_MS = 5_000;
export const TURN_AGAIN_MS = 1_000;
