import { describe, expect, test } from 'vitest';
import { type PeerId, asPeerId, createSeededRandom, encodeCanonical } from '#vocabulary';
import type { Channel } from '../../../src/swarm/session/channel.ts';
import { MAX_MESSAGE_BYTES, SWARM_PROTOCOL_VERSION } from '../../../src/swarm/constants.ts';
import type { Mesh } from '../../../src/swarm/session/mesh.ts';
import { publicRoom } from '../../../src/swarm/room/room.ts';
import { deriveRoomKeys } from '../../../src/swarm/room/room-keys.ts';
import { decodeFrame, encodeFrame, pairOf } from '../../../src/swarm/session/wire.ts';
import { createTwoMeshes, createWire } from './wires.ts';

const PROTOCOL = '/test/1';
const sees = (mesh: Mesh, peer: PeerId): boolean => mesh.getState().peers.some(({ id }) => id === peer);

/** A member of the room that behaves as the test says: it has shown its proof, and answers nothing by itself. */
async function createRogue() {
  const { clock, a, changes } = createTwoMeshes();
  const rogue = asPeerId('rogue');
  const wire = createWire(clock, rogue, a.self);
  const incarnation = new Uint8Array(8).fill(9);
  let theirs = new Uint8Array(8);
  let framesHeard = 0;
  wire.ends[0].listen({
    onActivity: () => undefined,
    onPathChange: () => undefined,
    onFrame(bytes) {
      framesHeard++;
      const frame = decodeFrame(bytes);
      if (frame.ok && frame.value.type === 'hello') theirs = frame.value.incarnation.slice();
    },
    onClose: () => undefined,
  });
  a.adopt(wire.ends[1]);
  const say = (bytes: Uint8Array): void => wire.ends[0].post(bytes);
  say(
    encodeFrame({
      type: 'hello',
      protocolVersion: SWARM_PROTOCOL_VERSION,
      incarnation,
      proof: deriveRoomKeys(publicRoom).prove(rogue, a.self),
      features: [],
    }),
  );
  await clock.advance(50);
  expect(a.kindOf(rogue)).toBe('direct');
  const pair = pairOf(incarnation, theirs);
  return { clock, a, changes, rogue, wire, say, pair, framesHeard: () => framesHeard };
}

describe('R7: half-open connections and ghosts', () => {
  test.each([0, 1] as const)('when nothing arrives at end %s any more, neither keeps a ghost', async (deafEnd) => {
    const { clock, a, b, connect } = createTwoMeshes();
    const wire = connect(a, b);
    await clock.advance(10_000);
    wire.muteTo(deafEnd);
    await clock.advance(5_000);
    expect(sees([a, b][deafEnd] as Mesh, [b, a][deafEnd]?.self as PeerId)).toBe(false);
    await clock.advance(5_000);
    expect([a.getState().peers, b.getState().peers]).toEqual([[], []]);
  });

  test('of a row of tabs in which each knows only its neighbours, the neighbours notice by themselves', async () => {
    const { clock, a, b, connect, meshOf } = createTwoMeshes();
    const c = meshOf(asPeerId('carla'), createSeededRandom('c'));
    const wires = [connect(a, b), connect(b, c)];
    await clock.advance(5_000);
    // The middle one's machine is switched off. No relay tells anybody.
    for (const wire of wires) wire.mute();
    await clock.advance(5_000);
    expect([a.getState().peers, c.getState().peers]).toEqual([[], []]);
  });

  test('R3: frames that are held up, a fifth of them by a second, cost nobody anything', async () => {
    const { clock, a, b, connect } = createTwoMeshes();
    const random = createSeededRandom('delays');
    const wire = connect(a, b);
    const received: number[] = [];
    b.handle(PROTOCOL, (_from, message) => received.push(message[0] as number));
    await clock.advance(100);
    for (let number = 0; number < 200; number++) {
      wire.delayMs = random.next() < 0.2 ? 1_000 : 5;
      await a.send(b.self, PROTOCOL, Uint8Array.of(number));
      await clock.advance(50);
    }
    await clock.advance(2_000);
    expect(received).toEqual(Array.from({ length: 200 }, (_, number) => number));
    expect(sees(a, b.self) && sees(b, a.self)).toBe(true);
  });
});

