export type * from './record.ts';
export type * from './ledger.ts';
