import type { Page } from 'playwright-core';
import type { HostBrowser } from './host-browser.ts';
import type { PublicServers } from './public-servers.ts';
import { type Cell, type Path, expectedPath } from './theory.ts';

/** What was found for one pair. */
export interface Finding {
  readonly cell: Cell;
  readonly expected: Path;
  /** As both sides see it at the end; undefined without any connection. */
  readonly found: Path | undefined;
  /** From joining to the first connection that carries messages, and to the one in use at the end. */
  readonly firstMs: number | undefined;
  readonly finalMs: number | undefined;
  readonly roundTripMs: number | undefined;
  readonly bytesPerSecond: number | undefined;
  /** Why there is no direct connection, as the tab tells it. */
  readonly directFailure: string | undefined;
  /** Empty when all is as theory says. */
  readonly deviations: readonly string[];
  readonly log: readonly string[];
}

/** A relayed connection serves after 4 s; on two busy cores starting takes its own time. */
const FIRST_CONNECTION_MS = 25_000;
/** A TURN path that beats none, a direct one that beats TURN: both are there within seconds. */
const FINAL_CONNECTION_MS = 15_000;
/** A direct attempt is given up after 8 s at first. */
const REASON_MS = 20_000;
/** Long enough that a wrong path would be noticed: pings run every 1.5 s. */
const SETTLE_MS = 1_000;
const ROUND_TRIPS = 21;
/** Messages of 64 KiB: a slow path is measured with few. */
const BULK_MESSAGES: Readonly<Record<Path, number>> = { direct: 128, turn: 64, relayed: 16 };
const MEASURE_MS = 30_000;

export async function measureCell(
  cell: Cell,
  browsers: readonly [HostBrowser, HostBrowser],
  servers: PublicServers,
  room: string,
): Promise<Finding> {
  const expected = expectedPath(cell);
  const relay = servers.relays[cell.servers];
  const pages: Page[] = [];
  const join = async (browser: HostBrowser): Promise<string> => {
    const page = await browser.openTab();
    pages.push(page);
    const request = { relayUrl: relay.url, relayPeerId: relay.peerId, room };
    return page.evaluate((wanted) => globalThis.nat.join(wanted), request);
  };
  try {
    const older = await join(browsers[0]);
    const newer = await join(browsers[1]);
    const [olderPage, newerPage] = pages as [Page, Page];
    const kindsAre = async (holds: (kind: Path | undefined) => boolean): Promise<boolean> => {
      const [there, here] = await Promise.all([
        olderPage.evaluate((peer) => globalThis.nat.now(peer)?.kind, newer),
        newerPage.evaluate((peer) => globalThis.nat.now(peer)?.kind, older),
      ]);
      return holds(there) && holds(here);
    };
    const connected = await holdsWithin(FIRST_CONNECTION_MS, () => kindsAre((kind) => kind !== undefined));
    if (connected) await holdsWithin(FINAL_CONNECTION_MS, () => kindsAre((kind) => kind === expected));
    const deviations: string[] = [];
    let roundTripMs: number | undefined;
    let bytesPerSecond: number | undefined;
    if (connected) {
      try {
        roundTripMs = await limited(
          newerPage.evaluate(([peer, n]) => globalThis.nat.roundTrip(peer, n), [older, ROUND_TRIPS] as const),
        );
        bytesPerSecond = await limited(
          newerPage.evaluate(([peer, n]) => globalThis.nat.throughput(peer, n), [
            older,
            BULK_MESSAGES[expected],
          ] as const),
        );
      } catch (error) {
        deviations.push(`messages do not get through: ${String(error)}`);
      }
    }
    const reasonOf = (): Promise<string | undefined> =>
      newerPage.evaluate((peer) => globalThis.nat.now(peer)?.directFailure, older);
    if (connected && expected === 'relayed') await holdsWithin(REASON_MS, async () => (await reasonOf()) !== undefined);
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));

    const [here, there, history, log] = await Promise.all([
      newerPage.evaluate((peer) => globalThis.nat.now(peer), older),
      olderPage.evaluate((peer) => globalThis.nat.now(peer), newer),
      newerPage.evaluate((peer) => globalThis.nat.history(peer), older),
      Promise.all(pages.map((page) => page.evaluate(() => globalThis.nat.log()))),
    ]);
    if (here?.kind !== there?.kind) deviations.push(`one side sees ${here?.kind}, the other ${there?.kind}`);
    if (here === undefined) deviations.push('no path at all');
    else if (here.kind !== expected) deviations.push(`${here.kind} instead of ${expected}`);
    if (here?.kind === 'relayed' && here.directFailure === undefined) deviations.push('no reason for being relayed');
    return {
      cell,
      expected,
      found: here?.kind,
      firstMs: history[0]?.[0],
      finalMs: history.findLast(([, kind]) => kind === here?.kind)?.[0],
      roundTripMs,
      bytesPerSecond,
      directFailure: here?.directFailure,
      deviations,
      log: log.flat(),
    };
  } finally {
    for (const page of pages) await page.close();
  }
}

async function holdsWithin(limitMs: number, condition: () => Promise<boolean>): Promise<boolean> {
  for (const startedAtMs = performance.now(); performance.now() - startedAtMs < limitMs;) {
    if (await condition()) return true;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return false;
}

function limited<T>(work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`not within ${MEASURE_MS / 1_000} s`)), MEASURE_MS);
  return Promise.race([work, promise]).finally(() => clearTimeout(timer));
}
