export type * from './vote.ts';
