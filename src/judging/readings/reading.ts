import type { Result } from '#vocabulary';
import type { AttackFamily } from '../gold/attack-families.ts';
import type { ReadingName, TokenScores } from '../judge.ts';
import type { ReadingError } from './probabilities.ts';
import type { JudgedText, ReadingPrompt } from './prompts.ts';

/** Lengths in tokens that a reading's cost follows from. */
export interface TokenCounts {
  readonly question: number;
  /** Of each answer. */
  readonly answers: readonly number[];
}

/** What is known of every reading, whatever it reads. Bigger values speak for an answer. */
interface ReadingFacts {
  readonly name: ReadingName;
  /**
   * Attacks that the true answer beats in fewer than nine of ten questions if the default model judges by this reading alone.
   * Measured on the recording; letters, which are at chance, and agreement, which says nothing about two answers, are blind
   * to all. A probe is blind to what it was not trained on.
   */
  readonly blindTo: readonly AttackFamily[];
  /** Tokens to evaluate for all answers, when the readings before it in the registry have just been made. */
  readonly tokensFor: (counts: TokenCounts) => number;
}

/** One value an answer, from the log probabilities of one prompt. */
export interface ScoredReading extends ReadingFacts {
  readonly kind: 'scored';
  readonly promptOf: (text: JudgedText) => ReadingPrompt;
  readonly read: (scores: readonly TokenScores[]) => Result<number, ReadingError>;
}

/** One value an answer, from looking its words up in what the model expects as a short answer: one pass for all answers. */
export interface LookedUpReading extends ReadingFacts {
  readonly kind: 'looked-up';
}

/** One value a pair, asked in both orders so that a preference for a place cancels out. */
export interface PairedReading extends ReadingFacts {
  readonly kind: 'paired';
  /** Whether the judge writes down its thoughts before it names a letter. */
  readonly reasons: boolean;
}

/** One value an answer, a linear probe on a layer's states over its tokens. */
export interface ProbedReading extends ReadingFacts {
  readonly kind: 'probed';
}

export type ReadingDefinition = ScoredReading | LookedUpReading | PairedReading | ProbedReading;
