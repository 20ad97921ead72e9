import { describe, expect, test } from 'vitest';
import {
  type PeerId,
  type Result,
  asPeerId,
  createSeededRandom,
  createVirtualClock,
  err,
  failure,
  ok,
  sleep,
} from '#vocabulary';
import { type DialFailure, type Way, createDialler } from '../../../src/swarm/paths/dialler.ts';
import type { BudgetLevel } from '../../../src/swarm/paths/connection-budget.ts';
import type { ConnectionKind } from '../../../src/swarm/swarm.ts';

const [anna, berta] = [asPeerId('anna'), asPeerId('berta')];

/** A dialler whose attempts go as `play` says. */
function setUp(
  play: (way: Way, attempt: number) => { ms: number; works: boolean; why?: DialFailure['type']; over?: ConnectionKind },
) {
  const clock = createVirtualClock();
  const attempts: string[] = [];
  const kinds = new Map<PeerId, ConnectionKind>();
  let room = true;
  let level: BudgetLevel = 'ample';
  const reasons: string[] = [];
  let open = 0;
  let mostOpen = 0;
  const dialler = createDialler({
    self: anna,
    clock,
    random: createSeededRandom('dialler'),
    kindOf: (peer) => kinds.get(peer),
    hasRoom: () => room,
    onFailure: (_peer, way, { type }) => void reasons.push(`${clock.now()} ${way} ${type}`),
    budget: () => level,
    async dial(peer, way, timeoutMs, signal): Promise<Result<void, DialFailure>> {
      mostOpen = Math.max(mostOpen, ++open);
      const { ms, works, why = 'dial-failed', over = way } = play(way, attempts.length);
      attempts.push(`${clock.now()} ${way}`);
      await sleep(clock, Math.min(ms, timeoutMs), signal);
      open--;
      if (!works || ms > timeoutMs || signal.aborted) return err(failure(why, 'as told'));
      if (kinds.get(peer) !== 'direct') kinds.set(peer, over);
      return ok(undefined);
    },
  });
  return {
    clock,
    dialler,
    attempts,
    kinds,
    reasons,
    mostOpen: () => mostOpen,
    setBudget: (next: BudgetLevel) => {
      level = next;
    },
    setRoom: (free: boolean) => {
      room = free;
    },
  };
}

