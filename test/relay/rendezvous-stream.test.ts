import type { Connection } from '@libp2p/interface';
import { type LengthPrefixedStream, lpStream, streamPair } from '@libp2p/utils';
import { describe, expect, test } from 'vitest';
import { type VirtualClock, createVirtualClock } from '#vocabulary';
import { createRendezvous } from '../../relay/rendezvous.ts';
import { serveRendezvous } from '../../relay/rendezvous-stream.ts';
import { type RendezvousNotice, decodeRendezvousNotice, encodeRendezvous } from '../../src/swarm/rendezvous-wire.ts';

async function open() {
  const clock: VirtualClock = createVirtualClock();
  const rendezvous = createRendezvous();
  const [near, far] = await streamPair();
  const aborted: string[] = [];
  const connection = {
    remotePeer: { toString: () => '12D3KooWRawPbxPtP1eZaJpumGnyWX2DcUyd3RQnydr3eAto4Az7' },
    abort: (error: Error) => {
      aborted.push(error.message);
      far.abort(error);
    },
  } as unknown as Connection;
  const served = serveRendezvous(rendezvous, clock, far, connection);
  const tab = lpStream(near);
  return { clock, rendezvous, tab, served, aborted };
}

async function hear(tab: LengthPrefixedStream): Promise<RendezvousNotice> {
  const notice = decodeRendezvousNotice((await tab.read()).subarray());
  if (!notice.ok) throw new Error(notice.error.message);
  return notice.value;
}

describe('rendezvous stream', () => {
  test('R4: a tab is asked for signs of life, stays while it answers and is cut off when it does not', async () => {
    const { clock, rendezvous, tab, served, aborted } = await open();
    await tab.write(encodeRendezvous({ t: 'join', room: 'public' }));
    expect(await hear(tab)).toEqual({ t: 'members', members: [], total: 0 });
    for (let turn = 0; turn < 6; turn++) {
      await clock.advance(15_000);
      expect(await hear(tab)).toEqual({ t: 'alive?' });
      await tab.write(encodeRendezvous({ t: 'alive' }));
      // The pair of streams delivers on the real event loop.
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(rendezvous.memberCount()).toBe(1);
    expect(aborted).toEqual([]);
    await clock.advance(41_000);
    await served;
    expect(aborted).toEqual(['the tab fell silent']);
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
    await tab.write(encodeRendezvous({ t: 'join', room: 'public' }));
    await hear(tab);
    await tab.unwrap().close();
    await served;
    expect(rendezvous.memberCount()).toBe(0);
  });
});
