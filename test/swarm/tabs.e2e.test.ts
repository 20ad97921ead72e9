import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SwarmState } from '#swarm';
import { type Laboratory, type Tab, openLaboratory } from './tabs.ts';

const POLL_MS = 50;
/** For what takes a second or two alone. How soon is measured elsewhere: what else the machine does must not decide a test. */
const PATIENCE_MS = 30_000;

/** Time from the call until `holds`; fails after `limitMs`. */
async function until(what: string, limitMs: number, holds: () => Promise<boolean>): Promise<number> {
  const startedAtMs = performance.now();
  while (!(await holds())) {
    if (performance.now() - startedAtMs > limitMs) throw new Error(`not within ${limitMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return performance.now() - startedAtMs;
}

const stateOf = ({ page }: Tab): Promise<SwarmState> => page.evaluate(() => globalThis.tab.state());
const peersOf = async (tab: Tab): Promise<string[]> => (await stateOf(tab)).peers.map(({ id }) => id);

async function seesDirectly(tab: Tab, others: readonly Tab[]): Promise<boolean> {
  const { peers } = await stateOf(tab);
  return others.every(({ peer }) =>
    peers.some(({ id, kind, advert }) => id === peer && kind === 'direct' && advert !== undefined),
  );
}

async function allSeeAll(tabs: readonly Tab[]): Promise<boolean> {
  for (const tab of tabs)
    if (
      !(await seesDirectly(
        tab,
        tabs.filter((other) => other !== tab),
      ))
    )
      return false;
  return true;
}

describe('swarm of real tabs', () => {
  let laboratory: Laboratory;
  beforeEach(async () => {
    laboratory = await openLaboratory();
  });
  afterEach(async () => {
    await laboratory.close();
  });

  const openTabs = async (...names: string[]): Promise<Tab[]> => {
    const tabs = await Promise.all(names.map((name) => laboratory.openTab(name)));
    try {
      await until('all tabs see each other directly', 30_000, () => allSeeAll(tabs));
    } catch (error) {
      for (const { page, peer } of tabs)
        process.stderr.write(
          `${peer} ${JSON.stringify(await page.evaluate(() => [globalThis.tab.state(), globalThis.tab.log()]))}\n`,
        );
      throw error;
    }
    return tabs;
  };

  test('R1, R10: tabs find each other, connect directly and hear each other measured', async () => {
    const tabs = await openTabs('anna', 'berta', 'carla');
    for (const tab of tabs) {
      const { join, peers } = await stateOf(tab);
      expect(join).toEqual({ step: 'joined' });
      expect(peers).toHaveLength(2);
    }
    await until('round trips are measured', PATIENCE_MS, async () =>
      (await stateOf(tabs[0] as Tab)).peers.every(({ roundTripMs }) => roundTripMs !== undefined),
    );
    expect(laboratory.relay().stats()).toMatchObject({ members: 3, reservations: 3 });
  });

  test('R3: many large messages arrive whole, in order and once, both ways at the same time', async () => {
    const [anna, berta] = (await openTabs('anna', 'berta')) as [Tab, Tab];
    const count = 40;
    const sizeBytes = 256 * 1024;
    const sendTo = (from: Tab, to: Tab): Promise<number> =>
      from.page.evaluate(([peer, n, size]) => globalThis.tab.send(peer, n, size), [to.peer, count, sizeBytes] as const);
    expect(await Promise.all([sendTo(anna, berta), sendTo(berta, anna)])).toEqual([count, count]);
    for (const [tab, from] of [
      [anna, berta],
      [berta, anna],
    ] as const) {
      const received: unknown[] = [];
      await until('all messages arrive', PATIENCE_MS, async () => {
        received.push(...(await tab.page.evaluate(() => globalThis.tab.received())));
        return received.length >= count;
      });
      expect(received).toEqual(Array.from({ length: count }, (_, index) => [from.peer, index, sizeBytes, true]));
    }
  });

  test('R7: a closed tab is gone for all', async () => {
    const [anna, berta, carla] = (await openTabs('anna', 'berta', 'carla')) as [Tab, Tab, Tab];
    await carla.page.close();
    await until('the closed tab is gone', PATIENCE_MS, async () =>
      [...(await peersOf(anna)), ...(await peersOf(berta))].every((id) => id !== carla.peer),
    );
    expect(await anna.page.evaluate(() => globalThis.tab.gone())).toEqual([carla.peer]);
    expect(await peersOf(anna)).toEqual([berta.peer]);
  });

  test('R11, R12: without the relay the tabs go on; when it is back they join again and a newcomer finds them', async () => {
    const [anna, berta] = (await openTabs('anna', 'berta')) as [Tab, Tab];
    await laboratory.stopRelay();
    await until('the loss of the relay shows', PATIENCE_MS, async () => {
      const { step } = (await stateOf(anna)).join;
      return step === 'retrying' || step === 'reaching-relay';
    });
    const accepted = await anna.page.evaluate((peer) => globalThis.tab.send(peer, 3, 1000), berta.peer);
    expect(accepted).toBe(3);
    await until(
      'the messages arrive',
      PATIENCE_MS,
      async () => (await berta.page.evaluate(() => globalThis.tab.received())).length >= 3,
    );
    // Longer than any silence that ends a connection.
    await new Promise((resolve) => setTimeout(resolve, 6_000));
    expect(await peersOf(anna)).toEqual([berta.peer]);
    expect(await anna.page.evaluate(() => globalThis.tab.gone())).toEqual([]);

    await laboratory.startRelay();
    const carla = await laboratory.openTab('carla');
    await until('the newcomer and the old ones see each other', 40_000, () => allSeeAll([anna, berta, carla]));
    expect(await anna.page.evaluate(() => globalThis.tab.gone())).toEqual([]);
  });

  test('R7: a reloaded tab is gone and comes back as the same peer', async () => {
    const [anna, berta] = (await openTabs('anna', 'berta')) as [Tab, Tab];
    await berta.page.reload();
    await until(
      'the reload is noticed',
      PATIENCE_MS,
      async () => (await anna.page.evaluate(() => globalThis.tab.gone())).length > 0,
    );
    await berta.page.waitForFunction(() => globalThis.tab !== undefined);
    const peer = await berta.page.evaluate(([url, id]) => globalThis.tab.join(url, id, 'berta'), [
      laboratory.relayUrl,
      laboratory.relay().peerId,
    ] as const);
    expect(peer).toBe(berta.peer);
    await until('it is back', PATIENCE_MS, () => allSeeAll([anna, berta]));
    expect(await anna.page.evaluate(() => globalThis.tab.gone())).toEqual([berta.peer]);
  });

  test('R18: a tab that no direct connection reaches is connected through the relay, says so and stays', async () => {
    const [anna, berta] = [await laboratory.openTab('anna'), await laboratory.openTab('berta', true)];
    const kindsOf = async (tab: Tab): Promise<string[]> =>
      (await stateOf(tab)).peers.filter(({ advert }) => advert !== undefined).map(({ kind }) => kind);
    await until('both see each other relayed', PATIENCE_MS, async () =>
      [await kindsOf(anna), await kindsOf(berta)].every((kinds) => kinds.join() === 'relayed'),
    );
    // Past the first direct attempts and any silence that would end it.
    await new Promise((resolve) => setTimeout(resolve, 12_000));
    expect(await anna.page.evaluate((peer) => globalThis.tab.send(peer, 4, 200_000), berta.peer)).toBe(4);
    const received: unknown[] = [];
    await until('the messages arrive', PATIENCE_MS, async () => {
      received.push(...(await berta.page.evaluate(() => globalThis.tab.received())));
      return received.length >= 4;
    });
    expect(received).toEqual([0, 1, 2, 3].map((filler) => [anna.peer, filler, 200_000, true]));
    expect(await anna.page.evaluate(() => globalThis.tab.gone())).toEqual([]);
    expect(await kindsOf(berta)).toEqual(['relayed']);
    expect(
      (await anna.page.evaluate(() => globalThis.tab.log()))
        .concat(await berta.page.evaluate(() => globalThis.tab.log()))
        .join(),
    ).toContain('No direct connection');
  });
});
