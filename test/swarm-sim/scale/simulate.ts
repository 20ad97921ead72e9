import { createSeededRandom } from '#vocabulary';
import { OVERLAY_LIMITS } from '../../../src/swarm/overlay/constants.ts';
import { type Delivery, createDeliveryLog, measureDelivery } from '../mesh/delivery.ts';
import { churn, populate, run, vanishShare } from '../mesh/life.ts';
import { degrees, graphOf, largestComponent, mean, pathLengths, quantile, sentInAll } from '../mesh/mesh-measures.ts';
import { type MeshNetwork, type Tab, createMeshNetwork } from '../mesh/mesh-network.ts';

export interface Stage {
  readonly name: string;
  readonly tabs: number;
  readonly component: number;
  readonly degree: { readonly least: number; readonly p50: number; readonly mean: number; readonly most: number };
  readonly paths: { readonly mean: number; readonly longest: number };
}

export interface SimulatedScale {
  readonly stages: readonly Stage[];
  readonly deliveries: readonly (Delivery & { readonly name: string })[];
  /** Connections opened by or to one tab in an hour of churn, refused and failed ones included. */
  readonly connectionsPerTabHour: number;
  readonly connectionsToJoin: number;
  /** Messages one tab sends in an hour when nobody broadcasts, by kind. */
  readonly idleMessagesPerTabHour: Readonly<Partial<Record<keyof Tab['sent'], number>>>;
}

export interface SimulationOptions {
  readonly tabs: number;
  readonly seed: string;
  readonly broadcasts: number;
  readonly onStage: (stage: Stage) => void;
}

/** Mean session of the churn: half of the tabs of an hour ago are gone. */
export const MEAN_SESSION_MS = 90 * 60_000;
const CHURN_MS = 5 * 60_000;

/** Life of one large room with the product's own reducers: it fills, churns, loses its relay, loses three in ten tabs. */
export function simulateScale({ tabs, seed, broadcasts, onStage }: SimulationOptions): SimulatedScale {
  const random = createSeededRandom(seed);
  const log = createDeliveryLog();
  // Of 100,000 tabs not each can remember 256 others in the memory of one process.
  const known = tabs > 20_000 ? 64 : OVERLAY_LIMITS.known;
  const network = createMeshNetwork({ random, limits: { ...OVERLAY_LIMITS, known }, onDeliver: log.onDeliver });
  const stages: Stage[] = [];
  const deliveries: (Delivery & { name: string })[] = [];

  const look = (name: string): void => {
    const settledMs = network.queue.nowMs() - 15_000;
    const graph = graphOf(network.alive().filter(({ aliveSinceMs }) => aliveSinceMs <= settledMs));
    const sorted = degrees(graph);
    const stage: Stage = {
      name,
      tabs: sorted.length,
      component: largestComponent(graph),
      degree: { least: sorted[0] ?? 0, p50: quantile(sorted, 0.5), mean: mean(sorted), most: sorted.at(-1) ?? 0 },
      paths: pathLengths(graph, random, 10),
    };
    stages.push(stage);
    onStage(stage);
  };
  const spread = (name: string, count: number): void => {
    deliveries.push({ name, ...measureDelivery(network, log, random, { count }) });
  };

  populate(network, tabs, 60_000);
  run(network, 60_000);
  look('after all came in one minute');
  const connectionsToJoin = mean(network.tabs.map(({ opened }) => opened));
  spread('first (the tree forms)', 2);
  spread('later', broadcasts);

  const churnStartMs = network.queue.nowMs();
  churn(network, random, MEAN_SESSION_MS, churnStartMs + CHURN_MS + 5 * 60_000, tabs);
  const before = { opened: openedInAll(network), sent: sentInAll(network.tabs) };
  run(network, CHURN_MS);
  const hours = CHURN_MS / 3_600_000;
  const connectionsPerTabHour = (openedInAll(network) - before.opened) / tabs / hours;
  const after = sentInAll(network.tabs);
  const idleMessagesPerTabHour: Partial<Record<keyof Tab['sent'], number>> = {};
  for (const kind of Object.keys(after) as (keyof Tab['sent'])[])
    idleMessagesPerTabHour[kind] = (after[kind] - before.sent[kind]) / tabs / hours;
  look('after 5 minutes of churn');
  spread('during churn', broadcasts);

  network.setRelay(false);
  run(network, 2 * 60_000);
  look('2 minutes without a relay');
  network.setRelay(true);
  run(network, 60_000);
  look('1 minute after it came back');

  vanishShare(network, random, 0.3);
  run(network, 5_000);
  look('5 s after 30 % vanished');
  run(network, 25_000);
  look('30 s after 30 % vanished');
  spread('after 30 % vanished', broadcasts);
  return { stages, deliveries, connectionsPerTabHour, connectionsToJoin, idleMessagesPerTabHour };
}

function openedInAll({ tabs }: MeshNetwork): number {
  return tabs.reduce((sum, { opened }) => sum + opened, 0);
}
