import type { BrowserContext } from 'playwright-core';
import { startServer } from '../../../relay/running-server.ts';
import type { BenchRow } from '../bench-row.ts';
import { openPeerTab, waitForSnapshot } from '../../browser/peer-tabs.ts';
import type { EnginesStage } from './engines-tab.ts';
import { compareTurns } from './figures.ts';
import { QUESTIONS } from './questions.ts';

const OPTIONS = { threads: 1, contextTokens: 2_048 };
const PATIENCE_MS = 180_000;
const TURNS = 2;

/**
 * From opening the page to the first token of an answer, with an empty browser and with the model kept from a visit before.
 * Against llama.cpp's library alone in an empty page that has the file at hand, which neither fetches nor verifies it.
 */
export async function measureClicks(stage: EnginesStage, report: (line: string) => void): Promise<BenchRow[]> {
  report('From a click to the first token …');
  const server = await startServer({ port: 0 });
  try {
    const cold = [];
    const warm = [];
    for (let turn = 0; turn < TURNS; turn++) {
      const rival = await timeBare(stage);
      const context = await stage.browser.newContext();
      try {
        cold.push({ ours: await timePeer(context, server.url, turn), rival });
        warm.push({ ours: await timePeer(context, server.url, turn), rival });
      } finally {
        await context.close();
      }
    }
    const from = (words: string): { name: string; unit: string } => ({
      name: `from opening the page to the first token, ${words}, against wllama alone with the file at hand`,
      unit: 'ms',
    });
    return [compareTurns(from('cold'), cold, {}), compareTurns(from('warm'), warm, {})];
  } finally {
    await server.stop();
  }
}

/** The model is got, verified and loaded, the swarm joined, and the question asked as soon as it can be answered. */
async function timePeer(context: BrowserContext, url: string, turn: number): Promise<number> {
  const startedMs = performance.now();
  const peer = await openPeerTab(context, { url, name: 'bench', threads: OPTIONS.threads });
  await waitForSnapshot(peer, 'loaded model', ({ model }) => model.status === 'ready', PATIENCE_MS);
  const readyMs = performance.now() - startedMs;
  const { rounds } = await peer.snapshot();
  await peer.ask(QUESTIONS[turn] ?? '');
  const over = await waitForSnapshot(
    peer,
    'answer',
    (snapshot) => snapshot.rounds.length > rounds.length && snapshot.rounds.at(-1)?.phase === 'settled',
    PATIENCE_MS,
  );
  await peer.page.close();
  const firstMs = over.rounds.at(-1)?.provisional.firstTokenMs;
  if (firstMs === undefined) throw new Error('The peer wrote nothing.');
  return readyMs + firstMs;
}

async function timeBare(stage: EnginesStage): Promise<number> {
  return stage.inTab(async (tab) => {
    const loadMs = await tab.load('bare/wllama', OPTIONS);
    const { firstMs } = await tab.write('bare/wllama', { question: QUESTIONS[0], maxTokens: 2 });
    return loadMs + firstMs;
  });
}
