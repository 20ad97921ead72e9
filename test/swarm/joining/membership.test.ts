import { describe, expect, test } from 'vitest';
import type { Standing } from '../../../src/swarm/joining/membership.ts';
import { ONE, THREE, TWO, createMembershipStage } from './relays.ts';

const stepsOf = (standings: readonly Standing[]): string[] =>
  standings.map(({ join, relayAddress }) =>
    join.step === 'retrying' ? `retrying: ${join.reason}` : `${join.step} ${relayAddress}`,
  );
const statusOf = ({ relays }: Standing): string[] => relays.map(({ status, reason }) => reason ?? status);

describe('membership at one relay', () => {
  test('R11: every step shows, and joined only once the room has answered', async () => {
    const { clock, standings, notices, begin } = createMembershipStage();
    const membership = begin();
    await clock.advance(10);
    expect(stepsOf(standings)).toEqual([`reaching-relay ${ONE}`, `reserving ${ONE}`, `joined ${ONE}`]);
    expect(notices).toEqual([`members ${ONE}`]);
    membership.stop();
  });

  test('R11: each failure is named with its remedy and tried again, ever more seldom', async () => {
    const { clock, standings, at, begin, last } = createMembershipStage();
    at(ONE).health = 'down';
    const membership = begin();
    await clock.advance(30_000);
    const triesSoon = stepsOf(standings).filter((step) => step.startsWith('reaching')).length;
    expect(triesSoon).toBeGreaterThan(8);
    await clock.advance(600_000);
    expect(stepsOf(standings)).toContain('retrying: It is down. Start it.');
    expect(statusOf(last())).toEqual(['It is down. Start it.']);
    expect(stepsOf(standings).filter((step) => step.startsWith('reaching')).length).toBeLessThan(100);
    at(ONE).health = 'full';
    await clock.advance(20_000);
    expect(stepsOf(standings).at(-1)).toBe('retrying: It is full.');
    at(ONE).health = 'up';
    await clock.advance(20_000);
    expect(stepsOf(standings).at(-1)).toBe(`joined ${ONE}`);
    membership.stop();
  });

  test('R12: a lost relay is joined again within a second of a long stay', async () => {
    const { clock, at, begin, last } = createMembershipStage();
    const membership = begin();
    await clock.advance(100_000 - 60_000);
    at(ONE).cut();
    await clock.advance(1_000);
    expect(at(ONE).visitsEver()).toBe(2);
    expect(last().join.step).toBe('joined');
    membership.stop();
  });

  test('R12: a relay that is away for 10 s is joined again at most 4 s after it is back', async () => {
    const { clock, at, begin, last } = createMembershipStage();
    const membership = begin();
    await clock.advance(1_000);
    at(ONE).health = 'down';
    at(ONE).cut();
    await clock.advance(10_000);
    at(ONE).health = 'up';
    await clock.advance(4_100);
    expect(last().join.step).toBe('joined');
    membership.stop();
  });

  test('R12: a relay that asks for no sign of life any more counts as lost, and its connection is cut', async () => {
    const { clock, standings, at, begin } = createMembershipStage();
    const membership = begin();
    await clock.advance(120_000);
    expect(at(ONE).visitsEver()).toBe(1);
    at(ONE).hang();
    await clock.advance(45_000);
    expect(at(ONE).visitsEver()).toBeGreaterThan(1);
    expect(at(ONE).released).toEqual(['cut']);
    expect(stepsOf(standings)).toContain('retrying: The relay fell silent.');
    membership.stop();
  });

  test('R11: a relay that opens the room but names nobody is given up after 8 s', async () => {
    const { clock, standings, at, begin } = createMembershipStage();
    at(ONE).health = 'mute';
    const membership = begin();
    await clock.advance(8_100);
    expect(stepsOf(standings)).toContain('retrying: The relay fell silent.');
    membership.stop();
  });

  test('R30: waking up ends the wait; stop ends everything', async () => {
    const { clock, standings, at, begin } = createMembershipStage();
    at(ONE).health = 'down';
    const membership = begin();
    await clock.advance(120_000);
    const before = stepsOf(standings).filter((step) => step.startsWith('reaching')).length;
    membership.wake();
    await clock.advance(1);
    expect(stepsOf(standings).filter((step) => step.startsWith('reaching'))).toHaveLength(before + 1);
    membership.stop();
    await clock.advance(1);
    const after = standings.length;
    membership.wake();
    await clock.advance(120_000);
    expect(standings).toHaveLength(after);
  });

  test('R30: a relay that does not answer after waking up is left within 3 s instead of 40', async () => {
    const { clock, at, begin, last } = createMembershipStage();
    const membership = begin();
    await clock.advance(1_000);
    membership.wake();
    await clock.advance(5_000);
    expect(at(ONE).visitsEver()).toBe(1);
    at(ONE).hang();
    membership.wake();
    await clock.advance(3_000);
    await clock.advance(600);
    expect(at(ONE).released).toEqual(['cut']);
    expect(at(ONE).visitsEver()).toBe(2);
    expect(last().join.step).toBe('joined');
    membership.stop();
  });

  test('R30: an attempt begun before the sleep is begun anew', async () => {
    const { clock, at, begin, last } = createMembershipStage();
    at(ONE).stepMs = 60_000;
    const membership = begin();
    await clock.advance(5_000);
    at(ONE).stepMs = 1;
    membership.wake();
    await clock.advance(10);
    expect(last().join.step).toBe('joined');
    membership.stop();
  });
});

