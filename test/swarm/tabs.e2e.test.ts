import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type SwarmState, createRoom, inviteLink } from '#swarm';
import { createSeededRandom } from '#vocabulary';
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
    laboratory = await openLaboratory(2);
  });
  afterEach(async () => {
    await laboratory.close();
  });

  /** With what every tab saw and did when they do not. */
  const meet = async (what: string, limitMs: number, tabs: readonly Tab[]): Promise<number> => {
    try {
      return await until(what, limitMs, () => allSeeAll(tabs));
    } catch (error) {
      for (const { page, peer } of tabs)
        process.stderr.write(
          `${peer} ${JSON.stringify(await page.evaluate(() => [globalThis.tab.state(), globalThis.tab.log()]))}\n`,
        );
      throw error;
    }
  };
  const openTabs = async (...names: string[]): Promise<Tab[]> => {
    const tabs = await Promise.all(names.map((name) => laboratory.openTab(name)));
    await meet('all tabs see each other directly', PATIENCE_MS, tabs);
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
    // One relay alone, so that it can be missed.
    const alone = { relays: [0] };
    const [anna, berta] = [await laboratory.openTab('anna', alone), await laboratory.openTab('berta', alone)];
    await meet('the two see each other', PATIENCE_MS, [anna, berta]);
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
    const carla = await laboratory.openTab('carla', alone);
    await meet('the newcomer and the old ones see each other', 40_000, [anna, berta, carla]);
    expect(await anna.page.evaluate(() => globalThis.tab.gone())).toEqual([]);
  });

  test('R28: when a relay is lost all go to the next at once, and a newcomer finds them there', async () => {
    const [anna, berta] = (await openTabs('anna', 'berta')) as [Tab, Tab];
    expect((await stateOf(anna)).relays.map(({ status }) => status)).toEqual(['active', 'standby']);
    await laboratory.stopRelay(0);
    for (const tab of [anna, berta])
      await until('the place at the second relay is taken', PATIENCE_MS, async () => {
        const { join, relays } = await stateOf(tab);
        return join.step === 'joined' && relays.map(({ status }) => status).join() === 'failed,active';
      });
    expect((await stateOf(anna)).relays[0]?.reason).toMatch(/lost|does not answer/);
    const carla = await laboratory.openTab('carla');
    await meet('the newcomer and the old ones see each other', PATIENCE_MS, [anna, berta, carla]);
    expect(await anna.page.evaluate(() => globalThis.tab.gone())).toEqual([]);
    expect(await berta.page.evaluate(() => globalThis.tab.gone())).toEqual([]);
  });

  test('R29: a relay about to stop is left without a moment outside the room', async () => {
    const [anna, berta] = (await openTabs('anna', 'berta')) as [Tab, Tab];
    laboratory.relay(0).drain();
    for (const tab of [anna, berta])
      await until('the place at the second relay is taken', PATIENCE_MS, async () =>
        (await stateOf(tab)).relays
          .map(({ status }) => status)
          .join()
          .endsWith(',active'),
      );
    await until('all have left', PATIENCE_MS, async () => laboratory.relay(0).stats().members === 0);
    await laboratory.stopRelay(0);
    const carla = await laboratory.openTab('carla');
    await meet('the newcomer and the old ones see each other', PATIENCE_MS, [anna, berta, carla]);
    for (const { page } of [anna, berta]) {
      expect((await page.evaluate(() => globalThis.tab.steps())).at(-1)).toBe('joined');
      expect((await page.evaluate(() => globalThis.tab.steps())).filter((step) => step === 'joined')).toHaveLength(1);
      expect(await page.evaluate(() => globalThis.tab.gone())).toEqual([]);
    }
  });

  test('R29, R31: the list of relays changes under way: the place moves, connections stay', async () => {
    const home = { relays: [0] };
    const [anna, berta] = [await laboratory.openTab('anna', home), await laboratory.openTab('berta', home)];
    await meet('the two see each other', PATIENCE_MS, [anna, berta]);
    for (const { page } of [anna, berta])
      await page.evaluate((relays) => globalThis.tab.setRelays(relays), [laboratory.locationOf(1)]);
    for (const tab of [anna, berta])
      await until('the place at the other relay is taken', PATIENCE_MS, async () =>
        (await stateOf(tab)).relays.every(({ status }) => status === 'active'),
      );
    await until('the old place is given up', PATIENCE_MS, async () => laboratory.relay(0).stats().members === 0);
    await until('the old relay is let go of', PATIENCE_MS, async () => laboratory.relay(0).stats().connections === 0);
    const carla = await laboratory.openTab('carla', { relays: [1] });
    await meet('a newcomer at the other relay finds both', PATIENCE_MS, [anna, berta, carla]);
    expect(await anna.page.evaluate(() => globalThis.tab.gone())).toEqual([]);
  });

  test('R22, R24: whoever has the invitation meets in the private room, apart from everybody else', async () => {
    const link = inviteLink(createRoom('Bees', createSeededRandom('bees')), 'http://127.0.0.1');
    const other = inviteLink(createRoom('Bees', createSeededRandom('wasps')), 'http://127.0.0.1');
    const [anna, berta] = [
      await laboratory.openTab('anna', { invitation: link }),
      await laboratory.openTab('berta', { invitation: link }),
    ];
    const outside = [await laboratory.openTab('carla'), await laboratory.openTab('dora', { invitation: other })];
    await meet('the invited see each other', PATIENCE_MS, [anna, berta]);
    expect((await stateOf(anna)).room).toEqual({ name: 'Bees', isPrivate: true });
    expect(await peersOf(anna)).toEqual([berta.peer]);
    for (const tab of outside) {
      await until('those outside have joined', PATIENCE_MS, async () => (await stateOf(tab)).join.step === 'joined');
      expect(await peersOf(tab)).toEqual([]);
    }
  });

  test('R30: a tab that slept is gone for the others and back soon after it wakes', async () => {
    const [anna, berta] = (await openTabs('anna', 'berta')) as [Tab, Tab];
    const session = await anna.page.context().newCDPSession(anna.page);
    // Stopped by the debugger, a page neither runs timers nor hears anything, as on a machine that sleeps.
    await session.send('Debugger.enable');
    await session.send('Debugger.pause');
    await until('the sleeping tab is gone', PATIENCE_MS, async () => (await peersOf(berta)).length === 0);
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    await session.send('Debugger.disable');
    await meet('they see each other again', PATIENCE_MS, [anna, berta]);
  });

  test('R7: a tab that crashes is gone for all', async () => {
    const [anna, berta] = (await openTabs('anna', 'berta')) as [Tab, Tab];
    const session = await berta.page.context().newCDPSession(berta.page);
    void session.send('Page.crash').catch(() => undefined);
    await until('the crashed tab is gone', PATIENCE_MS, async () => (await peersOf(anna)).length === 0);
    expect(await anna.page.evaluate(() => globalThis.tab.gone())).toEqual([berta.peer]);
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
    expect(await laboratory.join(berta.page, 'berta')).toBe(berta.peer);
    await until('it is back', PATIENCE_MS, () => allSeeAll([anna, berta]));
    expect(await anna.page.evaluate(() => globalThis.tab.gone())).toEqual([berta.peer]);
  });

  test('R18: a tab that no direct connection reaches is connected through the relay, says so and stays', async () => {
    const [anna, berta] = [await laboratory.openTab('anna'), await laboratory.openTab('berta', { isWalledIn: true })];
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

describe('relays of one swarm', () => {
  test('R32: tabs at different relays meet, and what they needed of the other relay is let go of', async () => {
    const laboratory = await openLaboratory(2, true);
    try {
      await until('the relays have found each other', PATIENCE_MS, async () =>
        [0, 1].every((index) => laboratory.relay(index).relays().length === 2),
      );
      const anna = await laboratory.openTab('anna', { relays: [0] });
      await until('anna has joined', PATIENCE_MS, async () => (await stateOf(anna)).join.step === 'joined');
      const connections = (): number[] => [0, 1].map((index) => laboratory.relay(index).stats().connections);
      const [first, second] = connections() as [number, number];
      const berta = await laboratory.openTab('berta', { relays: [1] });
      await until('they see each other', PATIENCE_MS, () => allSeeAll([anna, berta]));
      // The first relay has its own tab and the second one; the second has berta and the first.
      const left = [first, second + 1].join();
      // It is kept for ten seconds after its last use.
      await until('nothing is left at the other relay', 2 * PATIENCE_MS, async () => connections().join() === left);
      expect(await allSeeAll([anna, berta])).toBe(true);
    } finally {
      await laboratory.close();
    }
  });
});