describe('R17: peers that misbehave', () => {
  test.each([
    ['pings', encodeFrame({ type: 'ping', token: 1 })],
    ['pongs', encodeFrame({ type: 'pong', token: 1 })],
    ['frames of a later version', Uint8Array.of(77, 1, 2, 3)],
    ['refusals', encodeFrame({ type: 'refused', code: 'unknown' })],
  ])('one that floods with %s loses its connection', async (_what, frame) => {
    const { clock, changes, wire, say, framesHeard } = await createRogue();
    const before = framesHeard();
    for (let count = 0; count < 1_000; count++) say(frame);
    await clock.advance(100);
    expect(wire.isOpen()).toBe(false);
    expect(changes.at(-1)).toMatch(/misbehaved|refused/);
    expect(framesHeard() - before).toBeLessThan(130);
  });

  test('hellos and adverts at a flood end it too; what is usual does not', async () => {
    const { clock, a, rogue, wire, say } = await createRogue();
    const advert = Uint8Array.of(6, ...encodeCanonical({ protocolVersion: SWARM_PROTOCOL_VERSION + 1 }));
    for (let second = 0; second < 10; second++) {
      for (let count = 0; count < 5; count++) say(advert);
      say(encodeFrame({ type: 'ping', token: second }));
      await clock.advance(1_000);
    }
    expect(sees(a, rogue)).toBe(true);
    for (let count = 0; count < 300; count++) say(advert);
    await clock.advance(100);
    expect(wire.isOpen()).toBe(false);
  });

  test('one that talks but never answers is given up after half a minute, and what waited for it is told', async () => {
    const { clock, a, rogue, changes, say } = await createRogue();
    for (let second = 0; second < 40; second++) {
      say(encodeFrame({ type: 'ping', token: second }));
      await clock.advance(1_000);
      if (second === 25) expect(sees(a, rogue)).toBe(true);
    }
    expect(sees(a, rogue)).toBe(false);
    expect(changes.at(-1)).toBe('anna: rogue silent');
  });

  test('one whose transport takes nothing more holds up its own messages only, and those end with it', async () => {
    const { clock, a, b, connect } = createTwoMeshes();
    const full = createWire(clock, asPeerId('full'), a.self);
    let fail: (error: Error) => void = () => undefined;
    const channel: Channel = {
      ...full.ends[1],
      write: () => new Promise((_resolve, reject) => (fail = reject)),
      abort: (reason) => {
        fail(new Error(reason));
        full.ends[1].abort(reason);
      },
    };
    a.adopt(channel);
    full.ends[0].post(
      encodeFrame({
        type: 'hello',
        protocolVersion: SWARM_PROTOCOL_VERSION,
        incarnation: new Uint8Array(8),
        proof: deriveRoomKeys(publicRoom).prove(asPeerId('full'), a.self),
        features: [],
      }),
    );
    connect(a, b);
    await clock.advance(100);
    const outcomes: string[] = [];
    for (let count = 0; count < 5; count++)
      void a
        .send(asPeerId('full'), PROTOCOL, new Uint8Array(MAX_MESSAGE_BYTES))
        .then((sent) => outcomes.push(sent.ok ? 'sent' : sent.error.type));
    const received: number[] = [];
    b.handle(PROTOCOL, (_from, message) => received.push(message.byteLength));
    expect(await a.send(b.self, PROTOCOL, new Uint8Array(7))).toMatchObject({ ok: true });
    await clock.advance(1_000);
    expect(received).toEqual([7]);
    expect(outcomes).toEqual([]);
    await clock.advance(10_000);
    expect(outcomes).toEqual(Array.from({ length: 5 }, () => 'not-connected'));
  });

  test('one that lies about the length of a name, or numbers its messages as it likes, loses its session', async () => {
    const lies: ((rogue: Awaited<ReturnType<typeof createRogue>>) => Uint8Array)[] = [
      // 200 letters announced, 3 there.
      ({ pair }) => Uint8Array.of(2, ...u32(pair), ...u32(0), 200, 65, 66, 67),
      ({ pair }) => Uint8Array.of(2, ...u32(pair), ...u32(0), 0),
      ({ pair }) => encodeFrame({ type: 'message', pair, sequence: 7, protocol: PROTOCOL, body: new Uint8Array(1) }),
      () => new Uint8Array(300_000).fill(2),
    ];
    for (const lie of lies) {
      const rogue = await createRogue();
      const received: Uint8Array[] = [];
      rogue.a.handle(PROTOCOL, (_from, message) => received.push(message));
      rogue.say(lie(rogue));
      await rogue.clock.advance(100);
      expect(rogue.wire.isOpen()).toBe(false);
      expect(received).toEqual([]);
    }
  });

  test('a flood of messages that nobody handles is read and dropped', async () => {
    const { clock, a, rogue, say, pair } = await createRogue();
    for (let sequence = 0; sequence < 5_000; sequence++)
      say(encodeFrame({ type: 'message', pair, sequence, protocol: '/nobody/1', body: new Uint8Array(100) }));
    await clock.advance(100);
    expect(sees(a, rogue)).toBe(true);
  });
});

function u32(value: number): number[] {
  return [value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff];
}