describe('membership at several relays', () => {
  test('R28: the first of the list that works is taken; what became of each shows', async () => {
    const { clock, at, begin, last } = createMembershipStage([ONE, TWO, THREE]);
    at(ONE).health = 'down';
    const membership = begin();
    await clock.advance(10);
    expect(last()).toMatchObject({ join: { step: 'joined' }, relayAddress: TWO });
    expect(statusOf(last())).toEqual(['It is down. Start it.', 'active', 'standby']);
    membership.stop();
  });

  test('R28: on loss another is taken at once', async () => {
    const { clock, at, begin, last } = createMembershipStage([ONE, TWO]);
    const membership = begin();
    await clock.advance(1_000);
    at(ONE).health = 'down';
    at(ONE).cut();
    await clock.advance(10);
    expect(last()).toMatchObject({ join: { step: 'joined' }, relayAddress: TWO });
    expect(statusOf(last())).toEqual(['Lost.', 'active']);
    membership.stop();
  });

  test('R29: a relay about to stop is left only when the place at another is taken', async () => {
    const { clock, standings, at, begin, last } = createMembershipStage([ONE, TWO]);
    const membership = begin();
    await clock.advance(1_000);
    standings.length = 0;
    at(TWO).stepMs = 500;
    at(ONE).say({ t: 'draining' });
    await clock.advance(1_400);
    expect(at(ONE).visits()).toBe(1);
    expect(statusOf(last())).toEqual(['active', 'trying']);
    await clock.advance(200);
    expect(last().relayAddress).toBe(TWO);
    await clock.advance(3_000);
    expect(at(ONE).visits()).toBe(0);
    expect(at(ONE).released).toEqual(['leave']);
    expect(standings.every(({ join }) => join.step === 'joined')).toBe(true);
    expect(statusOf(last())).toEqual(['The relay is about to stop.', 'active']);
    membership.stop();
  });

  test('R29: where there is no other, the place at a relay about to stop is kept to the end', async () => {
    const { clock, at, begin, last } = createMembershipStage([ONE, TWO]);
    at(TWO).health = 'full';
    const membership = begin();
    await clock.advance(1_000);
    at(ONE).say({ t: 'draining' });
    await clock.advance(20_000);
    expect(last()).toMatchObject({ join: { step: 'joined' }, relayAddress: ONE });
    at(TWO).health = 'up';
    await clock.advance(5_000);
    expect(last().relayAddress).toBe(TWO);
    membership.stop();
  });

  test('R28: the preferred relay is returned to when it is back, without a moment outside', async () => {
    const { clock, standings, at, begin, last } = createMembershipStage([ONE, TWO]);
    const membership = begin();
    await clock.advance(1_000);
    at(ONE).health = 'down';
    at(ONE).cut();
    await clock.advance(20_000);
    at(ONE).health = 'up';
    standings.length = 0;
    expect(at(ONE).visitsEver()).toBe(1);
    await clock.advance(70_000);
    expect(last().relayAddress).toBe(ONE);
    expect(standings.every(({ join }) => join.step === 'joined')).toBe(true);
    expect(at(TWO).visits()).toBe(0);
    membership.stop();
  });

  test('R28: a preferred relay that comes and goes is returned to ever more seldom', async () => {
    const { clock, at, begin } = createMembershipStage([ONE, TWO]);
    const membership = begin();
    const hour = 3_600_000;
    for (let second = 0; second < hour / 1_000; second++) {
      await clock.advance(1_000);
      // It takes everybody in and loses them within ten seconds.
      if (second % 10 === 0) at(ONE).cut();
    }
    expect(at(ONE).visitsEver()).toBeGreaterThan(3);
    expect(at(ONE).visitsEver()).toBeLessThan(12);
    expect(at(TWO).visitsEver()).toBeLessThan(12);
    membership.stop();
  });

  test('R28: all away: each is tried with its own waits, and the first that is back is taken', async () => {
    const { clock, standings, at, begin, last } = createMembershipStage([ONE, TWO, THREE]);
    for (const address of [ONE, TWO, THREE]) at(address).health = 'down';
    const membership = begin();
    await clock.advance(30_000);
    expect(statusOf(last())).toHaveLength(3);
    for (const address of [ONE, TWO, THREE])
      expect(stepsOf(standings).filter((step) => step === `reaching-relay ${address}`).length).toBeGreaterThan(5);
    at(THREE).health = 'up';
    await clock.advance(4_100);
    expect(last().relayAddress).toBe(THREE);
    membership.stop();
  });

  test('R31: relays may be added and taken away while it runs', async () => {
    const { clock, standings, at, begin, last } = createMembershipStage([TWO]);
    const membership = begin();
    await clock.advance(1_000);
    standings.length = 0;
    membership.setRelays([ONE, TWO]);
    await clock.advance(10);
    expect(last().relayAddress).toBe(ONE);
    at(THREE).stepMs = 1_000;
    membership.setRelays([THREE]);
    await clock.advance(10);
    expect(statusOf(last())).toEqual(['trying']);
    expect(last()).toMatchObject({ join: { step: 'joined' }, relayAddress: ONE });
    await clock.advance(10_000);
    expect(last().relayAddress).toBe(THREE);
    expect([ONE, TWO].map((address) => at(address).visits())).toEqual([0, 0]);
    expect(standings.every(({ join }) => join.step === 'joined')).toBe(true);
    expect(() => membership.setRelays([])).toThrow(RangeError);
    membership.stop();
  });
});
