import type { Browser, BrowserContext } from 'playwright-core';
import { type RoundView, isRoundOver } from '#round';
import type { SessionSnapshot } from '#tab';
import { type RunningServer, startServer } from '../../relay/running-server.ts';
import { launchChromium } from '../browser/chromium.ts';
import { substituteTinyModel } from './tiny-model.ts';
import { type PeerTab, isReady, openPeerTab, waitForSnapshot } from '../browser/peer-tabs.ts';

/** Uses the tiny model even where the real one is: a quick look at everything but the answers. */
const TINY_MODEL_VARIABLE = 'PEERAGE_TINY_MODEL';

/** Everything real: the server with its relay, a browser, tabs with the default model where it can be had. */
export interface Stage {
  readonly server: RunningServer;
  readonly browser: Browser;
  readonly context: BrowserContext;
  /** One ready tab for each name, in the same order. */
  openPeers<const Names extends readonly string[]>(names: Names): Promise<{ readonly [K in keyof Names]: PeerTab }>;
  close(): Promise<void>;
}

/** A tab loads the model within seconds alone; several share two cores. */
export const READY_MS = 120_000;
/** For what takes a second or two alone; what else the machine does must not decide a test. */
export const PATIENCE_MS = 60_000;
/** A round of four tabs on two cores takes about a minute; every wait in it ends by itself. */
export const ROUND_MS = 240_000;

export async function openStage(): Promise<Stage> {
  const server = await startServer({ port: 0, fetchModel: false, keepIdentity: false });
  const browser = await launchChromium();
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const isTiny = server.modelIds.length === 0 || process.env[TINY_MODEL_VARIABLE] !== undefined;
  if (isTiny) {
    process.stdout.write('These tabs run a RANDOM TINY model: no answer of theirs means anything.\n');
    await substituteTinyModel(context);
  }
  return {
    server,
    browser,
    context,
    async openPeers<const Names extends readonly string[]>(names: Names) {
      // Whoever shows states is judged by a probe of the real model, which does not fit the tiny one in its place.
      const engine = isTiny ? 'wllama' : undefined;
      const tabs = await Promise.all(
        names.map((name) => openPeerTab(context, { url: server.url, name, threads: 1, engine })),
      );
      await Promise.all(
        tabs.map((tab) =>
          waitForSnapshot(tab, 'ready peer', (snapshot) => isReady(snapshot, names.length - 1), READY_MS),
        ),
      );
      return tabs as { readonly [K in keyof Names]: PeerTab };
    },
    async close() {
      await browser.close();
      await server.stop();
    },
  };
}

export function lastRound(snapshot: SessionSnapshot): RoundView | undefined {
  return snapshot.rounds.at(-1);
}

export function waitForRound(
  tab: PeerTab,
  what: string,
  satisfies: (round: RoundView) => boolean,
  timeoutMs = ROUND_MS,
): Promise<SessionSnapshot> {
  return waitForSnapshot(
    tab,
    what,
    (snapshot) => {
      const round = lastRound(snapshot);
      return round !== undefined && satisfies(round);
    },
    timeoutMs,
  );
}

export function waitForEnd(tab: PeerTab): Promise<SessionSnapshot> {
  return waitForRound(tab, 'end of the round', (round) => isRoundOver(round.phase));
}

/** Asks the way a person does. */
export async function typeQuestion(tab: PeerTab, question: string): Promise<void> {
  const box = tab.page.getByLabel('Your question');
  await box.fill(question);
  await box.press('Enter');
}
