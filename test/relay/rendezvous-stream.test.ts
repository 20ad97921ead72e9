import type { Connection } from '@libp2p/interface';
import { type LengthPrefixedStream, lpStream, streamPair } from '@libp2p/utils';
import { describe, expect, test, vi } from 'vitest';
import { asPeerId } from '#vocabulary';
import type { IceGrant } from '../../relay/ice.ts';
import type { RefusalReason } from '../../relay/metrics.ts';
import type { Rendezvous } from '../../relay/rendezvous.ts';
import { serveRendezvous } from '../../relay/rendezvous-stream.ts';
import {
  type RendezvousNotice,
  decodeRendezvousNotice,
  encodeRendezvous,
} from '../../src/swarm/joining/rendezvous-wire.ts';
import { enter, guest, setUp } from './visitors.ts';

const peer = '12D3KooWRawPbxPtP1eZaJpumGnyWX2DcUyd3RQnydr3eAto4Az7';

async function open(iceFor: () => IceGrant | undefined = () => undefined) {
  const { clock, rendezvous } = setUp();
  const [near, far] = await streamPair();
  const aborted: string[] = [];
  const refused: RefusalReason[] = [];
  let joined = 0;
  const connection = {
    remotePeer: { toString: () => peer },
    abort: (error: Error) => {
      aborted.push(error.message);
      far.abort(error);
    },
  } as unknown as Connection;
  const served = serveRendezvous(
    {
      rendezvous,
      clock,
      requestsPerSecond: 4,
      iceFor,
      onJoined: () => joined++,
      onRefused: (reason) => refused.push(reason),
    },
    '192.0.2.1',
    far,
    connection,
  );
  return { clock, rendezvous, tab: lpStream(near), far, served, aborted, refused, joins: () => joined };
}

async function hear(tab: LengthPrefixedStream): Promise<RendezvousNotice> {
  const notice = decodeRendezvousNotice((await tab.read()).subarray());
  if (!notice.ok) throw new Error(notice.error.message);
  return notice.value;
}
const join = (tab: LengthPrefixedStream): Promise<void> => tab.write(encodeRendezvous({ t: 'join', room: 'public' }));
const members = (rendezvous: Rendezvous): Promise<void> =>
  vi.waitFor(() => expect(rendezvous.memberCount()).toBeGreaterThan(0));

describe('rendezvous stream', () => {
  test('R4: a tab is asked for signs of life, stays while it answers and is cut off when it does not', async () => {
    const { clock, rendezvous, tab, served, aborted, refused, joins } = await open();
    await join(tab);
    expect(await hear(tab)).toEqual({ t: 'members', members: [], total: 0 });
    for (let turn = 0; turn < 6; turn++) {
      await clock.advance(15_000);
      expect(await hear(tab)).toEqual({ t: 'alive?' });
      await tab.write(encodeRendezvous({ t: 'alive' }));
      // The pair of streams delivers on the real event loop.
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect([rendezvous.memberCount(), joins()]).toEqual([1, 1]);
    expect(aborted).toEqual([]);
    await clock.advance(41_000);
    await served;
    expect(aborted).toEqual(['the tab fell silent']);
    expect(refused).toEqual(['silent']);
    expect(rendezvous.memberCount()).toBe(0);
  });

  test('R4: one that never joins is cut off likewise', async () => {
    const { clock, served, aborted } = await open();
    await clock.advance(41_000);
    await served;
    expect(aborted).toEqual(['the tab fell silent']);
  });

  test('R1: a tab that ends its stream has left', async () => {
    const { rendezvous, tab, served } = await open();
    await join(tab);
    await hear(tab);
    await tab.unwrap().close();
    await served;
    expect(rendezvous.memberCount()).toBe(0);
  });

  test('R19: servers for connections come before the members, so that the first dials use them, and again in time', async () => {
    let grants = 0;
    const servers = [{ urls: ['turn:turn.example'], username: 'n', credential: 'c' }];
    const { clock, tab } = await open(() => ({ servers, ttlSeconds: 100 + grants++, renewInMs: 10_000 }));
    await join(tab);
    expect(await hear(tab)).toEqual({ t: 'ice', servers, ttlSeconds: 100 });
    expect(await hear(tab)).toMatchObject({ t: 'members' });
    await clock.advance(10_000);
    expect(await hear(tab)).toEqual({ t: 'ice', servers, ttlSeconds: 101 });
    expect(grants).toBe(2);
  });

  test('R13: a tab that says too much is refused with a reason', async () => {
    const { tab, served, refused } = await open();
    await join(tab);
    const ended = served.then(() => 'ended');
    for (let turn = 0; turn < 40; turn++) await tab.write(encodeRendezvous({ t: 'alive' })).catch(() => undefined);
    expect(await ended).toBe('ended');
    expect(refused).toEqual(['request-rate']);
    expect(await hear(tab)).toMatchObject({ t: 'members' });
    expect(await hear(tab)).toEqual({ t: 'refused', reason: 'Too many requests.' });
  });

  test('R18: a tab that reads nothing is given up; what waited for it is bounded', async () => {
    const { rendezvous, tab, far, served, refused } = await open();
    await join(tab);
    await members(rendezvous);
    // The other side takes nothing more.
    vi.spyOn(far, 'send').mockReturnValue(false);
    for (let turn = 0; turn < 1100; turn++) {
      const visitor = enter(rendezvous, guest(`${'x'.repeat(48)}${String(turn).padStart(4, '0')}`));
      rendezvous.leave(visitor);
    }
    await served;
    expect(refused).toEqual(['slow-reader']);
    expect(rendezvous.memberCount()).toBe(0);
  });

  test('R18: long notices count by their bytes', async () => {
    const { rendezvous, tab, far, served, refused } = await open();
    await join(tab);
    await members(rendezvous);
    vi.spyOn(far, 'send').mockReturnValue(false);
    let told = 0;
    while (refused.length === 0 && told < 1000) {
      told++;
      const address = `/dns/${'b'.repeat(250)}/tcp/443/tls/ws/p2p/${peer}`;
      rendezvous.joinedElsewhere({ room: 'public', peer: asPeerId('y'.repeat(52)) }, 'far', address);
    }
    await served;
    expect(refused).toEqual(['slow-reader']);
    // About 370 bytes each.
    expect(told).toBeLessThan(900);
  });
});
