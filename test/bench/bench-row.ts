/** One comparison of a benchmark. Every bench file exports `run(report)`, which may also print tables with `report`. */
export interface BenchRow {
  readonly name: string;
  readonly ours: number;
  /** What it is compared with: another library, the bare engine, an earlier baseline. */
  readonly rival: number;
  /** Of `ours` and `rival`. */
  readonly unit: string;
  /** ours / rival. */
  readonly ratio: number;
  /** What the ratio should be, in words, e.g. `<= 1.1`. */
  readonly target: string;
  readonly holds: boolean;
  /** Printed only when it does not hold, or as JSON: one of many figures that a table shows side by side. */
  readonly detail?: boolean;
}

/** A figure that stands beside another without having to reach anything. */
export function rowBeside({ name, ours, rival, unit }: Pick<BenchRow, 'name' | 'ours' | 'rival' | 'unit'>): BenchRow {
  return { name, ours, rival, unit, ratio: ours / rival, target: 'none', holds: true };
}
