import type { BenchRow } from './bench-row.ts';
import { measureBulk, measureCallRates, measureRoundTrips } from './swarm/connection.ts';
import { measureContent } from './swarm/content.ts';
import { measureDials, measureFirstPeer } from './swarm/dials.ts';
import { measureGossip } from './swarm/gossip.ts';
import { measureRelay } from './swarm/relay/relay-capacity.ts';
import { type Stage, openStage } from './swarm/stage.ts';

/** Each on a stage of its own, so that none inherits what another left behind. */
const parts: Readonly<Record<string, (stage: Stage, report: (line: string) => void) => Promise<BenchRow[]>>> = {
  bulk: measureBulk,
  'round-trips': measureRoundTrips,
  'call-rates': measureCallRates,
  'first-peer': measureFirstPeer,
  dials: measureDials,
  gossip: measureGossip,
  content: measureContent,
};

/** `only`: names of parts, all by default. */
export async function run(report: (line: string) => void, only?: readonly string[]): Promise<BenchRow[]> {
  const known = [...Object.keys(parts), 'relay'];
  const unknown = only?.filter((name) => !known.includes(name)) ?? [];
  if (unknown.length > 0) throw new Error(`there is no part ${unknown.join(', ')}, only ${known.join(', ')}`);
  const rows: BenchRow[] = [];
  for (const [name, measure] of Object.entries(parts)) {
    if (only?.includes(name) === false) continue;
    const stage = await openStage();
    try {
      rows.push(...(await measure(stage, report)));
    } finally {
      await stage.close();
    }
  }
  if (only?.includes('relay') !== false) rows.push(...(await measureRelay(report)));
  return rows;
}
