/** Answers that one judge weighs against each other: two that it compares, or more that it scores. */
export type Group = readonly number[];
/** For each judge its groups. */
export type Plan = readonly (readonly Group[])[];

/** In order of importance: one connected graph, connected without any one judge, even exposures, even pairs. */
const DISCONNECTED = 1e8;
const FRAGILE = 1e4;
/** No wish outweighs a more important one, however many answers and groups there are. */
const MOST_UNEVEN = 9_999;

/** Compares plans: 0 for one that keeps every wish; any number above `limit` for one that costs more than that. */
export type PlanCost = (plan: Plan, answerCount: number, limit?: number) => number;

/** Whole numbers, so that every engine compares plans alike. */
export const planCost: PlanCost = (plan, answerCount, limit = Infinity) => {
  const uneven = unevenness(exposuresOf(plan, answerCount));
  // The graph is searched only where it can matter: it takes most of the time.
  if (uneven > limit) return uneven;
  const weak = componentsWithoutEach(plan, answerCount).reduce((sum, count) => sum + count - 1, 0);
  return DISCONNECTED * (componentCount(plan, answerCount) - 1) + FRAGILE * weak + uneven;
};

/** `planCost`, then as many distinct pairs as can be, and repeated ones spread evenly. */
export const pairPlanCost: PlanCost = (plan, answerCount, limit = Infinity) => {
  const uneven = unevenness(pairCountsOf(plan, answerCount));
  const scale = MOST_UNEVEN + 1;
  return scale * planCost(plan, answerCount, (limit - uneven) / scale) + uneven;
};

/** How often each answer is shown. */
export function exposuresOf(plan: Plan, answerCount: number): Int32Array {
  const exposures = new Int32Array(answerCount);
  for (const groups of plan) for (const group of groups) for (const answer of group) exposures[answer]! += 1;
  return exposures;
}

/** Place of a pair, whichever of the two comes first, in a list of all pairs. */
export function pairIndex(one: number, other: number): number {
  return one < other ? (other * (other - 1)) / 2 + one : (one * (one - 1)) / 2 + other;
}

/** How often each pair stands in a group, by `pairIndex`. */
export function pairCountsOf(plan: Plan, answerCount: number): Int32Array {
  const counts = new Int32Array(pairIndex(answerCount, 0));
  for (const groups of plan)
    for (const group of groups)
      for (let one = 0; one < group.length; one++)
        for (let other = 0; other < one; other++) counts[pairIndex(group[one] as number, group[other] as number)]! += 1;
  return counts;
}

/** Counts above or below what an even spread allows. */
function unevenness(counts: Int32Array): number {
  let total = 0;
  for (const count of counts) total += count;
  const floor = Math.floor(total / Math.max(1, counts.length));
  const ceiling = Math.ceil(total / Math.max(1, counts.length));
  let uneven = 0;
  for (const count of counts) uneven += count < floor ? floor - count : count > ceiling ? count - ceiling : 0;
  return Math.min(MOST_UNEVEN, uneven);
}

/** Components of the graph in which answers of one group are joined. */
export function componentCount(plan: Plan, answerCount: number): number {
  const partition = createPartition(answerCount);
  for (const groups of plan) partition.joinGroups(groups);
  return partition.count();
}

/**
 * Components that are left when a judge vanishes, for each judge that has a group. What lies before and what lies after
 * it is joined once for all judges, so that this costs little more than counting once.
 */
function componentsWithoutEach(plan: Plan, answerCount: number): number[] {
  const before = createPartition(answerCount);
  const rootsBefore = plan.map((groups) => {
    const roots = before.count() > 1 ? before.roots() : undefined;
    before.joinGroups(groups);
    return roots;
  });
  const after = createPartition(answerCount);
  const counts: number[] = [];
  for (let judge = plan.length - 1; judge >= 0; judge--) {
    const groups = plan[judge] as readonly Group[];
    if (groups.length === 0) continue;
    const roots = rootsBefore[judge];
    if (roots === undefined || after.count() === 1) counts.push(1);
    else {
      const rest = createPartition(answerCount);
      rest.joinRoots(roots);
      rest.joinRoots(after.roots());
      counts.push(rest.count());
    }
    after.joinGroups(groups);
  }
  return counts;
}

interface Partition {
  joinGroups(groups: readonly Group[]): void;
  /** Joins what is joined in another partition. */
  joinRoots(roots: Int32Array): void;
  roots(): Int32Array;
  count(): number;
}

/** Disjoint sets with path halving (Tarjan & van Leeuwen 1984). */
function createPartition(size: number): Partition {
  const parent = new Int32Array(size);
  for (let item = 0; item < size; item++) parent[item] = item;
  let count = size;
  const rootOf = (item: number): number => {
    let at = item;
    while (parent[at] !== at) {
      parent[at] = parent[parent[at] as number] as number;
      at = parent[at] as number;
    }
    return at;
  };
  const join = (one: number, other: number): void => {
    const a = rootOf(one);
    const b = rootOf(other);
    if (a === b) return;
    parent[a] = b;
    count -= 1;
  };
  return {
    joinGroups(groups) {
      for (const group of groups) for (const answer of group) join(group[0] as number, answer);
    },
    joinRoots(roots) {
      for (let item = 0; item < size; item++) join(item, roots[item] as number);
    },
    roots() {
      const roots = new Int32Array(size);
      for (let item = 0; item < size; item++) roots[item] = rootOf(item);
      return roots;
    },
    count: () => count,
  };
}
