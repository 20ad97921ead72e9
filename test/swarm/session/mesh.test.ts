import { describe, expect, test } from 'vitest';
import type { Channel } from '../../../src/swarm/session/channel.ts';
import type { Mesh } from '../../../src/swarm/session/mesh.ts';
import { encodeFrame } from '../../../src/swarm/session/wire.ts';
import { asPeerId, createSeededRandom } from '#vocabulary';
import { createTwoMeshes, createWire } from './wires.ts';

const PROTOCOL = '/test/1';

function record(mesh: Mesh): number[] {
  const received: number[] = [];
  mesh.handle(PROTOCOL, (_from, message) => received.push(message[0] as number));
  return received;
}
const sendAll = (from: Mesh, to: Mesh, numbers: readonly number[]) =>
  Promise.all(numbers.map((number) => from.send(to.self, PROTOCOL, Uint8Array.of(number))));

describe('session over several connections', () => {
  test('R3: moving from a relayed to a direct connection loses, repeats and reorders nothing', async () => {
    const { clock, a, b, connect } = createTwoMeshes();
    const received = record(b);
    connect(a, b, 'relayed', 400);
    await clock.advance(1_000);
    expect(a.kindOf(b.self)).toBe('relayed');
    await sendAll(a, b, [0, 1, 2]);
    connect(a, b, 'direct', 2);
    await clock.advance(20);
    expect(a.kindOf(b.self)).toBe('direct');
    await sendAll(a, b, [3, 4]);
    await clock.advance(50);
    expect(received).toEqual([]);
    await clock.advance(400);
    expect(received).toEqual([0, 1, 2, 3, 4]);
  });

  test('R3: what is sent after one connection is lost and before the next is ready waits for it', async () => {
    const { clock, a, b, anna, berta, connect } = createTwoMeshes();
    const received = record(b);
    const first = connect(a, b);
    await clock.advance(100);
    await sendAll(a, b, [0]);
    await clock.advance(100);
    const next = createWire(clock, anna, berta, 'direct', 300);
    a.adopt(next.ends[0]);
    b.adopt(next.ends[1]);
    await clock.advance(100);
    first.cut();
    const outcomes = sendAll(a, b, [1, 2]);
    await clock.advance(1_000);
    expect((await outcomes).every(({ ok }) => ok)).toBe(true);
    expect(received).toEqual([0, 1, 2]);
  });

  test('R3: what waits for a connection that never gets ready is refused when the peer is given up', async () => {
    const { clock, a, b, anna, berta, connect } = createTwoMeshes();
    const first = connect(a, b);
    await clock.advance(100);
    a.adopt(createWire(clock, anna, berta, 'direct', 5).ends[0]);
    first.cut();
    const outcomes = sendAll(a, b, [1, 2]);
    await clock.advance(10_000);
    expect((await outcomes).map(({ ok }) => ok)).toEqual([false, false]);
    expect(a.getState().peers).toEqual([]);
  });

  test('R15: two tabs that dial each other at once end with one connection, the same for both', async () => {
    const { clock, a, b, connect, changes } = createTwoMeshes();
    const [receivedByA, receivedByB] = [record(a), record(b)];
    const gone: string[] = [];
    a.onGone((peer) => gone.push(peer));
    b.onGone((peer) => gone.push(peer));
    const fromA = connect(a, b, 'direct', 5);
    const fromB = connect(b, a, 'direct', 60);
    await clock.advance(30);
    await sendAll(a, b, [0, 1]);
    await clock.advance(100);
    await sendAll(b, a, [7]);
    await sendAll(a, b, [2, 3]);
    await clock.advance(10_000);
    // anna has the smaller id, so hers stays.
    expect([fromA.isOpen(), fromB.isOpen()]).toEqual([true, false]);
    await sendAll(b, a, [8]);
    await clock.advance(100);
    expect(receivedByB).toEqual([0, 1, 2, 3]);
    expect(receivedByA).toEqual([7, 8]);
    expect(gone).toEqual([]);
    expect(changes.filter((change) => !change.endsWith('better'))).toEqual([]);
  });

  test('R3: when the connection that carried messages is cut, the peer is gone rather than a message missing', async () => {
    const { clock, a, b, connect } = createTwoMeshes();
    const received = record(b);
    const gone: string[] = [];
    b.onGone((peer) => gone.push(peer));
    const relayed = connect(a, b, 'relayed', 300);
    await clock.advance(1_000);
    await sendAll(a, b, [0, 1]);
    connect(a, b, 'direct', 2);
    await clock.advance(20);
    await sendAll(a, b, [2]);
    await clock.advance(20);
    relayed.cut();
    await clock.advance(50);
    expect(received).toEqual([]);
    expect(gone).toEqual([a.self]);
  });

  test('R7: a silent peer is gone within 5 s', async () => {
    const { clock, a, b, connect } = createTwoMeshes();
    const wire = connect(a, b);
    await clock.advance(10_000);
    expect(a.getState().peers).toHaveLength(1);
    wire.mute();
    await clock.advance(3_000);
    expect(a.getState().peers).toHaveLength(1);
    await clock.advance(2_000);
    expect(a.getState().peers).toEqual([]);
    expect(b.getState().peers).toEqual([]);
  });

  test('R7: a peer that the relay says has left is asked, and gone at once only when it does not answer', async () => {
    const { clock, a, b, connect, changes } = createTwoMeshes();
    const wire = connect(a, b);
    await clock.advance(1_000);
    a.suspect(b.self);
    await clock.advance(3_000);
    expect(a.getState().peers).toHaveLength(1);
    wire.mute();
    a.suspect(b.self);
    await clock.advance(1_600);
    expect(a.getState().peers).toEqual([]);
    expect(changes.at(-1)).toBe('anna: berta silent');
  });

  test('R7: goodbye is believed at once', async () => {
    const { clock, a, b, connect, changes } = createTwoMeshes();
    connect(a, b);
    await clock.advance(100);
    b.close();
    await clock.advance(10);
    expect(a.getState().peers).toEqual([]);
    expect(changes).toContain('anna: berta goodbye');
    expect(await b.send(a.self, PROTOCOL, new Uint8Array(1))).toMatchObject({ error: { type: 'closed' } });
  });

  test('R16: a peer that starts anew is gone first; both count from zero again', async () => {
    const { clock, a, b, connect, meshOf } = createTwoMeshes();
    const events: string[] = [];
    a.onGone((peer) => events.push(`gone ${peer}`));
    a.handle(PROTOCOL, (_from, message) => events.push(`got ${message[0]}`));
    const old = connect(a, b);
    await clock.advance(100);
    await sendAll(b, a, [1, 2]);
    await clock.advance(100);
    old.mute();
    const again = meshOf(b.self, createSeededRandom('reloaded'));
    const received = record(again);
    const dialledBack = createWire(clock, again.self, a.self);
    again.adopt(dialledBack.ends[0]);
    a.adopt(dialledBack.ends[1]);
    await clock.advance(100);
    await sendAll(again, a, [3]);
    await sendAll(a, again, [4]);
    await clock.advance(100);
    expect(events).toEqual(['got 1', 'got 2', `gone ${b.self}`, 'got 3']);
    expect(received).toEqual([4]);
    expect(a.getState().peers).toHaveLength(1);
    await clock.advance(10_000);
    expect(a.getState().peers).toHaveLength(1);
  });

  test('R17: a connection that brings no hello, or nonsense, is closed', async () => {
    const { clock, a, b, changes } = createTwoMeshes();
    const silent = createWire(clock, b.self, a.self);
    a.adopt(silent.ends[1]);
    const keepAlive = (): void => {
      if (!silent.isOpen()) return;
      silent.ends[0].post(encodeFrame({ type: 'ping', token: 1 }));
    };
    keepAlive();
    await clock.advance(100);
    // A ping before the hello is already out of place.
    expect(silent.isOpen()).toBe(false);

    const mute = createWire(clock, b.self, a.self);
    a.adopt(mute.ends[1]);
    await clock.advance(6_000);
    expect(mute.isOpen()).toBe(false);

    const nonsense = createWire(clock, b.self, a.self);
    a.adopt(nonsense.ends[1]);
    nonsense.ends[0].post(Uint8Array.of(99, 1, 2));
    await clock.advance(100);
    expect(nonsense.isOpen()).toBe(false);
    expect(a.getState().peers).toEqual([]);
    expect(changes.slice(-1)).toEqual(['anna: berta misbehaved']);
  });

  test('R17: a tab keeps a limited number of peers, and of connections to one', async () => {
    const { clock, a } = createTwoMeshes();
    const strangers = Array.from({ length: 70 }, (_, index) => asPeerId(`stranger-${index}`));
    const wires = strangers.map((stranger) => createWire(clock, stranger, a.self));
    for (const wire of wires) a.adopt(wire.ends[1]);
    await clock.advance(10);
    expect(a.getState().peers).toHaveLength(64);
    expect(wires.filter((wire) => wire.isOpen())).toHaveLength(64);
    expect(a.hasRoom()).toBe(false);
    const more = Array.from({ length: 8 }, () => createWire(clock, strangers[0] as (typeof strangers)[0], a.self));
    for (const wire of more) a.adopt(wire.ends[1]);
    expect(more.filter((wire) => wire.isOpen())).toHaveLength(3);
  });

  test('R10: round trips are measured', async () => {
    const { clock, a, b, connect } = createTwoMeshes();
    connect(a, b, 'direct', 25);
    await clock.advance(10_000);
    expect(a.getState().peers[0]?.roundTripMs).toBe(50);
  });

  test('R16: what waited for the old session is not sent in the new one', async () => {
    const { clock, a, b, connect, meshOf } = createTwoMeshes();
    // A connection whose transport never takes more, until it is aborted.
    const stuck = createWire(clock, a.self, b.self);
    let free: (error: Error) => void = () => undefined;
    const channel: Channel = {
      ...stuck.ends[0],
      write: () => new Promise((_resolve, reject) => (free = reject)),
      abort: (reason) => {
        free(new Error(reason));
        stuck.ends[0].abort(reason);
      },
    };
    a.adopt(channel);
    b.adopt(stuck.ends[1]);
    await clock.advance(100);
    const waiting = sendAll(a, b, [1, 2]);
    await clock.advance(10);
    const again = meshOf(b.self, createSeededRandom('reloaded'));
    const received = record(again);
    connect(again, a);
    await clock.advance(100);
    expect((await waiting).map(({ ok }) => ok)).toEqual([false, false]);
    await sendAll(a, again, [3]);
    await clock.advance(100);
    expect(received).toEqual([3]);
  });

  test('R16: a message of another session of the same two tabs ends this one', async () => {
    const { clock, a, b, connect, changes } = createTwoMeshes();
    const received = record(a);
    const wire = connect(b, a);
    await clock.advance(100);
    wire.ends[0].post(
      encodeFrame({ type: 'message', pair: 12345, sequence: 0, protocol: PROTOCOL, body: Uint8Array.of(1) }),
    );
    await clock.advance(100);
    expect(received).toEqual([]);
    expect(changes).toContain('anna: berta lost-messages');
  });
});
