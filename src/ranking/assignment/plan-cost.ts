/** For each judge the answers it scores. */
export type Plan = readonly (readonly number[])[];

/** In order of importance: one connected graph, connected without any one judge, even exposures. */
const DISCONNECTED = 1e8;
const FRAGILE = 1e4;

/** 0 for a plan that keeps every wish; whole numbers, so that every engine compares plans alike. */
export function planCost(plan: Plan, authors: readonly number[]): number {
  const answerCount = authors.length;
  let cost = DISCONNECTED * (componentCount(plan, answerCount) - 1) + unevenness(exposuresOf(plan, answerCount));
  for (let absent = 0; absent < plan.length; absent++)
    if ((plan[absent] as readonly number[]).length > 0)
      cost += FRAGILE * (componentCount(plan.with(absent, []), answerCount) - 1);
  return cost;
}

/** How many judges read each answer. */
export function exposuresOf(plan: Plan, answerCount: number): number[] {
  const exposures = Array.from({ length: answerCount }, () => 0);
  for (const answers of plan) for (const answer of answers) exposures[answer]! += 1;
  return exposures;
}

/** Readings above or below what an even spread allows. */
function unevenness(exposures: readonly number[]): number {
  const total = exposures.reduce((sum, count) => sum + count, 0);
  const floor = Math.floor(total / Math.max(1, exposures.length));
  const ceiling = Math.ceil(total / Math.max(1, exposures.length));
  return exposures.reduce((sum, count) => sum + Math.max(0, floor - count, count - ceiling), 0);
}

/** Components of the graph in which answers read by the same judge are joined. */
export function componentCount(plan: Plan, answerCount: number): number {
  const parent = Array.from({ length: answerCount }, (_, answer) => answer);
  const rootOf = (answer: number): number => {
    let root = answer;
    while (parent[root] !== root) root = parent[root] as number;
    parent[answer] = root;
    return root;
  };
  let components = answerCount;
  for (const answers of plan)
    for (const answer of answers.slice(1)) {
      const [a, b] = [rootOf(answers[0] as number), rootOf(answer)];
      if (a === b) continue;
      parent[a] = b;
      components -= 1;
    }
  return components;
}
