import { describe, expect, test } from 'vitest';
import { type PeerId, asPeerId, createSeededRandom, encodeCanonical } from '#vocabulary';
import { EMPTY_ADVERT } from '../../../src/swarm/session/advert.ts';
import { FEATURES, SWARM_PROTOCOL_VERSION } from '../../../src/swarm/constants.ts';
import type { Mesh } from '../../../src/swarm/session/mesh.ts';
import { createRoom, publicRoom } from '../../../src/swarm/room/room.ts';
import { deriveRoomKeys } from '../../../src/swarm/room/room-keys.ts';
import { type Frame, type UnknownFrame, decodeFrame, encodeFrame } from '../../../src/swarm/session/wire.ts';
import { type Wire, createTwoMeshes, createWire } from './wires.ts';

const PROTOCOL = '/test/1';
const [bees, wasps] = [createRoom('Bees', createSeededRandom('1')), createRoom('Wasps', createSeededRandom('2'))];
const incompatible = (mesh: Mesh, peer: PeerId): string | undefined =>
  mesh.getState().peers.find(({ id }) => id === peer)?.incompatible;

/** A stranger that speaks the wire format by hand to mesh `a`; hears what it is sent. */
function createStranger() {
  const { clock, a, changes, meshOf } = createTwoMeshes();
  const stranger = asPeerId('stranger');
  const knock = (mesh: Mesh = a): { wire: Wire; heard: (Frame | UnknownFrame)[]; say: (bytes: Uint8Array) => void } => {
    const wire = createWire(clock, stranger, mesh.self);
    const heard: (Frame | UnknownFrame)[] = [];
    wire.ends[0].listen({
      onActivity: () => undefined,
      onPathChange: () => undefined,
      onFrame(bytes) {
        const frame = decodeFrame(bytes);
        if (frame.ok) heard.push(frame.value);
      },
      onClose: () => undefined,
    });
    mesh.adopt(wire.ends[1]);
    return { wire, heard, say: (bytes) => wire.ends[0].post(bytes) };
  };
  const helloFor = (mesh: Mesh, change: object = {}): Uint8Array =>
    Uint8Array.of(
      1,
      ...encodeCanonical({
        protocolVersion: SWARM_PROTOCOL_VERSION,
        i: new Uint8Array(8).fill(7),
        p: deriveRoomKeys(publicRoom).prove(stranger, mesh.self),
        f: [],
        ...change,
      }),
    );
  return { clock, a, changes, meshOf, stranger, knock, helloFor };
}

describe('R23: rooms apart', () => {
  test.each([
    ['private', bees, wasps],
    ['private and public', bees, publicRoom],
    ['public', { name: 'one' }, { name: 'two' }],
  ])(
    '%s rooms: both refuse, say why, tell nothing of themselves, and part after a while',
    async (_what, one, other) => {
      const { clock, meshOf, connect, changes } = createTwoMeshes();
      const a = meshOf(asPeerId('anna'), createSeededRandom('a'), one);
      const b = meshOf(asPeerId('berta'), createSeededRandom('b'), other);
      for (const mesh of [a, b]) mesh.setAdvert({ ...EMPTY_ADVERT, name: 'secret', modelId: 'm' });
      const heard: unknown[] = [];
      b.handle(PROTOCOL, (_from, message) => heard.push(message));
      const wire = connect(a, b);
      await clock.advance(1_000);
      for (const [near, far] of [
        [a, b],
        [b, a],
      ] as const) {
        const [shown] = near.getState().peers;
        expect(shown?.incompatible).toBe('is not in this room: it could not prove it');
        expect(shown?.advert).toBeUndefined();
        expect(near.kindOf(far.self)).toBeUndefined();
      }
      expect(await a.send(b.self, PROTOCOL, Uint8Array.of(1))).toMatchObject({ error: { type: 'incompatible' } });
      await clock.advance(8_000);
      expect(a.getState().peers).toHaveLength(1);
      await clock.advance(3_000);
      expect(wire.isOpen()).toBe(false);
      expect(a.getState().peers).toEqual([]);
      expect(changes).toContain('anna: berta refused');
      expect(heard).toEqual([]);
    },
  );

  test('the same private room: they meet', async () => {
    const { clock, meshOf, connect } = createTwoMeshes();
    const a = meshOf(asPeerId('anna'), createSeededRandom('a'), bees);
    const b = meshOf(asPeerId('berta'), createSeededRandom('b'), bees);
    connect(a, b);
    await clock.advance(100);
    expect(incompatible(a, b.self)).toBeUndefined();
    expect(a.kindOf(b.self)).toBe('direct');
    expect(a.getState().room).toEqual({ name: 'Bees', isPrivate: true });
  });

  test('a proof made for another peer, or shown by another, opens nothing', async () => {
    const { clock, meshOf, stranger, knock, helloFor } = createStranger();
    const mesh = meshOf(asPeerId('anna'), createSeededRandom('a'), bees);
    const keys = deriveRoomKeys(bees);
    for (const p of [
      keys.prove(asPeerId('berta'), mesh.self),
      keys.prove(stranger, asPeerId('berta')),
      new Uint8Array(16),
    ]) {
      const { wire, heard, say } = knock(mesh);
      say(helloFor(mesh, { p }));
      await clock.advance(100);
      expect(heard.map(({ type }) => type)).toEqual(['hello', 'refused']);
      expect(incompatible(mesh, stranger)).toContain('not in this room');
      // What comes after is not read, nor answered.
      say(encodeFrame({ type: 'ping', token: 1 }));
      say(encodeFrame({ type: 'message', pair: 0, sequence: 0, protocol: PROTOCOL, body: new Uint8Array() }));
      await clock.advance(100);
      expect(heard).toHaveLength(2);
      wire.cut();
      await clock.advance(100);
    }
  });

  test('whoever was refused gives way when places are short', async () => {
    const { clock, a, stranger, knock, helloFor } = createStranger();
    const { say } = knock();
    say(helloFor(a, { p: new Uint8Array(16) }));
    await clock.advance(100);
    const others = Array.from({ length: 64 }, (_, index) => asPeerId(`other-${index}`));
    for (const other of others) a.adopt(createWire(clock, other, a.self).ends[1]);
    expect(a.getState().peers.map(({ id }) => id)).toEqual(others);
    expect(a.getState().peers.some(({ id }) => id === stranger)).toBe(false);
  });
});

