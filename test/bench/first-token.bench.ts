import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { build, preview } from 'vite';
import { defaultModelFile } from '../../src/inference/catalogue.ts';
import { isolationHeaders } from '../../relay/headers.ts';
import { modelPath } from '../../relay/model-cache.ts';
import { startServer } from '../../relay/running-server.ts';
import { launchChromium } from '../browser/chromium.ts';
import { type PeerTab, openPeerTab, waitForSnapshot } from '../browser/peer-tabs.ts';
import type { BenchRow } from './bench-row.ts';
import { QUESTIONS } from './inference/questions.ts';
import type { BareEngine } from './page/bare-engine.ts';

/** The first question warms both sides and does not count. */
const WARM_UPS = 1;
const ENGINE = { threads: 1, contextTokens: 2_048 };

/** From sending a question to the first token of the provisional answer, against the engine's library alone. */
export async function run(): Promise<BenchRow[]> {
  const folder = await mkdtemp(join(tmpdir(), 'bare-engine-'));
  const server = await startServer({ port: 0 });
  await build({
    configFile: false,
    root: join(import.meta.dirname, 'page'),
    logLevel: 'error',
    build: { outDir: folder, emptyOutDir: true, target: 'es2023', assetsInlineLimit: 0 },
  });
  const bareServer = await preview({
    configFile: false,
    root: join(import.meta.dirname, 'page'),
    build: { outDir: folder },
    preview: { port: 0, headers: { ...isolationHeaders } },
  });
  const browser = await launchChromium();
  try {
    const context = await browser.newContext();
    const peer = await openPeerTab(context, {
      url: server.url,
      name: 'bench',
      threads: ENGINE.threads,
      engine: 'wllama',
    });
    await waitForSnapshot(peer, 'loaded model', (snapshot) => snapshot.model.status === 'ready', 120_000);
    const bare = await context.newPage();
    await bare.goto(bareServer.resolvedUrls?.local[0] ?? '');
    await bare.setInputFiles('input', modelPath(defaultModelFile, join(import.meta.dirname, '../../.models')));
    await bare.evaluate((options) => (globalThis as unknown as { bare: BareEngine }).bare.load(options), ENGINE);

    const ours: number[] = [];
    const rivals: number[] = [];
    for (const question of QUESTIONS) {
      rivals.push(await timeBare(bare, question));
      ours.push(await timePeer(peer, question));
    }
    const row = compare('first token of the provisional answer', ours.slice(WARM_UPS), rivals.slice(WARM_UPS));
    return [row];
  } finally {
    await browser.close();
    await bareServer.close();
    await server.stop();
    await rm(folder, { recursive: true });
  }
}

function timeBare(page: Page, question: string): Promise<number> {
  return page.evaluate((text) => (globalThis as unknown as { bare: BareEngine }).bare.timeFirstToken(text), question);
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

function compare(name: string, ours: readonly number[], rivals: readonly number[]): BenchRow {
  const ratio = median(ours.map((value, index) => value / (rivals[index] ?? Number.NaN)));
  return {
    name,
    ours: median(ours),
    rival: median(rivals),
    unit: 'ms',
    ratio,
    target: '<= 1.1',
    holds: ratio <= 1.1,
  };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}
