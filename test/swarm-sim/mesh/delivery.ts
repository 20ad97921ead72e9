import { type Random, randomInteger } from '#vocabulary';
import { quantile, sentInAll } from './mesh-measures.ts';
import type { MeshNetwork, Tab } from './mesh-network.ts';

/** What became of some broadcasts. */
export interface Delivery {
  readonly broadcasts: number;
  /** Of tabs that were there from before a broadcast until its end. */
  readonly ratio: number;
  /** When the last of them had it, over the broadcasts: the median and the 99th part. */
  readonly lastMs: { readonly p50: number; readonly p99: number };
  readonly eachMs: { readonly p50: number; readonly p99: number };
  readonly hops: { readonly p50: number; readonly p99: number };
  /** Full messages sent for each delivered (1 is a perfect tree), and announcements, requests and prunings. */
  readonly sentPerDelivered: number;
  readonly smallPerDelivered: number;
}

/** Listens for deliveries of numbered bodies. Give `onDeliver` to the network. */
export function createDeliveryLog() {
  const heard = new Map<number, Map<Tab, { readonly atMs: number; readonly hops: number }>>();
  let now: () => number = () => 0;
  return {
    setClock(clock: () => number): void {
      now = clock;
    },
    onDeliver(tab: Tab, body: Uint8Array, hops: number): void {
      const number = new DataView(body.buffer, body.byteOffset).getUint32(0);
      heard.get(number)?.set(tab, { atMs: now(), hops });
    },
    begin(number: number): void {
      heard.set(number, new Map());
    },
    heardOf: (number: number) => heard.get(number) ?? new Map<Tab, { readonly atMs: number; readonly hops: number }>(),
  };
}

export type DeliveryLog = ReturnType<typeof createDeliveryLog>;

let lastNumber = 0;

export function numberedBody(number: number, sizeBytes: number): Uint8Array {
  const body = new Uint8Array(Math.max(4, sizeBytes));
  new DataView(body.buffer).setUint32(0, number);
  return body;
}

/** Lets random honest tabs broadcast, one every `everyMs`, and waits for the last to arrive. */
export function measureDelivery(
  network: MeshNetwork,
  log: DeliveryLog,
  random: Random,
  { count = 20, everyMs = 1_000, settleMs = 15_000, sizeBytes = 200, meanwhile = () => undefined as void } = {},
): Delivery {
  const { queue } = network;
  log.setClock(queue.nowMs);
  const before = sentInAll(network.tabs);
  const casts: {
    readonly number: number;
    readonly atMs: number;
    readonly present: readonly Tab[];
    readonly author: Tab;
  }[] = [];
  for (let turn = 0; turn < count; turn++) {
    const present = network.alive().filter(({ isHostile }) => !isHostile);
    const author = present[randomInteger(random, present.length)] as Tab;
    const number = ++lastNumber;
    log.begin(number);
    casts.push({ number, atMs: queue.nowMs(), present, author });
    network.broadcast(author, 'test', numberedBody(number, sizeBytes));
    meanwhile();
    queue.runUntil(queue.nowMs() + everyMs);
  }
  queue.runUntil(queue.nowMs() + settleMs);

  const [each, hopCounts, lasts]: [number[], number[], number[]] = [[], [], []];
  let [due, come] = [0, 0];
  for (const { number, atMs, present, author } of casts) {
    const heard = log.heardOf(number);
    let last = 0;
    for (const tab of present) {
      if (!tab.isAlive || tab === author) continue;
      due++;
      const arrival = heard.get(tab);
      if (arrival === undefined) continue;
      come++;
      each.push(arrival.atMs - atMs);
      hopCounts.push(arrival.hops);
      last = Math.max(last, arrival.atMs - atMs);
    }
    lasts.push(last);
  }
  const after = sentInAll(network.tabs);
  const sent = (kind: keyof Tab['sent']): number => after[kind] - before[kind];
  const ends = (values: number[]): { p50: number; p99: number } => {
    const sorted = Float64Array.from(values).sort();
    return { p50: quantile(Array.from(sorted), 0.5), p99: quantile(Array.from(sorted), 0.99) };
  };
  return {
    broadcasts: count,
    ratio: due === 0 ? 0 : come / due,
    lastMs: ends(lasts),
    eachMs: ends(each),
    hops: ends(hopCounts),
    sentPerDelivered: sent('say') / Math.max(1, come),
    smallPerDelivered: (sent('have') + sent('graft') + sent('prune')) / Math.max(1, come),
  };
}
