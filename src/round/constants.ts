/** Longest answer a participant agrees to write, whatever the asker wants. */
export const MAX_ASKED_TOKENS = 512;
/** Hottest sampling a participant agrees to, in thousandths: beyond it models write noise. */
export const MAX_ASKED_TEMPERATURE_THOUSANDTHS = 2_000;
/** Most answers a judge agrees to read for one ballot. */
export const MAX_ANSWERS_PER_JUDGE = 8;
/** Messages of one peer that may wait for verification; more are dropped, which only a flood reaches. */
export const MAX_PENDING_MESSAGES = 128;
/** Bytes of one peer's messages that may wait; sixteen of the longest messages. */
export const MAX_PENDING_BYTES = 4 * 1024 * 1024;
/** Sampling keeps the smallest set of tokens with this probability mass (Holtzman et al. 2020). */
export const TOP_P = 0.95;
/**
 * Largest statement of one participant that the asker passes on, an answer's text included. 35 of them with the asker's
 * own record stay below a message's limit, so that nobody can make a slate or a verdict too long to send. A ballot over
 * eight answers with four contributions a vote takes 6 kB.
 */
export const MAX_PASSED_ON_BYTES = 7_000;
/** Of which the frame of a ballot takes some: its commit, author, date, parent and signature. */
export const MAX_SEALED_BALLOT_BYTES = MAX_PASSED_ON_BYTES - 600;
/** Longest answer in UTF-8; ten bytes for each of `MAX_ASKED_TOKENS`, twice what English takes. */
export const MAX_ANSWER_BYTES = 5_120;
/**
 * A question older or newer than this by the clock of the peer it reaches is not served. It bounds how long a peer must
 * remember what it served, so that no question makes it commit twice.
 */
export const ASK_FRESHNESS_MS = 5 * 60_000;
