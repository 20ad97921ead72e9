/** A linear axis with round tick values. */
export interface Axis {
  readonly low: number;
  readonly high: number;
  readonly ticks: readonly number[];
}

/** Room left at both ends, as a share of the span. */
const MARGIN = 0.04;
/** Below this all values are the same to the eye, in logits. */
const LEAST_SPAN = 1e-6;

/** Covers every finite value, and zero; ticks at multiples of 1, 2 or 5 times a power of ten, about `tickCount` of them. */
export function axisOver(values: readonly number[], tickCount = 5): Axis {
  const finite = values.filter((value) => Number.isFinite(value));
  const lowest = finite.reduce((low, value) => Math.min(low, value), 0);
  const highest = finite.reduce((high, value) => Math.max(high, value), 0);
  const flat = highest - lowest < LEAST_SPAN;
  const least = flat ? -1 : lowest;
  const most = flat ? 1 : highest;
  const span = most - least;
  const low = least - span * MARGIN;
  const high = most + span * MARGIN;
  const step = roundStep(span / tickCount);
  const first = Math.ceil(low / step);
  const last = Math.floor(high / step);
  const ticks = Array.from({ length: last - first + 1 }, (_, index) =>
    Number(((first + index) * step).toPrecision(12)),
  );
  return { low, high, ticks };
}

function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  const factor = [1, 2, 5, 10].find((candidate) => candidate * power >= least * (1 - 1e-9)) ?? 10;
  return factor * power;
}

/** Position along the axis in percent, clamped to it. */
export function positionOn(axis: Axis, value: number): number {
  const share = (value - axis.low) / (axis.high - axis.low);
  return Math.min(1, Math.max(0, Number.isFinite(share) ? share : 0)) * 100;
}
