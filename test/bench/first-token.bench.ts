import { startServer } from '../../relay/running-server.ts';
import { type PeerTab, openPeerTab, waitForSnapshot } from '../browser/peer-tabs.ts';
import type { BenchRow } from './bench-row.ts';
import { openEnginesStage } from './inference/engines-tab.ts';
import { compareTurns } from './inference/figures.ts';
import { QUESTIONS } from './inference/questions.ts';

/** The first question warms both sides and does not count. */
const WARM_UPS = 1;
const ENGINE = { threads: 1, contextTokens: 2_048 };

/** From sending a question to the first token of the provisional answer, against the engine's library alone. */
export async function run(): Promise<BenchRow[]> {
  const server = await startServer({ port: 0 });
  const stage = await openEnginesStage();
  try {
    const turns = await stage.inTab(async (bare) => {
      const context = await stage.browser.newContext();
      const { threads } = ENGINE;
      const peer = await openPeerTab(context, { url: server.url, name: 'bench', threads, engine: 'wllama' });
      await waitForSnapshot(peer, 'loaded model', (snapshot) => snapshot.model.status === 'ready', 120_000);
      await bare.load('bare/wllama', ENGINE);
      const timed = [];
      for (const question of QUESTIONS) {
        const { firstMs } = await bare.write('bare/wllama', { question, maxTokens: 2 });
        timed.push({ rival: firstMs, ours: await timePeer(peer, question) });
      }
      return timed;
    });
    const name = 'first token of the provisional answer';
    return [compareTurns({ name, unit: 'ms' }, turns.slice(WARM_UPS), { atMost: 1.1 })];
  } finally {
    await stage.close();
    await server.stop();
  }
}

async function timePeer(tab: PeerTab, question: string): Promise<number> {
  const asked = (await tab.snapshot()).rounds.length;
  await tab.ask(question);
  const over = await waitForSnapshot(
    tab,
    'answer',
    ({ rounds }) => rounds.length > asked && rounds.at(-1)?.phase === 'settled',
    120_000,
  );
  const firstTokenMs = over.rounds.at(-1)?.provisional.firstTokenMs;
  if (firstTokenMs === undefined) throw new Error('The peer wrote nothing.');
  return firstTokenMs;
}
