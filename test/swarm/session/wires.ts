import { type Clock, type PeerId, type Random, asPeerId, createSeededRandom, createVirtualClock } from '#vocabulary';
import type { Channel, ChannelListener } from '../../../src/swarm/session/channel.ts';
import { type Mesh, createMesh } from '../../../src/swarm/session/mesh.ts';
import { type Room, publicRoom } from '../../../src/swarm/room/room.ts';
import type { ConnectionKind } from '../../../src/swarm/swarm.ts';

/** A pair of channels between two meshes, with the faults of real connections at hand. */
export interface Wire {
  readonly ends: readonly [Channel, Channel];
  /** Both ends close, as when the connection is cut. What is under way is lost. */
  cut(): void;
  /** From now on nothing arrives and nobody is told. */
  mute(): void;
  /** Half open: nothing arrives at this end any more, and it is not told of an end. */
  muteTo(end: 0 | 1): void;
  /** Delay of each direction from now on. */
  delayMs: number;
  readonly isOpen: () => boolean;
}

export function createWire(clock: Clock, a: PeerId, b: PeerId, kind: ConnectionKind = 'direct', delayMs = 5): Wire {
  let open = true;
  const muted: [boolean, boolean] = [false, false];
  const listeners: [ChannelListener?, ChannelListener?] = [];
  const early: [Uint8Array[], Uint8Array[]] = [[], []];
  const lastArrival = [0, 0];

  const deliver = (to: 0 | 1, frame: Uint8Array): void => {
    const listener = listeners[to];
    if (listener === undefined) return void early[to].push(frame);
    listener.onActivity();
    listener.onFrame(frame);
  };
  const carry = (to: 0 | 1, frame: Uint8Array): void => {
    const copy = frame.slice();
    const atMs = Math.max(clock.now() + wire.delayMs, lastArrival[to] as number);
    lastArrival[to] = atMs;
    clock.after(atMs - clock.now(), () => {
      if (open && !muted[to]) deliver(to, copy);
    });
  };
  const end = (): void => {
    if (!open) return;
    open = false;
    for (const [index, listener] of listeners.entries()) if (muted[index] !== true) listener?.onClose();
  };
  const endOf = (near: 0 | 1, peer: PeerId): Channel => {
    const far = near === 0 ? 1 : 0;
    return {
      peer,
      kind,
      initiator: a,
      listen(listener) {
        listeners[near] = listener;
        for (const frame of early[near].splice(0)) deliver(near, frame);
      },
      async write(head, body) {
        const frame = new Uint8Array(head.byteLength + body.byteLength);
        frame.set(head);
        frame.set(body, head.byteLength);
        if (!open) throw new Error('closed');
        carry(far, frame);
      },
      post(frame) {
        if (open) carry(far, frame);
      },
      close: () => void clock.after(wire.delayMs + 1, end),
      abort: end,
    };
  };

  const wire: Wire = {
    ends: [endOf(0, b), endOf(1, a)],
    cut: end,
    mute: () => muted.fill(true),
    muteTo: (which) => {
      muted[which] = true;
    },
    delayMs,
    isOpen: () => open,
  };
  return wire;
}

/** Two meshes on one virtual clock; wires are laid by the test. */
export function createTwoMeshes() {
  const clock = createVirtualClock(1_000_000);
  const [anna, berta] = [asPeerId('anna'), asPeerId('berta')];
  const changes: string[] = [];
  const meshOf = (self: PeerId, random: Random, room: Room = publicRoom): Mesh => {
    const mesh = createMesh({
      self,
      clock,
      random,
      room,
      onPeerChange: (peer, change) => changes.push(`${self}: ${peer} ${change}`),
      onHandlerError: (protocol) => changes.push(`${self}: handler of ${protocol} failed`),
    });
    mesh.open();
    return mesh;
  };
  const a = meshOf(anna, createSeededRandom('a'));
  const b = meshOf(berta, createSeededRandom('b'));
  /** `from` opens a connection to the other. */
  const connect = (from: Mesh, to: Mesh, kind: ConnectionKind = 'direct', delayMs = 5): Wire => {
    const wire = createWire(clock, from.self, to.self, kind, delayMs);
    from.adopt(wire.ends[0]);
    to.adopt(wire.ends[1]);
    return wire;
  };
  return { clock, a, b, anna, berta, changes, connect, meshOf };
}
