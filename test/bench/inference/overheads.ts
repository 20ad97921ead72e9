import type { EngineKind } from '#inference';
import type { BenchRow } from '../bench-row.ts';
import type { EnginesStage, EnginesTab } from './engines-tab.ts';
import { compareTurns } from './figures.ts';
import type { SideName } from './page/engines-page.ts';
import { QUESTIONS } from './questions.ts';

/** What a library loses by being served through the port: whole replies by both sides, one after the other. */
const KINDS: readonly { readonly kind: EngineKind; readonly maxTokens: number }[] = [
  { kind: 'wllama', maxTokens: 32 },
  { kind: 'ort', maxTokens: 32 },
  // A toy model on a software adapter: what is measured is the way of a token through worker and page.
  { kind: 'webllm', maxTokens: 120 },
];
const OPTIONS = { threads: 1, contextTokens: 512 };
/** The first turn warms both sides and does not count. */
const WARM_UPS = 1;

export async function measureOverheads(stage: EnginesStage, report: (line: string) => void): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const { kind, maxTokens } of KINDS) {
    report(`${kind} through the port and alone …`);
    rows.push(await stage.inTab((tab) => compareReplies(tab, kind, maxTokens)));
  }
  return rows;
}

async function compareReplies(tab: EnginesTab, kind: EngineKind, maxTokens: number): Promise<BenchRow> {
  const ours: SideName = `ours/${kind}`;
  const bare: SideName = `bare/${kind}`;
  await tab.load(ours, OPTIONS);
  await tab.load(bare, OPTIONS);
  const turns = [];
  for (const [index, question] of QUESTIONS.entries()) {
    // By turns first and second, so that neither side profits from a processor that is warm.
    const order = index % 2 === 0 ? [ours, bare] : [bare, ours];
    const costs = new Map<SideName, number>();
    for (const side of order) {
      const { totalMs, tokens } = await tab.write(side, { question, maxTokens });
      costs.set(side, totalMs / tokens);
    }
    turns.push({ ours: costs.get(ours) ?? Number.NaN, rival: costs.get(bare) ?? Number.NaN });
  }
  const name = `a reply by ${kind}, through the port against the library alone`;
  return compareTurns({ name, unit: 'ms/token' }, turns.slice(WARM_UPS), { atMost: 1.03 });
}
