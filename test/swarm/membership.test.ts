import { describe, expect, test } from 'vitest';
import { asPeerId, createSeededRandom, createVirtualClock, err, failure, ok } from '#vocabulary';
import { type RelayAccess, type RelayFailure, keepMembership } from '../../src/swarm/membership.ts';
import type { RendezvousNotice } from '../../src/swarm/rendezvous-wire.ts';

const berta = asPeerId('berta');

/** A relay that is up or down, full or not, as the test says. */
function setUp(relayAddresses = ['/relay/one']) {
  const clock = createVirtualClock();
  const steps: string[] = [];
  const notices: string[] = [];
  const relay = {
    up: true,
    full: false,
    visits: [] as ((notice: RendezvousNotice) => void)[],
    cut: () => undefined as void,
  };
  const access: RelayAccess = {
    async reach() {
      return relay.up ? ok(undefined) : err(failure('relay-unreachable', 'It is down.', 'Start it.'));
    },
    async reserve() {
      return relay.full ? err(failure('reservation-refused', 'It is full.')) : ok(undefined);
    },
    visit: (_address, _room, onNotice, signal) =>
      new Promise<RelayFailure>((resolve) => {
        relay.visits.push(onNotice);
        const end = (): void => resolve(failure('relay-lost', 'Lost.'));
        relay.cut = end;
        signal.addEventListener('abort', end, { once: true });
      }),
  };
  const membership = keepMembership({
    relayAddresses,
    room: 'public',
    clock,
    random: createSeededRandom('membership'),
    relay: access,
    onJoin: (join, address) =>
      steps.push(join.step === 'retrying' ? `retrying: ${join.reason}` : `${join.step} ${address}`),
    onNotice: (notice) => notices.push(notice.t),
  });
  return { clock, steps, notices, relay, membership };
}

describe('membership', () => {
  test('R11: every step shows, and joined only once the room has answered', async () => {
    const { clock, steps, notices, relay, membership } = setUp();
    await clock.advance(10);
    expect(steps).toEqual(['reaching-relay /relay/one', 'reserving /relay/one']);
    relay.visits[0]?.({ t: 'members', members: [{ peer: berta }], total: 1 });
    expect(steps.at(-1)).toBe('joined /relay/one');
    expect(notices).toEqual(['members']);
    membership.stop();
  });

  test('R11: each failure is named with its remedy and tried again, ever more seldom', async () => {
    const { clock, steps, relay, membership } = setUp();
    await clock.advance(10);
    relay.up = false;
    relay.cut();
    await clock.advance(120_000);
    expect(steps).toContain('retrying: It is down. Start it.');
    const tries = steps.filter((step) => step.startsWith('reaching')).length;
    expect(tries).toBeGreaterThan(8);
    expect(tries).toBeLessThan(30);
    relay.up = true;
    relay.full = true;
    await clock.advance(20_000);
    expect(steps.at(-1)).toBe('retrying: It is full.');
    relay.full = false;
    await clock.advance(20_000);
    relay.visits.at(-1)?.({ t: 'members', members: [], total: 0 });
    expect(steps.at(-1)).toBe('joined /relay/one');
    membership.stop();
  });

  test('R12: a lost relay is joined again within two seconds of a long stay', async () => {
    const { clock, steps, relay, membership } = setUp();
    await clock.advance(10);
    relay.visits[0]?.({ t: 'members', members: [], total: 0 });
    relay.cut();
    await clock.advance(2_000);
    relay.visits.at(-1)?.({ t: 'members', members: [], total: 0 });
    expect(relay.visits).toHaveLength(2);
    expect(steps.at(-1)).toBe('joined /relay/one');
    membership.stop();
  });

  test('R12: a relay that asks for no sign of life any more counts as lost', async () => {
    const { clock, steps, relay, membership } = setUp();
    await clock.advance(10);
    relay.visits[0]?.({ t: 'members', members: [], total: 0 });
    for (let turn = 0; turn < 4; turn++) {
      await clock.advance(15_000);
      relay.visits[0]?.({ t: 'alive?' });
    }
    expect(relay.visits).toHaveLength(1);
    await clock.advance(45_000);
    expect(relay.visits.length).toBeGreaterThan(1);
    expect(steps).toContain('retrying: Lost.');
    membership.stop();
  });

  test('R11: several relays are tried in turn', async () => {
    const { clock, steps, relay, membership } = setUp(['/relay/one', '/relay/two']);
    await clock.advance(10);
    relay.up = false;
    relay.cut();
    await clock.advance(10_000);
    expect(steps).toContain('reaching-relay /relay/two');
    membership.stop();
  });

  test('R11: hurry ends the wait, stop ends everything', async () => {
    const { clock, steps, relay, membership } = setUp();
    await clock.advance(10);
    relay.up = false;
    relay.cut();
    await clock.advance(60_000);
    const before = steps.filter((step) => step.startsWith('reaching')).length;
    membership.hurry();
    await clock.advance(0);
    expect(steps.filter((step) => step.startsWith('reaching'))).toHaveLength(before + 1);
    membership.stop();
    const after = steps.length;
    await clock.advance(120_000);
    expect(steps).toHaveLength(after);
  });
});
