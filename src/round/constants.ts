/** Longest answer a participant agrees to write, whatever the asker wants. */
export const MAX_ASKED_TOKENS = 512;
/** Most answers a judge agrees to read for one ballot. */
export const MAX_ANSWERS_PER_JUDGE = 8;
/** Messages of one peer that may wait for verification; more are dropped, which only a flood reaches. */
export const MAX_PENDING_MESSAGES = 128;
/** Sampling keeps the smallest set of tokens with this probability mass (Holtzman et al. 2020). */
export const TOP_P = 0.95;
