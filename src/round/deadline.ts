/**
 * How long a step of a round may take. Every wait ends: a peer that vanishes or stalls costs a round at most the
 * deadline of the step it was in. Steps that compute adapt to the speed a peer has measured of itself and then to
 * the progress it reports, because peers that share a machine are far slower together than any was alone.
 */

/** Time to say yes or no to an invitation: one round trip and a main thread that shares its core with others (1.5 s seen). */
export const ACCEPT_MS = 4_000;
/** Time to send what is ready (a reveal, an opened ballot): no computing beyond a signature. */
export const EXCHANGE_MS = 6_000;
/** Time to verify the ballots, repeat the fit and sign. */
export const CONFIRM_MS = 10_000;
/** A working peer reports at least this often, whether or not it advanced. */
export const REPORT_INTERVAL_MS = 1_000;
/** A working peer that has not reported for this long is taken for gone; covers background timers and busy cores. */
export const SILENCE_MS = 10_000;
/** No computing step is given less: a first token may wait for a cold cache. */
const COMPUTE_FLOOR_MS = 20_000;
/** No computing step is given more, however steadily it crawls. */
const COMPUTE_CEILING_MS = 150_000;
/** What an asker may need beyond a step's own time: latency, signatures, a busy main thread. */
const ASKER_GRACE_MS = 20_000;
/** Allowance over the estimate: peers of one machine divide its cores, and estimates are made while idle. */
const SLACK = 3;
/** Assumed of a peer that has not measured itself: the slowest CPU tab seen (platform.md). */
const UNMEASURED_TOKENS_PER_SECOND = 6;

/**
 * How long a participant waits for the asker's next move. Each is begun once, so their sum, 446 s, is the longest that
 * anybody's question can keep a peer busy.
 */
export const PATIENCE_MS = {
  roster: ACCEPT_MS + ASKER_GRACE_MS,
  lineup: COMPUTE_CEILING_MS + ASKER_GRACE_MS,
  slate: EXCHANGE_MS + ASKER_GRACE_MS,
  ballotBox: COMPUTE_CEILING_MS + ASKER_GRACE_MS,
  verdict: EXCHANGE_MS + ASKER_GRACE_MS,
  settled: CONFIRM_MS + ASKER_GRACE_MS,
} as const;

export interface Speed {
  /** Tokens read a second; 0 when not measured. */
  readonly prefillTokensPerSecond: number;
  /** Tokens written (or scored one by one) a second; 0 when not measured. */
  readonly decodeTokensPerSecond: number;
}

export interface Work {
  readonly promptTokens: number;
  readonly stepTokens: number;
}

/** Tokens written a second, measured or assumed. */
export function decodeSpeed({ decodeTokensPerSecond }: Speed): number {
  return decodeTokensPerSecond > 0 ? decodeTokensPerSecond : UNMEASURED_TOKENS_PER_SECOND;
}

/** First estimate of a computing step, in milliseconds from its start. */
export function estimateStepMs(work: Work, speed: Speed): number {
  const prefill = speed.prefillTokensPerSecond > 0 ? speed.prefillTokensPerSecond : UNMEASURED_TOKENS_PER_SECOND;
  const expectedMs = (1_000 * work.promptTokens) / prefill + (1_000 * work.stepTokens) / decodeSpeed(speed);
  return Math.min(COMPUTE_CEILING_MS, Math.max(COMPUTE_FLOOR_MS, SLACK * expectedMs));
}

/**
 * Deadline of a step that reported `share` of its work done at `nowMs`: the later of the first estimate and what
 * the observed rate needs for the rest with slack, never beyond the ceiling.
 */
export function extendDeadlineMs(startedAtMs: number, firstDeadlineMs: number, share: number, nowMs: number): number {
  const ceiling = startedAtMs + COMPUTE_CEILING_MS;
  if (share <= 0) return Math.min(ceiling, firstDeadlineMs);
  const remainingMs = ((nowMs - startedAtMs) * (1 - Math.min(1, share))) / share;
  return Math.min(ceiling, Math.max(firstDeadlineMs, nowMs + 2 * remainingMs + EXCHANGE_MS));
}

/** Rough token count of a text for estimates only; 3.2 characters a token errs on the side of more. */
export function estimateTokens(text: string): number {
  return Math.ceil(text.length / 3.2);
}
