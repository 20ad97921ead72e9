import { type Failure, type Result, err, failure, ok } from '#vocabulary';

/** What every plan depends on: who wrote what, and a seed. */
export interface PlanRequest {
  /** For each answer the judge that wrote it, or -1 when its author judges nothing. */
  readonly authors: readonly number[];
  readonly judgeCount: number;
  /** Hash of the round's id and its sorted commitments: known to nobody before all have committed. */
  readonly seed: string;
}

/** A judge judges at most as many answers as a round may have. */
const MAX_PLANNED = 64;

/** Refuses requests that no honest round makes. */
export function checkPlanRequest({
  authors,
  judgeCount,
}: PlanRequest): Result<undefined, Failure<'too-large' | 'bad-author'>> {
  if (!Number.isInteger(judgeCount) || judgeCount < 0 || judgeCount > MAX_PLANNED || authors.length > MAX_PLANNED)
    return err(failure('too-large', `At most ${MAX_PLANNED} answers and judges are planned at once.`));
  if (authors.some((author) => !Number.isInteger(author) || author < -1 || author >= judgeCount))
    return err(failure('bad-author', 'An author is neither a judge nor -1.'));
  return ok(undefined);
}

/** Answers that a judge may see: all but its own. */
export function eligibleAnswers(authors: readonly number[], judge: number): number[] {
  return [...authors.keys()].filter((answer) => authors[answer] !== judge);
}
