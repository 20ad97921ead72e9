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
  const disconnected = DISCONNECTED * (componentCount(plan, answerCount) - 1);
  return disconnected + FRAGILE * fragilityOf(plan, answerCount) + uneven;
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
  for (const groups of plan) partition.join(groups);
  return partition.count();
}

/**
 * Components beyond one that are left when a judge vanishes, summed over the judges that have a group. Halving the judges
 * again and again, what lies outside a half is joined once for all judges in it.
 */
function fragilityOf(plan: Plan, answerCount: number): number {
  const partition = createPartition(answerCount);
  let fragility = 0;
  const visit = (from: number, to: number): void => {
    // Whatever else is joined changes nothing.
    if (partition.count() <= 1) return;
    if (to - from <= 1) {
      if ((plan[from]?.length ?? 0) > 0) fragility += partition.count() - 1;
      return;
    }
    const middle = (from + to) >> 1;
    const joins = partition.joins();
    for (let judge = middle; judge < to; judge++) partition.join(plan[judge] as readonly Group[]);
    visit(from, middle);
    partition.undoTo(joins);
    for (let judge = from; judge < middle; judge++) partition.join(plan[judge] as readonly Group[]);
    visit(middle, to);
    partition.undoTo(joins);
  };
  visit(0, plan.length);
  return fragility;
}

interface Partition {
  join(groups: readonly Group[]): void;
  /** How often two components became one. */
  joins(): number;
  /** Takes back what was joined since there were so many joins. */
  undoTo(joins: number): void;
  count(): number;
}

/** Disjoint sets joined by size (Tarjan & van Leeuwen 1984); paths are not shortened, so that joins can be taken back. */
function createPartition(size: number): Partition {
  const parent = new Int32Array(size);
  for (let item = 0; item < size; item++) parent[item] = item;
  const sizes = new Int32Array(size).fill(1);
  const joined: number[] = [];
  const rootOf = (item: number): number => {
    let at = item;
    while (parent[at] !== at) at = parent[at] as number;
    return at;
  };
  const joinTwo = (one: number, other: number): void => {
    const a = rootOf(one);
    const b = rootOf(other);
    if (a === b) return;
    const [large, small] = (sizes[a] as number) < (sizes[b] as number) ? [b, a] : [a, b];
    parent[small] = large;
    sizes[large]! += sizes[small] as number;
    joined.push(small);
  };
  return {
    join(groups) {
      for (const group of groups)
        for (let place = 1; place < group.length; place++) joinTwo(group[0] as number, group[place] as number);
    },
    joins: () => joined.length,
    undoTo(joins) {
      while (joined.length > joins) {
        const small = joined.pop() as number;
        sizes[parent[small] as number]! -= sizes[small] as number;
        parent[small] = small;
      }
    },
    count: () => size - joined.length,
  };
}
