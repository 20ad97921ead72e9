import { afterEach, describe, expect, test } from 'vitest';
import {
  type Advert,
  type Room,
  type Swarm,
  MAX_BROADCAST_BYTES,
  MAX_MESSAGE_BYTES,
  SWARM_PROTOCOL_VERSION,
  createRoom,
} from '#swarm';
import { type PeerId, createSeededRandom } from '#vocabulary';

/** What an implementation offers so that the suite can run against it. */
export interface SwarmHarness {
  /** A swarm that is not started yet, on a network of its own for this harness; in its public room unless told. */
  create(room?: Room): Promise<Swarm>;
  /** Lets the network run until `holds` answers true; fails the test when that takes too long. */
  until(what: string, holds: () => boolean): Promise<void>;
  /** Ends a peer without goodbye. */
  kill(swarm: Swarm): Promise<void>;
  close(): Promise<void>;
}

const PROTOCOL = '/contract/echo/1';

export function advertOf(change: Partial<Advert> = {}): Advert {
  return {
    protocolVersion: SWARM_PROTOCOL_VERSION,
    name: 'anna',
    modelId: 'tiny',
    engine: 'scripted',
    contributing: true,
    prefillTokensPerSecond: 20,
    decodeTokensPerSecond: 10,
    ...change,
  };
}

const sees = (swarm: Swarm, peer: PeerId): boolean => swarm.getState().peers.some(({ id }) => id === peer);
const hears = (swarm: Swarm, peer: PeerId): boolean =>
  swarm.getState().peers.some(({ id, advert }) => id === peer && advert !== undefined);

