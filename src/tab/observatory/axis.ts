/** A linear axis with round tick values. */
export interface Axis {
  readonly low: number;
  readonly high: number;
  readonly ticks: readonly number[];
}

/** Covers every finite value, and zero, with at most `maxTicks` ticks at 1, 2 or 5 times a power of ten. */
export function axisOver(values: readonly number[], maxTicks = 7): Axis {
  const finite = values.filter((value) => Number.isFinite(value));
  const least = Math.min(0, ...finite);
  const most = Math.max(0, ...finite);
  const span = most - least || 1;
  const step = niceStep(span / (maxTicks - 1));
  const first = Math.floor(least / step);
  const last = Math.max(Math.ceil(most / step), first + 1);
  const ticks = Array.from({ length: last - first + 1 }, (_, index) =>
    Number(((first + index) * step).toPrecision(12)),
  );
  return { low: first * step, high: last * step, ticks };
}

function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  const factor = [1, 2, 5, 10].find((candidate) => candidate * power >= least * (1 - 1e-9)) ?? 10;
  return factor * power;
}

/** Position along the axis in percent, clamped to it. */
export function positionOn(axis: Axis, value: number): number {
  const share = (value - axis.low) / (axis.high - axis.low);
  return Math.min(1, Math.max(0, Number.isFinite(share) ? share : 0)) * 100;
}
