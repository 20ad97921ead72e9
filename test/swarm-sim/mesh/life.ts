import type { Random } from '#vocabulary';
import type { MeshNetwork, Tab } from './mesh-network.ts';

/** Tabs come one after the other, evenly spread. */
export function populate(
  network: MeshNetwork,
  count: number,
  overMs: number,
  isHostile: (index: number) => boolean = () => false,
): void {
  for (let index = 0; index < count; index++) {
    network.join(isHostile(index));
    network.queue.runUntil(network.queue.nowMs() + overMs / count);
  }
}

export function run(network: MeshNetwork, forMs: number): void {
  network.queue.runUntil(network.queue.nowMs() + forMs);
}

/**
 * From now until then tabs leave after exponential sessions, half with a goodbye and half without, and as many come, so
 * that the room keeps its size. While the relay is away nobody comes.
 */
export function churn(
  network: MeshNetwork,
  random: Random,
  meanSessionMs: number,
  untilMs: number,
  size: number,
): void {
  const { queue } = network;
  const drawMs = (): number => -meanSessionMs * Math.log(1 - random.next());
  const endLater = (tab: Tab): void => {
    const atMs = queue.nowMs() + drawMs();
    if (atMs < untilMs)
      queue.at(atMs, () => {
        if (!tab.isAlive) return;
        if (random.next() < 0.5) network.leave(tab);
        else network.vanish(tab);
      });
  };
  for (const tab of network.alive()) endLater(tab);
  const gapMs = meanSessionMs / size;
  const arrive = (): void => {
    if (queue.nowMs() >= untilMs) return;
    endLater(network.join());
    queue.at(queue.nowMs() - gapMs * Math.log(1 - random.next()), arrive);
  };
  queue.at(queue.nowMs() + gapMs, arrive);
}

/** So many vanish at once. */
export function vanishShare(network: MeshNetwork, random: Random, share: number): void {
  for (const tab of network.alive()) if (random.next() < share) network.vanish(tab);
}
