/** What the asker fixes for a round; travels in the ask, within the bounds of `parametersSchema` (wire.ts). */
export interface RoundParameters {
  /** Longest answer, in tokens of the answering model. */
  readonly maxTokens: number;
  /** Sampling temperature in thousandths, an integer so that it is the same bytes everywhere. */
  readonly temperatureThousandths: number;
  /** How many answers a judge scores at most; a scored answer costs a judge about its own length in tokens. */
  readonly answersPerJudge: number;
}

export const DEFAULT_PARAMETERS: RoundParameters = {
  // About a short paragraph: a CPU tab decodes 6-18 tokens a second, so this is 5-16 s of work.
  maxTokens: 96,
  // The swarm needs answers that differ; at 0.8 the best of five of the default model beats its greedy answer.
  temperatureThousandths: 800,
  // Three answers of 60 tokens are under a minute of reading for a CPU tab that shares two cores with four others.
  answersPerJudge: 3,
};

/** Most peers one question travels to. Bounds what a question exposes and what a slate of answers weighs. */
export const MAX_PARTICIPANTS = 35;
/** Longest question, in UTF-16 units: a CPU tab reads 10-25 tokens a second. */
export const MAX_QUESTION_LENGTH = 4_000;
