import { describe, expect, test } from 'vitest';
import type { Swarm } from '#swarm';
import { type PeerId, type VirtualClock, asPeerId, createSeededRandom, createVirtualClock } from '#vocabulary';
import { type Announcer, startAnnouncer } from '../../../src/swarm/content/announcer.ts';
import {
  ENOUGH_PROVIDERS,
  MAX_OFFERED,
  MAX_PROVIDERS,
  OFFER_GAP_MS,
  OFFER_LASTS_MS,
  OFFER_TOPIC,
} from '../../../src/swarm/content/constants.ts';
import { encodeOffer } from '../../../src/swarm/content/offer-wire.ts';
import { type Providers, createProviders } from '../../../src/swarm/content/providers.ts';
import { createMemorySwarmNetwork } from '../../swarm-sim/swarm.memory.ts';

const digestOf = (number: number): string => number.toString(16).padStart(64, '0');

interface Member {
  readonly swarm: Swarm;
  readonly providers: Providers;
  readonly announcer: Announcer;
  readonly offered: string[];
  readonly broadcasts: Uint8Array[];
}

function network(): { clock: VirtualClock; join(name: string, ...offered: string[]): Promise<Member> } {
  const clock = createVirtualClock(1e6);
  const swarms = createMemorySwarmNetwork({ clock, random: createSeededRandom('announcer'), latencyMs: 5 });
  return {
    clock,
    async join(name, ...offered) {
      const base = swarms.join(asPeerId(name));
      const broadcasts: Uint8Array[] = [];
      const swarm: Swarm = {
        ...base,
        broadcast(topic, message) {
          broadcasts.push(message);
          return base.broadcast(topic, message);
        },
      };
      const providers = createProviders(clock);
      const announcer = startAnnouncer({
        swarm,
        clock,
        random: createSeededRandom(name),
        providers,
        offered: () => offered,
        onHeard: () => undefined,
      });
      await swarm.start();
      await clock.advance(100);
      return { swarm, providers, announcer, offered, broadcasts };
    },
  };
}

const [x, y] = [digestOf(1), digestOf(2)];

describe('announcements of files', () => {
  test('R67: whoever connects is told what is there, both ways', async () => {
    const { join } = network();
    const a = await join('a', x);
    const b = await join('b', y);
    expect(b.providers.of(x)).toEqual(['a']);
    expect(a.providers.of(y)).toEqual(['b']);
    expect(a.providers.of(x)).toEqual([]);
  });

  test('R67: changes are told soon, but not more often than every few seconds', async () => {
    const { clock, join } = network();
    const a = await join('a');
    const b = await join('b');
    await clock.advance(OFFER_GAP_MS);
    const before = a.broadcasts.length;
    for (let number = 0; number < 50; number++) {
      a.offered.push(digestOf(number));
      a.announcer.noteChange();
      await clock.advance(100);
    }
    await clock.advance(OFFER_GAP_MS + 100);
    expect(b.providers.of(digestOf(49))).toEqual(['a']);
    expect(a.broadcasts.length - before).toBeLessThanOrEqual(3);
    a.offered.length = 0;
    a.announcer.noteChange();
    await clock.advance(OFFER_GAP_MS + 100);
    expect(b.providers.of(digestOf(49))).toEqual([]);
  });

  test('R67: it is told again before it expires, and forgotten when it is not', async () => {
    const { clock, join } = network();
    const a = await join('a', x);
    const b = await join('b');
    await clock.advance(3 * OFFER_LASTS_MS);
    expect(b.providers.of(x)).toEqual(['a']);
    a.announcer.close();
    await clock.advance(OFFER_LASTS_MS + 1_000);
    expect(b.providers.of(x)).toEqual([]);
  });

  test('R67: a peer that is gone is forgotten at once', async () => {
    const { clock, join } = network();
    const a = await join('a', x);
    const b = await join('b');
    await a.swarm.stop();
    await clock.advance(100);
    expect(b.providers.of(x)).toEqual([]);
  });

  test('R67: what many offer is not spread to all again', async () => {
    const { clock, join } = network();
    const a = await join('a', x);
    for (let number = 0; number < ENOUGH_PROVIDERS; number++) a.providers.note(asPeerId(`p${number}`), [x], true);
    a.broadcasts.length = 0;
    a.offered.push(y);
    a.announcer.noteChange();
    await clock.advance(OFFER_GAP_MS + 100);
    expect(a.broadcasts).toEqual([encodeOffer({ peer: a.swarm.self, digests: [y] })]);
  });

  test('R68: nonsense, and what one says in the name of another, is not heard', async () => {
    const { clock, join } = network();
    const a = await join('a');
    const b = await join('b');
    await b.swarm.send(a.swarm.self, OFFER_TOPIC, new Uint8Array([1, 2, 3]));
    await b.swarm.send(a.swarm.self, OFFER_TOPIC, encodeOffer({ peer: asPeerId('c'), digests: [x] }));
    b.swarm.broadcast(OFFER_TOPIC, new Uint8Array(500));
    b.swarm.broadcast(OFFER_TOPIC, encodeOffer({ peer: a.swarm.self, digests: [x] }));
    await clock.advance(100);
    expect(a.providers.of(x)).toEqual([]);
    b.swarm.broadcast(OFFER_TOPIC, encodeOffer({ peer: asPeerId('c'), digests: [x] }));
    await clock.advance(100);
    expect(a.providers.of(x)).toEqual(['c']);
  });
});

describe('what is known of providers', () => {
  test('R67: a flood of claims pushes out neither those who speak for themselves nor memory', () => {
    const clock = createVirtualClock();
    const providers = createProviders(clock);
    providers.note(asPeerId('honest'), [x], true);
    for (let number = 0; number < 3 * MAX_PROVIDERS; number++) providers.note(asPeerId(`fake-${number}`), [x], false);
    expect(providers.of(x)).toHaveLength(MAX_PROVIDERS);
    expect(providers.of(x)).toContain('honest');
    for (let number = 0; number < 10; number++)
      providers.note(
        asPeerId('honest'),
        Array.from({ length: MAX_OFFERED }, (_, index) => digestOf(1_000 + number * MAX_OFFERED + index)),
        false,
      );
    // What others add in its name stays within twice what one can announce, and takes nothing away.
    const known: readonly PeerId[] = providers.of(digestOf(1_000 + 10 * MAX_OFFERED - 1));
    expect(known).toEqual([]);
    expect(providers.of(x)).toContain('honest');
  });
});
