import { type Random, randomInteger } from '#vocabulary';
import { neighboursOf } from '../../../src/swarm/overlay/view-state.ts';
import type { MeshNetwork, Tab } from './mesh-network.ts';

/** The mesh as a graph: links that both sides hold for neighbours. */
export interface Graph {
  readonly tabs: readonly Tab[];
  readonly neighbours: readonly (readonly number[])[];
}

export function graphOf(tabs: readonly Tab[]): Graph {
  const place = new Map(tabs.map((tab, index) => [tab.id, index]));
  const neighbours = tabs.map((tab) =>
    neighboursOf(tab.state.view).flatMap(({ peer }) => {
      const index = place.get(peer);
      if (index === undefined) return [];
      return (tabs[index] as Tab).state.view.links.get(tab.id)?.role === 'neighbour' ? [index] : [];
    }),
  );
  return { tabs, neighbours };
}

/** Hops from one tab to every other; -1 where there is no path. */
export function hopsFrom({ neighbours }: Graph, start: number): Int32Array {
  const hops = new Int32Array(neighbours.length).fill(-1);
  hops[start] = 0;
  let front = [start];
  while (front.length > 0) {
    const next: number[] = [];
    for (const at of front)
      for (const to of neighbours[at] as readonly number[]) {
        if (hops[to] !== -1) continue;
        hops[to] = (hops[at] as number) + 1;
        next.push(to);
      }
    front = next;
  }
  return hops;
}

/** Share of tabs in the largest part that hangs together. */
export function largestComponent(graph: Graph): number {
  const { length } = graph.neighbours;
  const isCounted = new Uint8Array(length);
  let largest = 0;
  for (let start = 0; start < length; start++) {
    if (isCounted[start] === 1) continue;
    let size = 0;
    const front = [start];
    isCounted[start] = 1;
    for (let at = front.pop(); at !== undefined; at = front.pop()) {
      size++;
      for (const to of graph.neighbours[at] as readonly number[]) {
        if (isCounted[to] === 1) continue;
        isCounted[to] = 1;
        front.push(to);
      }
    }
    largest = Math.max(largest, size);
  }
  return length === 0 ? 0 : largest / length;
}

export function degrees({ neighbours }: Graph): readonly number[] {
  return neighbours.map(({ length }) => length).toSorted((a, b) => a - b);
}

/** Mean and longest shortest path from a few random tabs. */
export function pathLengths(
  graph: Graph,
  random: Random,
  starts = 20,
): { readonly mean: number; readonly longest: number } {
  let [sum, count, longest] = [0, 0, 0];
  for (let turn = 0; turn < starts; turn++)
    for (const hops of hopsFrom(graph, randomInteger(random, graph.neighbours.length))) {
      if (hops <= 0) continue;
      sum += hops;
      count++;
      longest = Math.max(longest, hops);
    }
  return { mean: count === 0 ? 0 : sum / count, longest };
}

export function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

export function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Share of hostile tabs among the neighbours, and among what is remembered, of honest tabs. */
export function hostileShares(network: MeshNetwork): {
  readonly neighbours: number;
  readonly known: number;
  readonly surrounded: number;
} {
  const hostile = new Set(network.tabs.filter(({ isHostile }) => isHostile).map(({ id }) => id));
  const honest = network.alive().filter(({ isHostile }) => !isHostile);
  const shareOf = (peers: Iterable<Tab['id']>): number => {
    const list = [...peers];
    return list.length === 0 ? 0 : list.filter((peer) => hostile.has(peer)).length / list.length;
  };
  const near = honest.map((tab) => shareOf(neighboursOf(tab.state.view).map(({ peer }) => peer)));
  return {
    neighbours: mean(near),
    known: mean(honest.map((tab) => shareOf(tab.state.view.candidates.keys()))),
    surrounded: near.filter((share) => share === 1).length / Math.max(1, near.length),
  };
}

/** Sums of what tabs sent, by kind of message. */
export function sentInAll(tabs: readonly Tab[]): Tab['sent'] {
  const sums = { ...(tabs[0] as Tab).sent };
  for (const key of Object.keys(sums) as (keyof Tab['sent'])[])
    sums[key] = tabs.reduce((sum, tab) => sum + tab.sent[key], 0);
  return sums;
}
