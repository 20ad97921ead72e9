import type { BenchRow } from '../bench-row.ts';

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}

export interface Bound {
  readonly atMost?: number;
  readonly atLeast?: number;
}

/** Pairs measured one after the other: the ratio is the median of theirs, so that a busy moment hits both sides alike. */
export function compareTurns(
  { name, unit }: Pick<BenchRow, 'name' | 'unit'>,
  turns: readonly { readonly ours: number; readonly rival: number }[],
  bound: Bound,
): BenchRow {
  const ratio = median(turns.map(({ ours, rival }) => ours / rival));
  return {
    name,
    unit,
    ours: median(turns.map(({ ours }) => ours)),
    rival: median(turns.map(({ rival }) => rival)),
    ratio,
    target: describe(bound),
    holds: ratio <= (bound.atMost ?? Number.POSITIVE_INFINITY) && ratio >= (bound.atLeast ?? 0),
  };
}

function describe({ atMost, atLeast }: Bound): string {
  if (atMost !== undefined) return `<= ${atMost}`;
  return atLeast === undefined ? 'none' : `>= ${atLeast}`;
}
