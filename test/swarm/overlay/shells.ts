import {
  type PeerId,
  type Random,
  type Signer,
  type VerifySignature,
  asPeerId,
  createSeededRandom,
  createVirtualClock,
  equalBytes,
  sha256,
} from '#vocabulary';
import { EMPTY_ADVERT } from '../../../src/swarm/session/advert.ts';
import { type Overlay, createOverlay } from '../../../src/swarm/overlay/overlay.ts';
import type { KnownPeer, SwarmPeer } from '../../../src/swarm/swarm.ts';

const RELAY = '/dns4/relay.example/tcp/443/tls/wss/p2p/12D3KooWEyoppNCUx8Yx66oV9fJnriXwCcXwDDUA2kj6vnc6iDEp';
const DIAL_MS = 200;
const LATENCY_MS = 20;
const base58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';

/** One tab: the overlay's shell, and what its mesh would show. */
export interface Shell {
  readonly id: PeerId;
  readonly overlay: Overlay;
  readonly peers: Map<PeerId, SwarmPeer>;
  readonly busy: Set<PeerId>;
  known: readonly KnownPeer[];
  readonly errors: unknown[];
}

export function idOf(index: number): PeerId {
  const digits = [...sha256(Uint8Array.of(index >> 8, index & 0xff)), ...sha256(Uint8Array.of(index & 0xff, 7))];
  return asPeerId(
    `12D3KooW${digits
      .slice(0, 44)
      .map((byte) => base58[byte % 58])
      .join('')}`,
  );
}

/** Not a signature scheme: who knows the name can sign for it. Enough to tell what was changed on the way. */
export const verifyByName: VerifySignature = async (peer, bytes, signature) =>
  equalBytes(signed(peer, bytes), signature);
function signed(peer: PeerId, bytes: Uint8Array): Uint8Array {
  const once = sha256(new Uint8Array([...new TextEncoder().encode(peer), ...bytes]));
  return new Uint8Array([...once, ...sha256(once)]);
}
export const signerOf = (peer: PeerId): Signer => ({ peer, sign: async (bytes) => signed(peer, bytes) });

/** Shells joined by wires on a virtual clock, and a relay that knows them all. */
export function createShells() {
  const clock = createVirtualClock(1_700_000_000_000);
  const shells = new Map<PeerId, Shell>();
  const unreachable = new Set<PeerId>();

  const connect = (a: Shell, b: Shell): void => {
    if (a.peers.has(b.id)) return;
    for (const [near, far] of [
      [a, b],
      [b, a],
    ] as const) {
      const connectedAtMs = clock.now();
      const facts = { kind: 'direct', roundTripMs: 2 * LATENCY_MS, incompatible: undefined } as const;
      near.peers.set(far.id, { id: far.id, advert: EMPTY_ADVERT, connectedAtMs, ...facts });
      near.overlay.sync([...near.peers.values()]);
    }
  };
  const disconnect = (a: Shell, b: Shell, comesBack: boolean): void => {
    for (const [near, far] of [
      [a, b],
      [b, a],
    ] as const)
      if (near.peers.delete(far.id)) near.overlay.gone(far.id, comesBack);
  };

  const open = (id: PeerId, random: Random): Shell => {
    const pursuits = new Map<PeerId, () => void>();
    const errors: unknown[] = [];
    const overlay = createOverlay({
      self: id,
      clock,
      random,
      signer: signerOf(id),
      verify: verifyByName,
      send(peer, message) {
        const far = shells.get(peer);
        if (far === undefined || !shell.peers.has(peer)) return;
        clock.after(LATENCY_MS, () => {
          if (far.peers.has(id)) far.overlay.receive(id, message);
        });
      },
      dial(peer, eager) {
        const cancel = clock.after(eager ? DIAL_MS : 6_000, () => {
          const far = shells.get(peer);
          if (far === undefined || unreachable.has(peer)) overlay.notThere(peer);
          else connect(shell, far);
        });
        pursuits.set(peer, cancel);
      },
      forget: (peer) => pursuits.get(peer)?.(),
      close(peer) {
        const far = shells.get(peer);
        if (far !== undefined) disconnect(shell, far, false);
      },
      sample: () => tell(shell),
      isBusy: (peer) => shell.busy.has(peer),
      onKnown(known) {
        shell.known = known;
      },
      onListenerError: (_topic, error) => errors.push(error),
    });
    const shell: Shell = { id, overlay, peers: new Map(), busy: new Set(), known: [], errors };
    return shell;
  };

  const tell = (shell: Shell): void => {
    const others = [...shells.keys()].filter((peer) => peer !== shell.id);
    const members = others.slice(0, 64).map((peer) => ({ peer }));
    shell.overlay.notice({ t: 'members', members, total: others.length }, RELAY);
  };

  const join = (index: number): Shell => {
    const shell = open(idOf(index), createSeededRandom(`shell ${index}`));
    for (const other of shells.values()) other.overlay.notice({ t: 'joined', member: { peer: shell.id } }, RELAY);
    shells.set(shell.id, shell);
    shell.overlay.start();
    shell.overlay.setRelay(true, RELAY);
    tell(shell);
    return shell;
  };
  const joinMany = async (count: number): Promise<Shell[]> => {
    const joined: Shell[] = [];
    for (let index = 0; index < count; index++) {
      joined.push(join(index));
      await clock.advance(100);
    }
    await clock.advance(30_000);
    return joined;
  };

  return {
    clock,
    unreachable,
    joinMany,
  };
}
