import type { EngineSpeed } from '../engine.ts';

/** Tokens of work after which what was measured before counts half. */
const halfLifeTokens = 64;
/** Below this a prefill is a cache hit that says nothing about reading. */
const leastPrefillTokens = 8;

export interface SpeedGauge {
  recordPrefill(tokens: number, durationMs: number): void;
  recordDecode(tokens: number, durationMs: number): void;
  speed(): EngineSpeed;
}

/** Averages durations a token, so that one slow stretch weighs by the time it took. */
export function createSpeedGauge(): SpeedGauge {
  let prefillMs: number | undefined;
  let decodeMs: number | undefined;
  return {
    recordPrefill(tokens, durationMs) {
      if (tokens >= leastPrefillTokens) prefillMs = blend(prefillMs, tokens, durationMs);
    },
    recordDecode(tokens, durationMs) {
      if (tokens >= 1) decodeMs = blend(decodeMs, tokens, durationMs);
    },
    speed: () => ({
      prefillTokensPerSecond: prefillMs === undefined ? undefined : 1000 / prefillMs,
      decodeTokensPerSecond: decodeMs === undefined ? undefined : 1000 / decodeMs,
    }),
  };
}

function blend(averageMs: number | undefined, tokens: number, durationMs: number): number | undefined {
  if (!(durationMs > 0)) return averageMs;
  const sampleMs = durationMs / tokens;
  if (averageMs === undefined) return sampleMs;
  const kept = 0.5 ** (tokens / halfLifeTokens);
  return averageMs * kept + sampleMs * (1 - kept);
}