/** Rules of `src/swarm/README.md`, run by every implementation of the port. */
export function describeSwarmContract(implementation: string, createHarness: () => Promise<SwarmHarness>): void {
  describe(`swarm contract: ${implementation}`, () => {
    const open: SwarmHarness[] = [];
    afterEach(async () => {
      for (const harness of open.splice(0)) await harness.close();
    });

    const setUp = async (count: number): Promise<{ harness: SwarmHarness; swarms: Swarm[] }> => {
      const harness = await createHarness();
      open.push(harness);
      const swarms: Swarm[] = [];
      for (let index = 0; index < count; index++) swarms.push(await harness.create());
      return { harness, swarms };
    };
    const startAll = async (harness: SwarmHarness, swarms: readonly Swarm[]): Promise<void> => {
      for (const swarm of swarms) await swarm.start();
      await harness.until('all have met', () =>
        swarms.every((near) => swarms.every((far) => near === far || hears(near, far.self))),
      );
    };

    test('R1: every peer that joined sees every other, once', async () => {
      const { harness, swarms } = await setUp(3);
      await startAll(harness, swarms);
      for (const swarm of swarms) {
        expect(swarm.getState().join.step).toBe('joined');
        const ids = swarm.getState().peers.map(({ id }) => id);
        expect(ids.toSorted()).toEqual(
          swarms
            .map(({ self }) => self)
            .filter((id) => id !== swarm.self)
            .toSorted(),
        );
      }
    });

    test('R2: an advert reaches the others on connecting and whenever it changes', async () => {
      const { harness, swarms } = await setUp(2);
      const [a, b] = swarms as [Swarm, Swarm];
      a.setAdvert(advertOf({ name: 'anna' }));
      await startAll(harness, swarms);
      const nameSeen = (): string | undefined => b.getState().peers.find(({ id }) => id === a.self)?.advert?.name;
      expect(nameSeen()).toBe('anna');
      a.setAdvert(advertOf({ name: 'berta', modelId: '' }));
      await harness.until('the new name arrives', () => nameSeen() === 'berta');
    });

    test('R3: messages arrive whole, in order and once', async () => {
      const { harness, swarms } = await setUp(2);
      const [a, b] = swarms as [Swarm, Swarm];
      const received: Uint8Array[] = [];
      const from: PeerId[] = [];
      b.handle(PROTOCOL, (peer, message) => {
        from.push(peer);
        received.push(message);
      });
      await startAll(harness, swarms);
      const sizes = [0, 1, 65_535, 65_536, 3, MAX_MESSAGE_BYTES, 2];
      const outcomes = await Promise.all(
        sizes.map((size, index) => a.send(b.self, PROTOCOL, new Uint8Array(size).fill(index + 1))),
      );
      expect(outcomes.every(({ ok }) => ok)).toBe(true);
      await harness.until('all arrive', () => received.length >= sizes.length);
      expect(received.map(({ byteLength }) => byteLength)).toEqual(sizes);
      for (const [index, message] of received.entries()) expect(message.every((byte) => byte === index + 1)).toBe(true);
      expect(new Set(from)).toEqual(new Set([a.self]));
    });

    test('R4: a message over the limit, or to nobody, is refused with a typed reason', async () => {
      const { harness, swarms } = await setUp(3);
      const [a, b, stranger] = swarms as [Swarm, Swarm, Swarm];
      expect(await a.send(b.self, PROTOCOL, new Uint8Array(1))).toMatchObject({ ok: false, error: { type: 'closed' } });
      await startAll(harness, [a, b]);
      expect(await a.send(b.self, PROTOCOL, new Uint8Array(MAX_MESSAGE_BYTES + 1))).toMatchObject({
        ok: false,
        error: { type: 'too-large' },
      });
      expect(await a.send(stranger.self, PROTOCOL, new Uint8Array(1))).toMatchObject({
        ok: false,
        error: { type: 'not-connected' },
      });
    });

    test('R5: a handler that throws costs the message, not the connection; no handler costs the message', async () => {
      const { harness, swarms } = await setUp(2);
      const [a, b] = swarms as [Swarm, Swarm];
      const received: number[] = [];
      b.handle(PROTOCOL, (_from, message) => {
        if (message[0] === 1) throw new Error('handler failed on purpose');
        received.push(message[0] as number);
      });
      await startAll(harness, swarms);
      await a.send(b.self, '/contract/nobody/1', Uint8Array.of(0));
      await a.send(b.self, PROTOCOL, Uint8Array.of(1));
      await a.send(b.self, PROTOCOL, Uint8Array.of(2));
      await harness.until('the second arrives', () => received.length > 0);
      expect(received).toEqual([2]);
      expect(sees(a, b.self)).toBe(true);
    });

    test('R6: a removed handler hears nothing more; a protocol has one handler', async () => {
      const { harness, swarms } = await setUp(2);
      const [a, b] = swarms as [Swarm, Swarm];
      const received: string[] = [];
      const remove = b.handle(PROTOCOL, () => received.push('old'));
      expect(() => b.handle(PROTOCOL, () => undefined)).toThrow();
      remove();
      b.handle(PROTOCOL, () => received.push('new'));
      await startAll(harness, swarms);
      await a.send(b.self, PROTOCOL, Uint8Array.of(1));
      await harness.until('it arrives', () => received.length > 0);
      expect(received).toEqual(['new']);
    });

    test('R7: a peer that leaves, or dies without a word, is gone for all, and onGone says so once', async () => {
      const { harness, swarms } = await setUp(3);
      const [a, b, c] = swarms as [Swarm, Swarm, Swarm];
      const gone: PeerId[] = [];
      a.onGone((peer) => gone.push(peer));
      await startAll(harness, swarms);
      await b.stop();
      await harness.until('the leaver is gone', () => !sees(a, b.self) && !sees(c, b.self));
      await harness.kill(c);
      await harness.until('the dead is gone', () => !sees(a, c.self));
      expect(gone).toEqual([b.self, c.self]);
      expect(await a.send(c.self, PROTOCOL, Uint8Array.of(1))).toMatchObject({
        ok: false,
        error: { type: 'not-connected' },
      });
    });

    test('R8: a peer of another protocol version is shown and takes part in nothing', async () => {
      const { harness, swarms } = await setUp(2);
      const [a, b] = swarms as [Swarm, Swarm];
      b.setAdvert(advertOf({ protocolVersion: SWARM_PROTOCOL_VERSION + 1 }));
      await startAll(harness, swarms);
      const shown = a.getState().peers.find(({ id }) => id === b.self);
      expect(shown?.incompatible).toContain(String(SWARM_PROTOCOL_VERSION + 1));
      expect(await a.send(b.self, PROTOCOL, Uint8Array.of(1))).toMatchObject({
        ok: false,
        error: { type: 'incompatible' },
      });
    });

    test('R9: the state is the same object until it changes, and every change is announced', async () => {
      const { harness, swarms } = await setUp(2);
      const [a] = swarms as [Swarm, Swarm];
      expect(a.getState()).toBe(a.getState());
      const steps: string[] = [a.getState().join.step];
      const unsubscribe = a.subscribe(() => steps.push(a.getState().join.step));
      await startAll(harness, swarms);
      expect(steps[0]).toBe('offline');
      expect(steps.at(-1)).toBe('joined');
      unsubscribe();
      const heard = steps.length;
      await a.stop();
      expect(steps).toHaveLength(heard);
      expect(a.getState().join.step).toBe('offline');
      expect(a.getState().peers).toEqual([]);
    });

    test('R22: tabs of different rooms never see each other, those of one private room do', async () => {
      const harness = await createHarness();
      open.push(harness);
      const [bees, wasps] = ['bees', 'wasps'].map((seed) => createRoom('Nest', createSeededRandom(seed))) as [
        Room,
        Room,
      ];
      const inBees = [await harness.create(bees), await harness.create(bees)];
      const outside = [await harness.create(wasps), await harness.create()];
      for (const swarm of outside) await swarm.start();
      await startAll(harness, inBees);
      for (const swarm of inBees) {
        expect(swarm.getState().room).toEqual({ name: 'Nest', isPrivate: true });
        expect(swarm.getState().peers).toHaveLength(1);
        for (const { self } of outside)
          expect(await swarm.send(self, PROTOCOL, Uint8Array.of(1))).toMatchObject({
            error: { type: 'not-connected' },
          });
      }
      await harness.until('the others have joined', () =>
        outside.every((swarm) => swarm.getState().join.step === 'joined'),
      );
      expect(outside.map((swarm) => swarm.getState().peers)).toEqual([[], []]);
      expect(outside[1]?.getState().room.isPrivate).toBe(false);
    });

    test('R28: the state says at which relay this tab is; offline it says nothing', async () => {
      const { harness, swarms } = await setUp(2);
      const [a] = swarms as [Swarm, Swarm];
      await startAll(harness, swarms);
      const { relayAddress, relays, known } = a.getState();
      expect(relayAddress).toBeDefined();
      expect(relays.filter(({ status }) => status === 'active').map(({ address }) => address)).toEqual([relayAddress]);
      expect(known.some(({ id }) => id === a.self || sees(a, id))).toBe(false);
      await a.stop();
      expect(a.getState()).toMatchObject({ relayAddress: undefined, relays: [], peers: [], known: [] });
    });

    test('R33: connect makes sure of a peer in reach, and says when there is no way', async () => {
      const { harness, swarms } = await setUp(3);
      const [a, b, stranger] = swarms as [Swarm, Swarm, Swarm];
      await startAll(harness, [a, b]);
      expect(await a.connect(b.self)).toMatchObject({ ok: true });
      expect(await a.connect(stranger.self)).toMatchObject({ ok: false, error: { type: 'unreachable' } });
    });

    test('R34: a broadcast reaches every other tab of the room once', async () => {
      const { harness, swarms } = await setUp(3);
      const [a, ...others] = swarms as [Swarm, Swarm, Swarm];
      const heard = new Map<PeerId, number[]>(swarms.map(({ self }) => [self, []]));
      for (const swarm of swarms)
        swarm.onBroadcast('news', (_via, message) => heard.get(swarm.self)?.push(message[0] as number));
      expect(a.broadcast('news', Uint8Array.of(0))).toMatchObject({ error: { type: 'closed' } });
      await startAll(harness, swarms);
      for (const number of [1, 2, 3]) expect(a.broadcast('news', Uint8Array.of(number))).toMatchObject({ ok: true });
      expect(a.broadcast('other', Uint8Array.of(9))).toMatchObject({ ok: true });
      expect(a.broadcast('news', new Uint8Array(MAX_BROADCAST_BYTES + 1))).toMatchObject({
        error: { type: 'too-large' },
      });
      await harness.until('all have heard it', () => others.every(({ self }) => heard.get(self)?.length === 3));
      for (const { self } of others) expect(heard.get(self)?.toSorted()).toEqual([1, 2, 3]);
      expect(heard.get(a.self)).toEqual([]);
    });
  });
}
