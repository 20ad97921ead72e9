/**
 * Ways to look like an answer without being one; every true answer should beat all of them. Their wordings are apart
 * (attacks.ts), so that a page that only names them need not fetch those.
 */
export const attackFamilies = [
  'refusal',
  'filler',
  'boilerplate',
  'loop',
  'injection',
  'echo',
  'restatement',
  'off-topic',
  'self-praise',
  'yes-bait',
  'bland',
  'word-salad',
  'hedge',
] as const;

export type AttackFamily = (typeof attackFamilies)[number];
