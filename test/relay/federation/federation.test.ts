import { describe, expect, test } from 'vitest';
import { type Random, type VirtualClock, asPeerId, createSeededRandom, createVirtualClock } from '#vocabulary';
import { type Federation, RELAY_TTL_MS, createFederation } from '../../../relay/federation/federation.ts';
import type { FederationMessage } from '../../../relay/federation/federation-wire.ts';
import type { Registration } from '../../../relay/rendezvous.ts';

const addressOf = (id: string): string => `/dns/${id}.example/tcp/443/tls/ws/p2p/${id}`;
const registration = (peer: string, room = 'public'): Registration => ({ room, peer: asPeerId(peer) });

/** A relay as the federation sees it: its own registrations, and what it believes of the others. */
class Relay {
  readonly own = new Set<string>();
  readonly others = new Map<string, Set<string>>();
  readonly said: FederationMessage[] = [];
  readonly met: string[] = [];
  readonly federation: Federation;
  readonly id: string;
  isCutOff = false;

  constructor(id: string, net: Net) {
    this.id = id;
    this.federation = createFederation({
      clock: net.clock,
      ownId: id,
      address: addressOf(id),
      publish: (message) => {
        this.said.push(message);
        net.send(this, message);
      },
      registrations: () => [...this.own].map((peer) => registration(peer)),
      onJoined: ({ peer }, relay, address) => {
        if (address !== addressOf(relay)) throw new Error(`${relay} is told to be at ${address}`);
        this.others.set(relay, (this.others.get(relay) ?? new Set<string>()).add(peer));
      },
      onLeft: ({ peer }, relay) => {
        if (this.others.get(relay)?.delete(peer) !== true) throw new Error(`${peer} left twice`);
      },
      onRelay: (what, relay) => this.met.push(`${what} ${relay}`),
    });
  }
  join(peer: string): void {
    this.own.add(peer);
    this.federation.joined(registration(peer));
  }
  leave(peer: string): void {
    this.own.delete(peer);
    this.federation.left(registration(peer));
  }
  believes(other: string): string[] {
    return [...(this.others.get(other) ?? [])].sort();
  }
}

/** Carries messages with a delay, loses and swaps them as told. */
class Net {
  readonly relays: Relay[] = [];
  lossRate = 0;
  delayMs: () => number = () => 5;
  readonly clock: VirtualClock;
  readonly random: Random;
  constructor(clock: VirtualClock, random: Random) {
    this.clock = clock;
    this.random = random;
  }
  add(id: string): Relay {
    const relay = new Relay(id, this);
    this.relays.push(relay);
    return relay;
  }
  send(from: Relay, message: FederationMessage): void {
    for (const relay of this.relays) {
      if (relay === from || relay.isCutOff || from.isCutOff || this.random.next() < this.lossRate) continue;
      this.clock.after(this.delayMs(), () => relay.federation.receive(from.id, message));
    }
  }
}

function setUp(): { net: Net; clock: VirtualClock; near: Relay; far: Relay } {
  const clock = createVirtualClock(1_000_000);
  const net = new Net(clock, createSeededRandom('net'));
  return { net, clock, near: net.add('near'), far: net.add('far') };
}

