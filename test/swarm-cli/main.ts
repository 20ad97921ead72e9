import { resolve } from 'node:path';
import { messageOf } from '#vocabulary';
import type { Browser } from 'playwright-core';
import { isRoundOver } from '#round';
import type { SessionSnapshot } from '#tab';
import { startServer } from '../../relay/running-server.ts';
import { launchChromium } from '../browser/chromium.ts';
import { ensureChromium } from '../browser/chromium-installation.ts';
import { type PeerTab, isReady, openPeerTab, waitForSnapshot } from '../browser/peer-tabs.ts';
import { type SwarmCommand, readCommand, usage } from './command-line.ts';
import { isFolder, offerOwnModel } from './own-model.ts';
import { createRoundLog } from './round-log.ts';
import { type SwarmReport, isComplete, printReport, reportRound } from './round-report.ts';

// npm run swarm: a real swarm in real tabs without hands. Exit code 0 only when every peer contributed an answer to
// a verdict and all computed the same order.

async function runSwarm(command: SwarmCommand, say: (line: string) => void): Promise<SwarmReport> {
  process.env['PEERAGE_CHROMIUM'] ??= ensureChromium(say);
  // Paths are from where the person stands, not from the project's root.
  const given = command.model && resolve(process.env['INIT_CWD'] ?? '.', command.model);
  const isOwn = given !== undefined && (await isFolder(given));
  const server = await startServer({
    port: 0,
    report: say,
    ...(given === undefined || isOwn ? {} : { modelFile: given }),
  });
  let browser: Browser | undefined;
  try {
    browser = await launchChromium({ headless: !command.headed });
    const startedMs = performance.now();
    const elapsed = (): string => `${((performance.now() - startedMs) / 1000).toFixed(1)} s`;
    const remainingMs = (): number => Math.max(1_000, command.timeoutMs - (performance.now() - startedMs));
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
    const tabs: PeerTab[] = [];
    const ownModel = isOwn ? await offerOwnModel(context, given) : undefined;
    // Its own engine may not read the default model, which the tabs have until they get theirs.
    const engine = isOwn ? undefined : command.engine;
    for (let index = 1; index <= command.peers; index++) {
      tabs.push(await openPeerTab(context, { url: server.url, name: `peer-${index}`, threads: 1, engine }));
    }
    for (const tab of tabs) await ownModel?.choose(tab, command.engine);
    const ready = await Promise.all(
      tabs.map((tab) =>
        waitForSnapshot(tab, 'ready peer', (snapshot) => isReady(snapshot, command.peers - 1), remainingMs()),
      ),
    );
    const engines = new Set(ready.map(({ model }) => (model.status === 'ready' ? model.facts.engine : model.status)));
    say(`${command.peers} peers ready and connected after ${elapsed()}, with ${[...engines].join(', ')}.`);
    say(`\n${command.question}`);

    const nameOf = new Map(ready.map((snapshot, index) => [snapshot.self.peer, tabs[index]?.name ?? '']));
    const log = createRoundLog((peer) => nameOf.get(peer) ?? peer.slice(-8), say);
    const [asker] = tabs;
    if (asker === undefined) throw new Error('A swarm has at least one peer.');
    await asker.ask(command.question);
    const settled = await waitForSnapshot(
      asker,
      'verdict',
      (snapshot) => {
        const round = snapshot.rounds.at(-1);
        if (round !== undefined) log(round);
        return round !== undefined && isRoundOver(round.phase);
      },
      remainingMs(),
    );
    if (command.screenshot !== undefined) {
      // Points glide to their strengths; a picture of the glide would show them elsewhere.
      await asker.page.evaluate(() => Promise.all(document.getAnimations().map(({ finished }) => finished)));
      await asker.page.screenshot({ path: command.screenshot, fullPage: false });
    }
    const round = settled.rounds.at(-1);
    if (round === undefined) throw new Error('The round is gone from the page that asked.');
    // The others hear last that a round is settled.
    const isOver = (snapshot: SessionSnapshot): boolean => snapshot.serving === undefined;
    const snapshots = await Promise.all(
      tabs.map(async (tab) => ({
        name: tab.name,
        snapshot: await waitForSnapshot(tab, 'end of its part', isOver, 30_000),
      })),
    );
    return reportRound(round, snapshots);
  } finally {
    await browser?.close();
    await server.stop();
  }
}

let command: SwarmCommand | 'help';
try {
  command = readCommand(process.argv.slice(2));
} catch (cause) {
  process.stderr.write(`${messageOf(cause)}\n\n${usage}\n`);
  process.exit(2);
}
if (command === 'help') {
  process.stdout.write(`${usage}\n`);
  process.exit(0);
}
const out = command.json ? process.stderr : process.stdout;
const say = (line: string): void => void out.write(`${line}\n`);
try {
  const report = await runSwarm(command, say);
  printReport(report, say);
  if (command.json) process.stdout.write(`${JSON.stringify(report)}\n`);
  if (!isComplete(report, command.peers)) say(`\nThe verdict is not complete: ${report.outcome}`);
  process.exitCode = isComplete(report, command.peers) ? 0 : 1;
} catch (cause) {
  process.stderr.write(`${messageOf(cause)}\n`);
  process.exitCode = 1;
}
