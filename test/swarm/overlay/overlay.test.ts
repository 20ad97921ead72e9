import { describe, expect, test } from 'vitest';
import { MAX_BROADCAST_BYTES } from '../../../src/swarm/constants.ts';
import { EMPTY_ADVERT } from '../../../src/swarm/session/advert.ts';
import { signCard } from '../../../src/swarm/overlay/card.ts';
import { CONNECT_MS, OWN_BUCKET, USE_MS } from '../../../src/swarm/overlay/constants.ts';
import { encodeOverlay } from '../../../src/swarm/overlay/overlay-wire.ts';
import { type Shell, createShells, idOf, signerOf } from './shells.ts';

const hearAll = (shells: readonly Shell[]): Map<Shell, number[]> => {
  const heard = new Map<Shell, number[]>(shells.map((shell) => [shell, []]));
  for (const shell of shells)
    shell.overlay.onBroadcast('news', (_via, message) => heard.get(shell)?.push(message[0] as number));
  return heard;
};

describe('a tab’s overlay', { timeout: 120_000 }, () => {
  test('R70, R77: in a small room all are connected, and a broadcast reaches each once', async () => {
    const { clock, joinMany } = createShells();
    const shells = await joinMany(5);
    const heard = hearAll(shells);
    const [first, ...others] = shells as [Shell, ...Shell[]];
    expect(shells.every(({ peers }) => peers.size === 4)).toBe(true);
    expect(first.overlay.broadcast('news', Uint8Array.of(1))).toMatchObject({ ok: true });
    await clock.advance(5_000);
    expect(others.map((shell) => heard.get(shell))).toEqual(others.map(() => [1]));
    expect(heard.get(first)).toEqual([]);
    expect(shells.every(({ known }) => known.length === 0)).toBe(true);
  });

  test('R70, R76, R77: in a large room few are neighbours, others are known, and broadcasts reach all', async () => {
    const network = createShells();
    const shells = await network.joinMany(30);
    await network.clock.advance(4 * 60_000);
    expect(Math.max(...shells.map(({ peers }) => peers.size))).toBeLessThan(20);
    const heard = hearAll(shells);
    shells[7]?.overlay.broadcast('news', Uint8Array.of(7));
    await network.clock.advance(10_000);
    expect(shells.filter((shell) => heard.get(shell)?.length === 1)).toHaveLength(29);
    const { known, peers } = shells[7] as Shell;
    expect(known.length).toBeGreaterThan(8);
    expect(known.some(({ id }) => peers.has(id) || id === shells[7]?.id)).toBe(false);
    expect(shells.flatMap(({ errors }) => errors)).toEqual([]);
  });

  test('R33, R73: connect reaches somebody known, keeps it while a stream is open, then lets it go', async () => {
    const network = createShells();
    const shells = await network.joinMany(22);
    await network.clock.advance(2 * 60_000);
    const near = shells[3] as Shell;
    const far = shells.find((shell) => shell !== near && !near.peers.has(shell.id)) as Shell;
    const connecting = near.overlay.connect(far.id);
    await network.clock.advance(1_000);
    expect(await connecting).toMatchObject({ ok: true });
    expect(near.peers.has(far.id)).toBe(true);
    near.busy.add(far.id);
    far.busy.add(near.id);
    await network.clock.advance(4 * 60_000);
    expect(near.peers.has(far.id)).toBe(true);
    near.busy.clear();
    far.busy.clear();
    const role = near.overlay.getState().view.links.get(far.id)?.role;
    await network.clock.advance(2 * USE_MS + 60_000);
    // Meanwhile it may have become a neighbour; otherwise it is gone, by agreement.
    if (role === 'extra') expect(near.peers.has(far.id)).toBe(false);
    expect(near.overlay.getState().view.candidates.has(far.id)).toBe(true);
  });

  test('R33: connect says when there is no way, soon when the relay knows, and when its caller gives up', async () => {
    const { clock, joinMany, unreachable } = createShells();
    const [near] = (await joinMany(2)) as [Shell];
    unreachable.add(idOf(99));
    const unknown = near.overlay.connect(idOf(99));
    await clock.advance(1_000);
    expect(await unknown).toMatchObject({ ok: false, error: { type: 'unreachable' } });
    const abort = new AbortController();
    const [given, kept] = [near.overlay.connect(idOf(98), abort.signal), near.overlay.connect(idOf(98))];
    abort.abort();
    expect(await given).toMatchObject({ error: { type: 'unreachable' } });
    await clock.advance(CONNECT_MS);
    expect(await kept).toMatchObject({ error: { type: 'unreachable' } });
    near.overlay.stop();
    expect(await near.overlay.connect(idOf(97))).toMatchObject({ error: { type: 'closed' } });
  });

  test('R77, R79: broadcasts that are too long, too many or of no topic are refused with a reason', async () => {
    const { joinMany } = createShells();
    const [near] = (await joinMany(2)) as [Shell];
    const { broadcast } = near.overlay;
    expect(broadcast('news', new Uint8Array(MAX_BROADCAST_BYTES + 1))).toMatchObject({ error: { type: 'too-large' } });
    expect(broadcast('', Uint8Array.of(1))).toMatchObject({ error: { type: 'too-large' } });
    const outcomes = Array.from({ length: 30 }, (_, index) => broadcast('news', Uint8Array.of(index)));
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(OWN_BUCKET.burst);
    expect(outcomes.at(-1)).toMatchObject({ error: { type: 'too-often' } });
  });

  test('R76: a forged card is not kept and told against who sent it; a genuine one is', async () => {
    const { clock, joinMany } = createShells();
    const [near, far] = (await joinMany(2)) as [Shell, Shell];
    const [genuine, other] = await Promise.all(
      [50, 51].map((index) => signCard(signerOf(idOf(index)), EMPTY_ADVERT, undefined, clock.now())),
    );
    if (genuine === undefined || other === undefined) throw new Error('two cards were signed');
    const forged = { ...other, sealed: other.sealed.slice() };
    forged.sealed[forged.sealed.length - 1]! ^= 1;
    near.overlay.receive(far.id, encodeOverlay({ t: 'reply', cards: [genuine, forged] }));
    await clock.advance(100);
    const { view } = near.overlay.getState();
    expect(view.candidates.has(idOf(50))).toBe(true);
    expect(view.candidates.has(idOf(51))).toBe(false);
    expect(view.links.get(far.id)?.demerits).toBeGreaterThan(0);
    expect(near.known.map(({ id }) => id)).toEqual([idOf(50)]);
    // What its author says of a relay is used only when a relay has named that relay.
    expect(near.overlay.relayOf(idOf(50))).toBeUndefined();
    expect(near.overlay.relayOf(far.id)).toContain('relay.example');
  });

  test('R79, R81: a peer that sends nonsense loses its connection', async () => {
    const { clock, joinMany } = createShells();
    const [near, far] = (await joinMany(2)) as [Shell, Shell];
    for (let count = 0; count < 20; count++) near.overlay.receive(far.id, Uint8Array.of(1, 2, 3));
    await clock.advance(100);
    expect(near.peers.has(far.id)).toBe(false);
  });

  test('R82: a peer that lost its side and came back is greeted anew', async () => {
    const { clock, joinMany } = createShells();
    const [near, far] = (await joinMany(2)) as [Shell, Shell];
    await clock.advance(1_000);
    const peer = near.peers.get(far.id);
    if (peer === undefined) throw new Error('both are connected');
    near.peers.set(far.id, { ...peer, connectedAtMs: clock.now() });
    near.overlay.sync([...near.peers.values()]);
    await clock.advance(1_000);
    expect(near.overlay.getState().view.links.get(far.id)?.role).toBe('neighbour');
    expect(near.overlay.getState().view.links.get(far.id)?.sinceMs).toBeGreaterThan(peer.connectedAtMs);
  });

  test('R5: a listener that throws costs its message, nothing else', async () => {
    const { clock, joinMany } = createShells();
    const [near, far] = (await joinMany(2)) as [Shell, Shell];
    far.overlay.onBroadcast('news', () => {
      throw new Error('on purpose');
    });
    expect(() => far.overlay.onBroadcast('news', () => undefined)).toThrow('already');
    near.overlay.broadcast('news', Uint8Array.of(1));
    await clock.advance(1_000);
    expect(far.errors).toHaveLength(1);
    expect(near.peers.has(far.id)).toBe(true);
  });
});