describe('what relays know of each other', () => {
  test('R15: who comes and goes at one is known at the other within a tenth of a second', async () => {
    const { clock, near, far } = setUp();
    await clock.advance(3000);
    near.join('anna');
    await clock.advance(10);
    expect(far.believes('near')).toEqual(['anna']);
    for (let index = 0; index < 100; index++) near.join(`one of a class ${index}`);
    near.join('berta');
    near.leave('anna');
    await clock.advance(100);
    expect(far.believes('near')).toHaveLength(101);
    expect(far.believes('near')).not.toContain('anna');
    // The first at once, all others together: those who went and those who came.
    expect(near.said.filter(({ t }) => t === 'change')).toHaveLength(3);
  });

  test('R15: a relay that comes later is told everything, in as many messages as it takes', async () => {
    const { net, clock, near } = setUp();
    for (let index = 0; index < 2000; index++) near.join(`peer-${'x'.repeat(40)}-${index}`);
    await clock.advance(10_000);
    const late = net.add('late');
    await clock.advance(3500);
    expect(late.believes('near')).toEqual([...near.own].sort());
    const parts = near.said.filter(({ t }) => t === 'all');
    expect(parts.length).toBeGreaterThan(1);
  });

  test('R16: a relay that vanishes takes its registrations along within seconds', async () => {
    const { clock, near, far } = setUp();
    near.join('anna');
    await clock.advance(3000);
    expect(far.believes('near')).toEqual(['anna']);
    near.isCutOff = true;
    await clock.advance(RELAY_TTL_MS + 2000);
    expect(far.believes('near')).toEqual([]);
    expect(far.federation.relays()).toEqual([]);
    near.isCutOff = false;
    await clock.advance(5000);
    expect(far.believes('near')).toEqual(['anna']);
    expect(far.met).toEqual(['met near', 'lost near', 'met near']);
  });

  test('R16: one that says goodbye is gone at once, and nothing late brings it back', async () => {
    const { clock, near, far } = setUp();
    near.join('anna');
    await clock.advance(3000);
    const late = near.said.find(({ t }) => t === 'change');
    near.federation.stop();
    await clock.advance(10);
    expect([far.believes('near'), far.federation.relays()]).toEqual([[], []]);
    if (late !== undefined) far.federation.receive('near', late);
    near.join('berta');
    await clock.advance(5000);
    expect([far.believes('near'), far.federation.relays()]).toEqual([[], []]);
  });

  test('R16: a relay that starts anew has none of its former tabs', async () => {
    const { net, clock, near, far } = setUp();
    near.join('anna');
    await clock.advance(3000);
    net.relays.splice(net.relays.indexOf(near), 1);
    near.isCutOff = true;
    const again = net.add('near');
    again.join('berta');
    await clock.advance(4000);
    expect(far.believes('near')).toEqual(['berta']);
    const old = near.said.find(({ t }) => t === 'change');
    if (old !== undefined) far.federation.receive('near', old);
    await clock.advance(4000);
    expect(far.believes('near')).toEqual(['berta']);
  });

  test.each([
    ['a fifth of all messages lost', 0.2, 5],
    ['messages that overtake each other', 0, 400],
    ['both', 0.2, 400],
  ])('R15: %s: relays agree again soon after the last change', async (_what, lossRate, jitterMs) => {
    const { net, clock } = setUp();
    net.add('third');
    net.lossRate = lossRate;
    net.delayMs = () => jitterMs * net.random.next();
    const { random } = net;
    for (let step = 0; step < 400; step++) {
      const relay = net.relays[step % 3] as Relay;
      const peer = `peer-${Math.floor(random.next() * 30)}`;
      if (relay.own.has(peer)) relay.leave(peer);
      else relay.join(peer);
      await clock.advance(200 * random.next());
    }
    await clock.advance(20_000);
    for (const one of net.relays)
      for (const other of net.relays) if (one !== other) expect(one.believes(other.id)).toEqual([...other.own].sort());
  });
});

describe('what a relay believes', () => {
  test('R17: a relay speaks for itself: another address than its own is not believed', async () => {
    const { far } = setUp();
    const message = { t: 'here', epoch: 1, number: 0, address: addressOf('evil') } as const;
    far.federation.receive('other', message);
    expect(far.federation.relays()).toEqual([]);
  });

  test('R17: what one relay may register is bounded', async () => {
    const { clock, far } = setUp();
    const members = (part: number) => [
      { room: 'public', peers: Array.from({ length: 2000 }, (_, index) => asPeerId(`p-${part}-${index}`)) },
    ];
    for (let part = 0; part < 12; part++) {
      const head = { epoch: 5, number: 1, address: addressOf('big') };
      far.federation.receive('big', { t: 'all', ...head, part, parts: 12, members: members(part) });
    }
    expect(far.believes('big')).toHaveLength(16_384);
    await clock.advance(RELAY_TTL_MS + 3000);
    expect(far.believes('big')).toEqual([]);
  });

  test('R17: everything is told once a second however often it is asked for', async () => {
    const { clock, far } = setUp();
    await clock.advance(3000);
    far.said.length = 0;
    for (let turn = 0; turn < 500; turn++) {
      far.federation.receive('near', { t: 'ask', epoch: 1_000_000, number: 0, address: addressOf('near'), of: 'far' });
      await clock.advance(10);
    }
    expect(far.said.filter(({ t }) => t === 'all').length).toBeLessThanOrEqual(6);
  });

  test('R17: changes that cannot be carried out are not collected without end', async () => {
    const { clock, near, far } = setUp();
    await clock.advance(3000);
    near.isCutOff = true;
    for (let number = 10; number < 5000; number++) {
      const joined = [{ room: 'public', peers: [asPeerId(`p-${number}`)] }];
      far.federation.receive('near', {
        t: 'change',
        epoch: 1_000_000,
        number,
        address: addressOf('near'),
        joined,
        left: [],
      });
    }
    expect(far.believes('near')).toEqual([]);
    near.isCutOff = false;
    near.join('anna');
    await clock.advance(8000);
    expect(far.believes('near')).toContain('anna');
  });
});
