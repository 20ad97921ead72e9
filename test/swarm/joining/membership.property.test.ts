import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ONE, THREE, TWO, createMembershipStage } from './relays.ts';

const ALL = [ONE, TWO, THREE];
const which = fc.constantFrom(...ALL);
const step = fc.oneof(
  fc.record({
    do: fc.constant('health' as const),
    relay: which,
    health: fc.constantFrom('up' as const, 'up' as const, 'down' as const, 'full' as const, 'mute' as const),
  }),
  fc.record({ do: fc.constant('slow' as const), relay: which, stepMs: fc.integer({ min: 1, max: 12_000 }) }),
  fc.record({ do: fc.constantFrom('cut' as const, 'hang' as const, 'drain' as const), relay: which }),
  fc.record({
    do: fc.constant('relays' as const),
    relays: fc.uniqueArray(which, { minLength: 1, maxLength: 3 }),
  }),
  fc.record({ do: fc.constant('wake' as const) }),
  fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 90_000 }) }),
);

test('R28, R29, R31: whatever relays do, a tab never takes more places than one and those it is leaving, tells the truth about itself, and joins once one is well', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 50 }), async (steps) => {
      const { clock, at, begin, last } = createMembershipStage(ALL);
      const membership = begin();
      let known: readonly string[] = ALL;
      const check = (): void => {
        const { join, relays, relayAddress } = last();
        const active = relays.filter(({ status }) => status === 'active');
        expect(active.length).toBeLessThanOrEqual(1);
        if (join.step !== 'joined') expect(active).toEqual([]);
        // A relay taken off the list is still the place until there is another.
        else if (relays.some(({ address }) => address === relayAddress)) expect(active[0]?.address).toBe(relayAddress);
        expect(relays.map(({ address }) => address)).toEqual(known);
        expect(relays.every(({ status, reason }) => (status === 'failed') === (reason !== undefined))).toBe(true);
      };
      for (const action of steps) {
        if (action.do === 'health') at(action.relay).health = action.health;
        else if (action.do === 'slow') at(action.relay).stepMs = action.stepMs;
        else if (action.do === 'drain') at(action.relay).say({ t: 'draining' });
        else if (action.do === 'relays') membership.setRelays((known = action.relays));
        else if (action.do === 'wake') membership.wake();
        else if (action.do === 'wait') await clock.advance(action.ms);
        else at(action.relay)[action.do]();
        await clock.advance(1);
        check();
      }
      // One relay gets well, and only that one.
      for (const address of ALL) at(address).health = 'down';
      for (const address of ALL) at(address).cut();
      const well = at(known.at(-1) as string);
      well.health = 'up';
      well.stepMs = 1;
      await clock.advance(90_000);
      check();
      expect(last()).toMatchObject({ join: { step: 'joined' }, relayAddress: known.at(-1) });
      expect(well.visits()).toBe(1);

      membership.stop();
      await clock.advance(1);
      expect(ALL.map((address) => at(address).visits())).toEqual([0, 0, 0]);
    }),
    { numRuns: 200 },
  );
});
