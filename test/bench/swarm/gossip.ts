import { setTimeout as wait } from 'node:timers/promises';
import { type BenchRow, rowBeside } from '../bench-row.ts';
import type { Delivery, SentMessages } from './page/crowd.ts';
import { type Stage, type Tab, inTabs, until } from './stage.ts';

/** Fifty tabs of their own would be 50 renderers on two cores; five with ten libp2p nodes each have the same swarm. */
const TABS = 5;
const PEERS_PER_TAB = 10;
const PEERS = TABS * PEERS_PER_TAB;
/** Fewest links at which a peer counts as in the mesh. */
const LINKED = 4;
const MESSAGES = 60;
const PAUSE_MS = 250;
/** After joining, and after the last message: links come and go for a while, lost copies are asked for again. */
const SETTLE_MS = 15_000;
/** Gossipsub among 8 tabs of one machine, in earlier experiments: median and worst. */
const GOSSIPSUB = { p50Ms: 33, p99Ms: 6_336 };

/** A swarm of 50 peers in which random ones tell everybody something. */
export function measureGossip(stage: Stage, report: (line: string) => void): Promise<BenchRow[]> {
  report(`A swarm of ${PEERS} peers, ${PEERS_PER_TAB} libp2p nodes in each of ${TABS} tabs …`);
  return inTabs(stage, TABS, async (tabs) => {
    const startedMs = performance.now();
    // One after the other: fifty at once are a stampede, which two cores serve too slowly for any dial to succeed.
    for (let peer = 0; peer < PEERS; peer++)
      await (tabs[peer % TABS] as Tab).call('crowdJoin', stage.relay, `peer-${peer}`, Math.min(peer, LINKED));
    const degreesOf = async (): Promise<number[]> =>
      (await Promise.all(tabs.map((tab) => tab.call('crowdDegrees')))).flat();
    await until(
      'everybody has neighbours',
      async () => (await degreesOf()).every((degree) => degree >= LINKED),
      120_000,
    );
    report(`  linked after ${((performance.now() - startedMs) / 1000).toFixed(0)} s`);
    await wait(SETTLE_MS);
    const degrees = (await degreesOf()).toSorted((a, b) => a - b);
    report(`  direct links of a peer: ${degrees[0]} to ${degrees.at(-1)}, median ${degrees[PEERS >> 1]}`);

    const durationMs = MESSAGES * PAUSE_MS + SETTLE_MS;
    await sentBy(tabs);
    await wait(durationMs);
    const quiet = await sentBy(tabs);
    for (let message = 0; message < MESSAGES; message++) {
      // Everybody speaks about once, neighbours in number not one after the other.
      const speaker = (message * 17) % PEERS;
      await (tabs[speaker % TABS] as Tab).call('crowdSay', Math.floor(speaker / TABS), message);
      await wait(PAUSE_MS);
    }
    await wait(SETTLE_MS);
    const busy = await sentBy(tabs);
    const heard = (await Promise.all(tabs.map((tab) => tab.call('crowdHeard')))).flat();
    return rowsOf(heard, quiet, busy, report);
  });
}

async function sentBy(tabs: readonly Tab[]): Promise<SentMessages> {
  const each = await Promise.all(tabs.map((tab) => tab.call('crowdSent')));
  const sum = (of: keyof SentMessages): number => each.reduce((total, sent) => total + sent[of], 0);
  return { all: sum('all'), carrying: sum('carrying') };
}

function rowsOf(
  heard: readonly Delivery[],
  quiet: SentMessages,
  busy: SentMessages,
  report: (line: string) => void,
): BenchRow[] {
  const wanted = MESSAGES * (PEERS - 1);
  const once = new Set(heard.map(({ message, swarm }) => `${message} ${swarm}`));
  if (once.size < heard.length) throw new Error(`${heard.length - once.size} messages came twice`);
  const times = heard.map(({ tookMs }) => tookMs).toSorted((a, b) => a - b);
  const percentile = (share: number): number => times[Math.floor((times.length - 1) * share)] ?? Number.NaN;
  const copies = (busy.carrying - quiet.carrying) / heard.length;
  const all = (busy.all - quiet.all) / heard.length;
  report(
    `  ${heard.length} of ${wanted} delivered, p50 ${percentile(0.5).toFixed(1)} ms, p99 ${percentile(0.99).toFixed(1)} ms; ` +
      `${copies.toFixed(2)} copies and ${all.toFixed(2)} messages in all for each, beside ${quiet.all} when nobody spoke`,
  );
  const row = (name: string, unit: string, ours: number, rival: number): BenchRow =>
    rowBeside({ name: `gossip among ${PEERS} peers: ${name}`, ours, rival, unit });
  return [
    { ...row('deliveries, against all', '', heard.length, wanted), target: '>= 1', holds: heard.length >= wanted },
    row('delay at the median, against gossipsub among 8', 'ms', percentile(0.5), GOSSIPSUB.p50Ms),
    row('delay at p99, against the worst of gossipsub among 8', 'ms', percentile(0.99), GOSSIPSUB.p99Ms),
    row('copies sent for each delivery, against the least possible', '', copies, 1),
    row('messages of any kind sent for each delivery, against the least possible', '', all, 1),
  ];
}