describe('dialler', () => {
  test('R10: the newcomer dials directly and at once, and is done', async () => {
    const { clock, dialler, attempts, kinds } = setUp(() => ({ ms: 100, works: true }));
    dialler.want(berta, true);
    await clock.advance(60_000);
    expect(attempts).toEqual(['0 direct']);
    expect(kinds.get(berta)).toBe('direct');
    expect(dialler.wants(berta)).toBe(false);
  });

  test('R15: the other side waits, and dials only when nothing came', async () => {
    const { clock, dialler, attempts, kinds } = setUp(() => ({ ms: 100, works: true }));
    dialler.want(berta, false);
    await clock.advance(5_000);
    expect(attempts).toEqual([]);
    kinds.set(berta, 'direct');
    await clock.advance(60_000);
    expect(attempts).toEqual([]);

    const alone = setUp(() => ({ ms: 100, works: true }));
    alone.dialler.want(berta, false);
    await alone.clock.advance(60_000);
    expect(alone.attempts).toEqual(['6000 direct']);
  });

  test('R18: when no direct connection comes a relayed one serves meanwhile, and direct is tried on', async () => {
    const { clock, dialler, attempts, kinds } = setUp((kind, attempt) => ({
      ms: kind === 'direct' ? 8_000 : 200,
      works: kind === 'relayed' || attempt > 3,
    }));
    dialler.want(berta, true);
    await clock.advance(4_500);
    expect(attempts).toEqual(['0 direct', '4000 relayed']);
    expect(kinds.get(berta)).toBe('relayed');
    await clock.advance(60_000);
    expect(kinds.get(berta)).toBe('direct');
    expect(attempts.filter((attempt) => attempt.endsWith('relayed'))).toHaveLength(1);
  });

  test('R18: failures are retried ever more seldom, up to a minute', async () => {
    const { clock, dialler, attempts } = setUp(() => ({ ms: 10, works: false }));
    dialler.want(berta, true);
    await clock.advance(10 * 60_000);
    const direct = attempts
      .filter((attempt) => attempt.endsWith('direct'))
      .map((attempt) => Number.parseInt(attempt, 10));
    const gaps = direct.slice(1).map((atMs, index) => atMs - (direct[index] as number));
    expect(gaps[0]).toBeLessThan(1_000);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(60_100);
    expect(gaps.at(-1)).toBeGreaterThan(29_000);
  });

  test('R18: after a direct attempt that hung the next does not wait for a relayed one that hangs too', async () => {
    const { clock, dialler, attempts, kinds } = setUp((_way, attempt) => ({
      ms: attempt < 2 ? 60_000 : 100,
      works: attempt >= 2,
      why: 'timed-out',
    }));
    dialler.want(berta, true);
    await clock.advance(9_000);
    expect(attempts.slice(0, 2)).toEqual(['0 direct', '4000 relayed']);
    expect(kinds.get(berta)).toBe('direct');
  });

  test('R18: whoever is forgotten is dialled no more', async () => {
    const { clock, dialler, attempts } = setUp(() => ({ ms: 10, works: false }));
    dialler.want(berta, true);
    await clock.advance(5);
    dialler.forget(berta);
    await clock.advance(60_000);
    expect(attempts).toEqual(['0 direct']);
  });

  test('R17: a crowd is dialled a few at a time, nobody while there is no room', async () => {
    const crowd = Array.from({ length: 40 }, (_, index) => asPeerId(`peer-${index}`));
    const { clock, dialler, attempts, kinds, mostOpen, setRoom } = setUp(() => ({ ms: 300, works: true }));
    setRoom(false);
    for (const peer of crowd) dialler.want(peer, true);
    await clock.advance(400);
    expect(attempts).toEqual([]);
    setRoom(true);
    await clock.advance(120_000);
    expect(kinds.size).toBe(40);
    expect(mostOpen()).toBe(4);
    dialler.stop();
  });

  test('R86: a connection over TURN is what ICE found, and is not dialled again', async () => {
    const { clock, dialler, attempts } = setUp(() => ({ ms: 100, works: true, over: 'turn' }));
    dialler.want(berta, true);
    await clock.advance(60_000);
    expect(attempts).toEqual(['0 direct']);
    expect(dialler.wants(berta)).toBe(false);
  });

  test('R89: what networks forbid is tried ever more seldom, and at once when something changed', async () => {
    const { clock, dialler, attempts } = setUp((way) => ({ ms: 200, works: way === 'relayed', why: 'udp-blocked' }));
    const directs = () =>
      attempts.filter((attempt) => attempt.endsWith('direct')).map((attempt) => Number.parseInt(attempt, 10));
    dialler.want(berta, true);
    await clock.advance(3_600_000);
    const gaps = directs()
      .slice(1)
      .map((atMs, index) => atMs - (directs()[index] as number));
    expect(gaps[0]).toBeGreaterThan(9_000);
    expect(gaps.at(-1)).toBeGreaterThan(299_000);
    expect(directs().length).toBeLessThan(16);
    const before = directs().length;
    dialler.hurry();
    await clock.advance(1);
    expect(directs()).toHaveLength(before + 1);
    // While an attempt is under way, too: it began with what has just changed.
    dialler.hurry();
    await clock.advance(1_000);
    expect(directs()).toHaveLength(before + 2);
  });

  test('R89: who is reached in no other way is tried as often as ever', async () => {
    const { clock, dialler, attempts } = setUp(() => ({ ms: 200, works: false, why: 'no-direct-path' }));
    dialler.want(berta, true);
    await clock.advance(600_000);
    expect(attempts.filter((attempt) => attempt.endsWith('direct')).length).toBeGreaterThan(10);
  });

  test('R90: when connections get scarce, what can wait is tried more seldom', async () => {
    const inAnHour = async (level: BudgetLevel): Promise<number> => {
      const { clock, dialler, attempts, setBudget } = setUp((way) => ({ ms: 200, works: way === 'relayed' }));
      setBudget(level);
      dialler.want(berta, true);
      await clock.advance(3_600_000);
      return attempts.filter((attempt) => attempt.endsWith('direct')).length;
    };
    expect(await inAnHour('low')).toBeLessThan((await inAnHour('ample')) / 4);
    expect(await inAnHour('spent')).toBe(0);
  });

  test('R90: when they are used up the relayed path serves, and the reason is told with its remedy', async () => {
    const { clock, dialler, attempts, reasons, kinds, setBudget } = setUp(() => ({ ms: 100, works: true }));
    setBudget('spent');
    dialler.want(berta, true);
    await clock.advance(1_000);
    expect(attempts).toEqual(['0 relayed']);
    expect(reasons).toEqual(['0 direct connections-used-up']);
    expect(kinds.get(berta)).toBe('relayed');
    setBudget('ample');
    await clock.advance(60_000);
    expect(kinds.get(berta)).toBe('direct');
  });
});
