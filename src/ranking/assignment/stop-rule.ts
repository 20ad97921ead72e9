/** True once one answer is the best with at least this probability: further votes are not worth their while. */
export function isDecided(pBest: readonly number[] | Float64Array, certainty: number): boolean {
  return pBest.some((chance) => chance >= certainty);
}

/** What stopping early saved. */
export interface Saving {
  readonly votes: number;
  readonly fullBudget: number;
  /** Share of the full budget that was not used: 0.4 when 60 of 100 votes were cast. */
  readonly saved: number;
}

export function savingOf(votes: number, fullBudget: number): Saving {
  return { votes, fullBudget, saved: fullBudget > 0 ? 1 - votes / fullBudget : 0 };
}

/** Votes when every judge compares every pair without an answer of its own. */
export function allComparisons(authors: readonly number[], judgeCount: number): number {
  let votes = 0;
  for (let judge = 0; judge < judgeCount; judge++) {
    const eligible = authors.filter((author) => author !== judge).length;
    votes += (eligible * (eligible - 1)) / 2;
  }
  return votes;
}
