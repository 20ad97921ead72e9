import type { BrowserContext, Page } from 'playwright-core';
import type { EngineKind } from '#inference';
import type { ContentLimits } from '#swarm';
import type { Session, SessionSnapshot } from '#tab';

/** A real tab that runs one peer, driven through the session the page puts on its window. */
export interface PeerTab {
  readonly name: string;
  readonly page: Page;
  snapshot(): Promise<SessionSnapshot>;
  ask(question: string): Promise<void>;
  /** What it lets others have of its models. */
  setUploads(limits: ContentLimits): Promise<void>;
  retryModel(): Promise<void>;
}

interface PeerWindow {
  readonly peerage: Session;
}

export interface PeerTabOptions {
  readonly url: string;
  readonly name: string;
  /** Threads of the engine; peers that share a machine take one each. */
  readonly threads?: number;
  /** Left out, the page chooses. */
  readonly engine?: EngineKind | undefined;
}

export async function openPeerTab(context: BrowserContext, options: PeerTabOptions): Promise<PeerTab> {
  const page = await context.newPage();
  const address = new URL(options.url);
  address.searchParams.set('peer', options.name);
  if (options.threads !== undefined) address.searchParams.set('threads', String(options.threads));
  if (options.engine !== undefined) address.searchParams.set('engine', options.engine);
  await page.goto(address.href);
  return attachPeerTab(page, options.name);
}

/** The peer of a page that is open already. */
export async function attachPeerTab(page: Page, name: string): Promise<PeerTab> {
  await page.waitForFunction(() => 'peerage' in globalThis);
  return {
    name,
    page,
    snapshot: () => page.evaluate(() => (globalThis as unknown as PeerWindow).peerage.getSnapshot()),
    ask: (question) => page.evaluate((text) => (globalThis as unknown as PeerWindow).peerage.ask(text), question),
    setUploads: (limits) =>
      page.evaluate((given) => (globalThis as unknown as PeerWindow).peerage.setUploads(given), limits),
    retryModel: () => page.evaluate(() => (globalThis as unknown as PeerWindow).peerage.retryModel()),
  };
}

/** Asks again and again until the snapshot satisfies; the error says what it was waiting for and what it saw last. */
export async function waitForSnapshot(
  tab: PeerTab,
  what: string,
  satisfies: (snapshot: SessionSnapshot) => boolean,
  timeoutMs: number,
): Promise<SessionSnapshot> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    const snapshot = await tab.snapshot();
    if (satisfies(snapshot)) return snapshot;
    if (performance.now() > end)
      throw new Error(`${tab.name}: no ${what} after ${timeoutMs / 1000} s. ${describeSnapshot(snapshot)}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** Ready to take part: leads, has a model, has joined and reaches `others` peers that answer, directly. */
export function isReady(snapshot: SessionSnapshot, others: number): boolean {
  const reachable = snapshot.swarm.peers.filter(
    (peer) => peer.kind === 'direct' && (peer.advert?.modelId ?? '') !== '',
  );
  return snapshot.self.role === 'leader' && snapshot.model.status === 'ready' && reachable.length >= others;
}

function describeSnapshot(snapshot: SessionSnapshot): string {
  const { model, swarm } = snapshot;
  const failure = model.status === 'failed' ? `: ${model.error.message}` : '';
  const join = swarm.join.step === 'retrying' ? `retrying (${swarm.join.reason})` : swarm.join.step;
  const peers = swarm.peers.map((peer) => `${peer.id.slice(-6)} ${peer.kind} ${peer.advert?.modelId ?? 'no hello'}`);
  const round = snapshot.rounds.at(-1);
  return [
    `model ${model.status}${failure}`,
    `swarm ${join}`,
    `peers [${peers.join(', ')}]`,
    ...(round === undefined ? [] : [`round ${round.phase} ${round.note?.message ?? ''}`]),
    ...snapshot.notices.map((notice) => notice.failure.message),
  ].join('; ');
}
