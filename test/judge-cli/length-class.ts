export const lengthClasses = ['worseLonger', 'similar', 'betterLonger'] as const;
export type LengthClass = (typeof lengthClasses)[number];

/** How many times as many words make an answer the longer one. */
const LONGER = 1.25;

/** Which answer of a pair has more words. */
export function compareLengths(betterWords: number, worseWords: number): LengthClass {
  if (worseWords > LONGER * betterWords) return 'worseLonger';
  return betterWords > LONGER * worseWords ? 'betterLonger' : 'similar';
}
