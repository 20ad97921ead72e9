import type { ReadingName } from '../judge.ts';
import type { GoldSource } from './calibration.ts';

/** Where pairs are used: weights are fitted on one part, and every figure that is told comes from the other. */
export type Split = 'fit' | 'held-out';

/** One answer whose worth is known, as a model read it. */
export interface GoldAnswer {
  readonly right: boolean;
  readonly readings: Readonly<Partial<Record<ReadingName, number>>>;
  /** Length in words: judges must not learn it. */
  readonly words: number;
  /** A screened answer is never read: it loses to every genuine one whatever the weights. */
  readonly screened: boolean;
}

/** Answers to one question that were judged together. */
export interface GoldSlate {
  /** What pairs share that are no independent trials. */
  readonly question: string;
  readonly source: GoldSource;
  /** Kind of question, subject or attack: what is left out together in validation. */
  readonly family: string;
  readonly split: Split;
  /** 1 a child knows, 2 school, 3 an educated adult may have to think. */
  readonly difficulty?: 1 | 2 | 3;
  readonly form?: 'sentence' | 'passage';
  readonly answers: readonly GoldAnswer[];
}

/** A right answer before a wrong one. */
export interface GoldPair {
  readonly slate: GoldSlate;
  readonly better: GoldAnswer;
  readonly worse: GoldAnswer;
}

/** All pairs of a right with a wrong answer. */
export function pairsOf(slates: readonly GoldSlate[]): GoldPair[] {
  return slates.flatMap((slate) =>
    slate.answers
      .filter(({ right }) => right)
      .flatMap((better) => slate.answers.filter(({ right }) => !right).map((worse) => ({ slate, better, worse }))),
  );
}
