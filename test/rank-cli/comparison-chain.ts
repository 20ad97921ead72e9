import type { VoteCells } from '#ranking';

/**
 * Why the votes alone leave strengths open, or undefined. A likelihood has a finite maximum only where each item has beaten
 * each other one through a chain of wins (Ford 1957).
 */
export function explainOpenStrengths(cells: VoteCells, names: readonly string[]): string | undefined {
  const { itemCount } = cells;
  const beaten = Array.from({ length: itemCount }, () => new Set<number>());
  const lostTo = Array.from({ length: itemCount }, () => new Set<number>());
  for (const [cell, first] of cells.firsts.entries()) {
    const second = cells.seconds[cell] as number;
    if ((cells.firstWins[cell] as number) > 0) record(first, second);
    if ((cells.secondWins[cell] as number) > 0) record(second, first);
  }
  function record(winner: number, loser: number): void {
    beaten[winner]?.add(loser);
    lostTo[loser]?.add(winner);
  }

  const items = Array.from({ length: itemCount }, (_, item) => item);
  const met = (item: number): boolean => (beaten[item]?.size ?? 0) + (lostTo[item]?.size ?? 0) > 0;
  const listed = (found: readonly number[], one: string, more: string): string => {
    const shown = found.slice(0, 3).map((item) => names[item]);
    const rest = found.length > 3 ? ` and ${found.length - 3} more` : '';
    return `${shown.join(', ')}${rest} ${found.length === 1 ? one : more}`;
  };
  const unseen = items.filter((item) => !met(item));
  if (unseen.length > 0) return listed(unseen, 'was never compared', 'were never compared');
  const undefeated = items.filter((item) => lostTo[item]?.size === 0);
  if (undefeated.length > 0) return listed(undefeated, 'is undefeated', 'are undefeated');
  const winless = items.filter((item) => beaten[item]?.size === 0);
  if (winless.length > 0) return listed(winless, 'is winless', 'are winless');
  const groups = countGroups(items, (item) => [...(beaten[item] ?? []), ...(lostTo[item] ?? [])]);
  if (groups > 1) return `${groups} groups of items were never compared with each other`;
  const isOneChain = [beaten, lostTo].every((edges) => reach(0, (item) => edges[item] ?? []).size === itemCount);
  return isOneChain ? undefined : 'one group of items never lost to the others';
}

function reach(from: number, next: (item: number) => Iterable<number>): Set<number> {
  const reached = new Set([from]);
  // A set visits what is added to it while it is walked.
  for (const item of reached) for (const other of next(item)) reached.add(other);
  return reached;
}

function countGroups(items: readonly number[], next: (item: number) => Iterable<number>): number {
  const seen = new Set<number>();
  let groups = 0;
  for (const item of items) {
    if (seen.has(item)) continue;
    groups += 1;
    for (const member of reach(item, next)) seen.add(member);
  }
  return groups;
}
