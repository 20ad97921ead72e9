import type { Failure, Result } from '#vocabulary';

/** Why an answer is none: by its text alone, or because the model cannot read it. */
export type ScreeningReason = 'empty' | 'echo' | 'repetition' | 'truncated-to-nothing' | 'leaked-markup' | 'unreadable';
export type Screening = { readonly genuine: true } | { readonly genuine: false; readonly reason: ScreeningReason };

/** One way to read a model's probabilities; bigger means better. See judging.md. */
export interface Reading {
  readonly name: 'forward' | 'yes-no';
  readonly value: number;
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
  readonly verdicts: readonly PairVerdict[];
  readonly evaluatedTokens: number;
}

export type JudgeErrorType = 'scorer-failed' | 'aborted' | 'too-few-answers';
export type JudgeError = Failure<JudgeErrorType>;

/** Log probabilities (natural) of the tokens of one continuation, without those that could not be read. */
export interface TokenScores {
  readonly tokens: readonly number[];
  readonly logProbabilities: readonly number[];
  readonly unreadTokens?: number;
}

/**
 * What judging needs of an engine; filled by main with an inference engine. Its failures `unsupported` and
 * `context-overflow` are taken to be about the text, all others about the engine.
 */
export interface Scorer {
  score(request: {
    readonly prompt: readonly { readonly role: 'system' | 'user' | 'assistant'; readonly content: string }[];
    readonly continuations: readonly { readonly text: string; readonly ends: boolean }[];
    readonly signal?: AbortSignal;
    readonly onProgress?: (tokensDone: number, tokensTotal: number) => void;
  }): Promise<Result<readonly TokenScores[], Failure>>;
}

export interface JudgeRequest {
  readonly question: string;
  /** The answers under neutral positions; the judge never learns who wrote them. */
  readonly answers: readonly string[];
  readonly signal?: AbortSignal;
  /** Share of the work done, in [0, 1]. */
  readonly onProgress?: (share: number) => void;
}

export interface Judge {
  judge(request: JudgeRequest): Promise<Result<Judgement, JudgeError>>;
}
