import type { Failure, Result } from '#vocabulary';

/** Why an answer is none: by its text alone, or because the model cannot read it. */
export type ScreeningReason =
  | 'empty'
  | 'echo'
  | 'repetition'
  | 'truncated-to-nothing'
  | 'leaked-markup'
  | 'wrong-script'
  | 'unreadable';
export type Screening = { readonly genuine: true } | { readonly genuine: false; readonly reason: ScreeningReason };

/** Ways to read a model's probabilities. readings/registry.ts describes each. */
export type ReadingName =
  | 'forward'
  | 'cloze'
  | 'cloze-new'
  | 'agreement'
  | 'unprompted'
  | 'backward'
  | 'yes-no'
  | 'letter'
  | 'reasoned-letter'
  | 'probe';

/** What one reading says of one answer; bigger speaks for it. */
export interface Reading {
  readonly name: ReadingName;
  readonly value: number;
}

/** What a reading of pairs says: log-odds that the first is better. */
export interface PairReading extends Reading {
  readonly first: number;
  readonly second: number;
}

export interface JudgedAnswer {
  readonly screening: Screening;
  readonly readings: readonly Reading[];
}

/** Soft verdict on one pair of the answers that were judged together. */
export interface PairVerdict {
  readonly first: number;
  readonly second: number;
  /** Log-odds that the first is better, sum of the contributions. */
  readonly logOdds: number;
  /** sigma(logOdds). */
  readonly outcome: number;
  readonly weight: number;
  readonly contributions: readonly { readonly name: string; readonly logOdds: number }[];
}

export interface Judgement {
  readonly answers: readonly JudgedAnswer[];
  readonly pairs: readonly PairReading[];
  readonly verdicts: readonly PairVerdict[];
  /** Tokens the engine computed, prompts included, without what it had kept from before. */
  readonly evaluatedTokens: number;
  /** Why no further reading was made. */
  readonly stopped: 'complete' | 'clear' | 'budget';
}

export type JudgeErrorType = 'scorer-failed' | 'aborted' | 'too-few-answers' | 'malformed-reading';
export type JudgeError = Failure<JudgeErrorType>;

/** A conversation, or text without a model's template around it. */
export type ScorerPrompt =
  | readonly { readonly role: 'system' | 'user' | 'assistant'; readonly content: string }[]
  | { readonly plain: string };

/** Log probabilities (natural) of the tokens of one continuation, without those that could not be read. */
export interface TokenScores {
  readonly tokens: readonly number[];
  readonly logProbabilities: readonly number[];
  readonly unreadTokens?: number;
  /** Tokens computed for it, prompt included, without what the engine had kept. */
  readonly evaluatedTokens: number;
}

/** Log probabilities (natural) of the first tokens of candidates; undefined below `floor`. */
export interface FirstTokenScores {
  readonly logProbabilities: readonly (number | undefined)[];
  readonly floor: number;
  readonly evaluatedTokens: number;
}

/**
 * What judging needs of an engine; filled by main with an inference engine. Its failures `unsupported` and
 * `context-overflow` are taken to be about the text, all others about the engine.
 */
export interface Scorer {
  score(request: {
    readonly prompt: ScorerPrompt;
    readonly continuations: readonly { readonly text: string; readonly ends: boolean }[];
    readonly signal?: AbortSignal;
    readonly onProgress?: (tokensDone: number, tokensTotal: number) => void;
  }): Promise<Result<readonly TokenScores[], Failure>>;
  predict(request: {
    readonly prompt: ScorerPrompt;
    readonly candidates: readonly string[];
    readonly signal?: AbortSignal;
  }): Promise<Result<FirstTokenScores, Failure>>;
  countTokens(text: string): Result<number, Failure>;
}

/** Writes what a judge thinks before it chooses; only the reading `reasoned-letter` needs it. */
export interface Reasoner {
  write(request: {
    readonly prompt: ScorerPrompt;
    readonly maxTokens: number;
    readonly signal?: AbortSignal;
  }): Promise<Result<{ readonly text: string; readonly evaluatedTokens: number }, Failure>>;
}

/** A layer's states over an answer's tokens; only the reading `probe` needs it. Engines with their own graph can tell. */
export interface StateReader {
  states(request: {
    readonly prompt: ScorerPrompt;
    readonly continuation: string;
    readonly layer: number;
    readonly signal?: AbortSignal;
  }): Promise<
    Result<{ readonly mean: Float32Array; readonly last: Float32Array; readonly evaluatedTokens: number }, Failure>
  >;
}

export interface JudgeRequest {
  readonly question: string;
  /** The answers under neutral positions; the judge never learns who wrote them. */
  readonly answers: readonly string[];
  /** Further answers of the round, not judged here: a judge reads what they agree on. */
  readonly others?: readonly string[];
  /** Most tokens to evaluate; the cheapest readings are made even if it is less. Default: no limit. */
  readonly budgetTokens?: number;
  readonly signal?: AbortSignal;
  /** Share of the work done, in [0, 1]. */
  readonly onProgress?: (share: number) => void;
}

export interface Judge {
  judge(request: JudgeRequest): Promise<Result<Judgement, JudgeError>>;
}