describe('R8: versions', () => {
  test('a peer of another version and the same room is shown with its name, told why, and stays', async () => {
    const { clock, a, b, connect } = createTwoMeshes();
    b.setAdvert({ ...EMPTY_ADVERT, name: 'berta', protocolVersion: SWARM_PROTOCOL_VERSION + 1 });
    connect(a, b);
    await clock.advance(30_000);
    expect(a.getState().peers[0]).toMatchObject({
      incompatible: `speaks version ${SWARM_PROTOCOL_VERSION + 1}, this tab speaks ${SWARM_PROTOCOL_VERSION}`,
      advert: { name: 'berta' },
    });
    expect(incompatible(b, a.self)).toContain(`speaks version ${SWARM_PROTOCOL_VERSION},`);
  });

  test('one that proves itself in a way of its own is refused for its version, not for its room', async () => {
    const { clock, a, stranger, knock, helloFor } = createStranger();
    const { heard, say } = knock();
    say(helloFor(a, { protocolVersion: 99, p: 'a better proof' }));
    await clock.advance(100);
    expect(heard.at(-1)).toEqual({ type: 'refused', code: 'other-version' });
    expect(incompatible(a, stranger)).toBe('speaks another version');
  });

  test('a refusal in place of a hello is shown, and no reason to try again', async () => {
    const { clock, a, stranger, knock, changes } = createStranger();
    const { wire, say } = knock();
    say(encodeFrame({ type: 'refused', code: 'full' }));
    await clock.advance(100);
    expect(incompatible(a, stranger)).toBe('has as many connections as it can keep');
    wire.cut();
    expect(changes.at(-1)).toBe('anna: stranger refused');
  });

  test('R27: a tab with all the peers it can keep says so', async () => {
    const { clock, a, knock } = createStranger();
    for (let index = 0; index < 64; index++) a.adopt(createWire(clock, asPeerId(`other-${index}`), a.self).ends[1]);
    const { wire, heard } = knock();
    await clock.advance(100);
    expect(heard).toEqual([{ type: 'refused', code: 'full' }]);
    expect(wire.isOpen()).toBe(false);
  });
});

describe('R25, R26: features and later additions', () => {
  test('features are shown; unknown frames and fields do not harm the session', async () => {
    const { clock, a, stranger, knock, helloFor } = createStranger();
    const { wire, heard, say } = knock();
    say(helloFor(a, { f: ['rpc/1', 'dance/7'], mood: 'good' }));
    for (let kind = 8; kind < 40; kind++) say(Uint8Array.of(kind, 1, 2, 3));
    await clock.advance(100);
    expect(wire.isOpen()).toBe(true);
    expect(a.getState().peers.find(({ id }) => id === stranger)?.features).toEqual(['rpc/1', 'dance/7']);
    expect(heard[0]).toMatchObject({ type: 'hello', features: FEATURES });
  });

  test('R2: a name that changes with every key is told at a bearable pace, the last one for sure', async () => {
    const { clock, a, b, connect } = createTwoMeshes();
    connect(a, b);
    await clock.advance(1_000);
    let adverts = 0;
    b.subscribe(() => adverts++);
    for (let key = 1; key <= 100; key++) {
      a.setAdvert({ ...EMPTY_ADVERT, name: `name ${key}` });
      await clock.advance(10);
    }
    await clock.advance(500);
    expect(b.getState().peers[0]?.advert?.name).toBe('name 100');
    expect(adverts).toBeLessThan(12);
  });
});
