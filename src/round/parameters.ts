import { type Speed, decodeSpeed } from './deadline.ts';

/** What the asker fixes for a round; travels in the ask, within the bounds of `parametersSchema` (wire.ts). */
export interface RoundParameters {
  /** Longest answer, in tokens of the answering model. */
  readonly maxTokens: number;
  /** Sampling temperature in thousandths, an integer so that it is the same bytes everywhere. */
  readonly temperatureThousandths: number;
  /** How many answers a judge scores at most; a scored answer costs a judge about its own length in tokens. */
  readonly answersPerJudge: number;
}

/** The swarm needs answers that differ; at 0.8 the best of five of the default model beats its greedy answer. */
const TEMPERATURE_THOUSANDTHS = 800;
/** Writing should take the typical peer about this long when it is alone on its machine. */
const WRITING_MS = 10_000;
/** Three or four sentences; less would cut most answers short. */
const FEWEST_TOKENS = 64;
/** A page of text: fast peers should not make slow ones read more. */
const MOST_TOKENS = 400;
/** A judge this fast reads five answers in the time the others need for three. */
const FAST_TOKENS_PER_SECOND = 30;

/** Parameters that suit these peers: the typical (lower median) one writes and judges within tens of seconds. */
export function chooseParameters(speeds: readonly Speed[]): RoundParameters {
  const known = speeds.map((speed) => decodeSpeed(speed)).toSorted((a, b) => a - b);
  const typical = known[(known.length - 1) >> 1] ?? 0;
  const affordable = Math.round((typical * WRITING_MS) / 1_000);
  return {
    maxTokens: Math.max(FEWEST_TOKENS, Math.min(MOST_TOKENS, affordable)),
    temperatureThousandths: TEMPERATURE_THOUSANDTHS,
    answersPerJudge: typical >= FAST_TOKENS_PER_SECOND ? 5 : 3,
  };
}

/** Most peers one question travels to. Bounds what a question exposes and what a slate of answers weighs. */
export const MAX_PARTICIPANTS = 35;
/** Longest question, in UTF-16 units: a CPU tab reads 10-25 tokens a second. */
export const MAX_QUESTION_LENGTH = 2_000;
