/** Largest record on the wire: a ballot over the largest slate takes about two thirds of it. */
export const MAX_RECORD_BYTES = 64 * 1024;

/** A verdict over the largest round builds on its lineup and on every ballot. */
export const MAX_PARENTS = 96;

/** Peers in one round; the fits are made for 2 to 64 answers. */
export const MAX_ROUND_PEERS = 64;

/** Answers one judge scores: their pairs grow with the square, and 496 votes of 60 bytes still fit a record. */
export const MAX_BALLOT_ANSWERS = 32;

/** Readings of one answer, and contributions to one vote; about ten are known. */
export const MAX_READINGS = 16;

/** Longest name of a model, reading or calibration, in UTF-16 units. */
export const MAX_TEXT_LENGTH = 200;

/** Longest reason of a dispute, in UTF-16 units: a few sentences. */
export const MAX_REASON_LENGTH = 1_000;

/**
 * How far ahead of ours an author's clock may run. Clocks set by a person are often minutes off; the time only dates
 * evidence with a half-life of weeks, so a few minutes are worth nothing to a cheat.
 */
export const FUTURE_TOLERANCE_MS = 5 * 60_000;

/**
 * Beta(2, 2): as much as two good and two bad acts, mean 0.5. A newcomer is neither trusted nor distrusted, and one lucky
 * round does not move it far.
 */
export const PRIOR_GOOD = 2;
export const PRIOR_BAD = 2;

/** Evidence halves every 30 days: what a peer did last year says little about the model it runs today. */
export const HALF_LIFE_MS = 30 * 24 * 3_600_000;

/** Weight of a round the viewer asked or took part in. Its own hidden gold checks will count 1. */
export const OWN_ROUND_WEIGHT = 0.5;

/** Ceiling for a round known only from others; scaled by the standing of its independent witnesses. */
export const OTHERS_ROUND_WEIGHT = 0.2;

/** Sum of evidence from others' rounds that one peer can gain or lose in one role on one UTC day. */
export const OTHERS_DAILY_CAP = 1;

/** The unit of good conduct: to have written the answer that won. */
export const WON = 1;
export const UPPER_HALF = 0.5;

/** To have opened the ballot one committed to. */
export const BALLOT_OPENED = 1;

/** Agreement with the consensus counts least: paying for it would teach judges to guess what others say. */
export const AGREEMENT = 0.2;

/** One fault undoes about 20 successes; a penalty of 0.8 against a reward of 1.01 a check gives 22. */
export const FAULT = 20;

/** Signing two different statements cannot happen by accident. */
export const EQUIVOCATION = 3 * FAULT;

/** Taking a place in a round and leaving it empty: tabs are closed for honest reasons, too. */
export const VANISHED = 2;
