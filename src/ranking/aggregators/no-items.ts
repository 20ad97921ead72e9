import { failure } from '#vocabulary';
import type { AggregateError } from './aggregator.ts';

/** Neither the context nor any vote names an item. */
export const noItems: AggregateError = failure(
  'no-items',
  'There is nothing to rank.',
  'Add a vote, or name the items.',
);
