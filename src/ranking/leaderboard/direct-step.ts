import type { PairStatistics } from './pair-statistics.ts';
import type { Workspace } from './workspace.ts';

/** Up to here n³/6 multiplications cost less than rounds of conjugate gradients. */
export const MAX_DIRECT_ITEMS = 16;

/** Upper triangle, in rows: what joins two items that are not eliminated yet. */
const weights = new Float64Array(MAX_DIRECT_ITEMS * MAX_DIRECT_ITEMS);
const grounds = new Float64Array(MAX_DIRECT_ITEMS);
const inverses = new Float64Array(MAX_DIRECT_ITEMS);

/**
 * Solves (negative Hessian) step = gradient exactly, for few items. The negative Hessian is that of an electrical network,
 * pairs being conductances and the prior one to the ground: items are eliminated by joining their neighbours (star-mesh;
 * Grassmann, Taksar & Heyman 1985). Nothing is subtracted, so that groups that hardly ever met lose no digit, and the last
 * of a group that no path grounds stays where it is.
 */
export function solveDirectly(statistics: PairStatistics, precision: number, workspace: Workspace): void {
  const { itemCount } = statistics;
  const { gradient, step } = workspace;
  fillNetwork(statistics, precision, workspace);
  for (let item = 0; item < itemCount; item++) step[item] = gradient[item] as number;
  for (let item = 0; item < itemCount; item++) eliminate(item, itemCount, step);
  for (let item = itemCount - 1; item >= 0; item--) {
    let sum = step[item] as number;
    for (let other = item + 1; other < itemCount; other++)
      sum += (weights[item * itemCount + other] as number) * (step[other] as number);
    step[item] = sum * (inverses[item] as number);
  }
}

function fillNetwork(
  { itemCount, rowStarts, seconds }: PairStatistics,
  precision: number,
  { information }: Workspace,
): void {
  for (let first = 0; first < itemCount; first++) {
    const row = first * itemCount;
    for (let second = first + 1; second < itemCount; second++) weights[row + second] = 0;
    for (let pair = rowStarts[first] as number, end = rowStarts[first + 1] as number; pair < end; pair++)
      weights[row + (seconds[pair] as number)] = information[pair] as number;
    grounds[first] = precision;
  }
}

function eliminate(item: number, itemCount: number, currents: Float64Array): void {
  const row = item * itemCount;
  const ground = grounds[item] as number;
  let total = ground;
  for (let other = item + 1; other < itemCount; other++) total += weights[row + other] as number;
  const inverse = total === 0 ? 0 : 1 / total;
  inverses[item] = inverse;
  const current = currents[item] as number;
  for (let a = item + 1; a < itemCount; a++) {
    const share = (weights[row + a] as number) * inverse;
    if (share === 0) continue;
    currents[a]! += share * current;
    grounds[a]! += share * ground;
    for (let b = a + 1, start = a * itemCount; b < itemCount; b++)
      weights[start + b]! += share * (weights[row + b] as number);
  }
}
