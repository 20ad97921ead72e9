import { type Clock, type PeerId, type Result, err, failure, ok } from '#vocabulary';
import type { SwarmError } from '../swarm.ts';
import { CONNECT_MS } from './constants.ts';

export interface ConnectingPorts {
  readonly clock: Clock;
  readonly isRunning: () => boolean;
  readonly isLinked: (peer: PeerId) => boolean;
  /** Somebody is still trying. */
  readonly isDialled: (peer: PeerId) => boolean;
  readonly want: (peer: PeerId, untilMs: number) => void;
  readonly unwant: (peer: PeerId) => void;
}

/** Callers of `connect` who wait for a connection. */
export interface Connecting {
  connect(peer: PeerId, signal?: AbortSignal): Promise<Result<void, SwarmError>>;
  /** Something has changed: who waits looks again. */
  look(): void;
}

export function createConnecting({ clock, isRunning, isLinked, isDialled, want, unwant }: ConnectingPorts): Connecting {
  const looks = new Set<() => void>();
  /** Several may wait for the same peer; the last that gives up ends the attempt. */
  const waiters = new Map<PeerId, number>();

  const linked = (peer: PeerId, signal: AbortSignal | undefined): Promise<void> =>
    new Promise((resolve) => {
      const end = (): void => {
        cancel();
        looks.delete(look);
        signal?.removeEventListener('abort', end);
        resolve();
      };
      const look = (): void => {
        if (!isRunning() || isLinked(peer) || !isDialled(peer)) end();
      };
      const cancel = clock.after(CONNECT_MS, end);
      looks.add(look);
      signal?.addEventListener('abort', end, { once: true });
      if (signal?.aborted === true) end();
    });

  return {
    async connect(peer, signal) {
      if (!isRunning()) return err(failure('closed', 'This tab has left the swarm.'));
      want(peer, clock.now() + CONNECT_MS);
      if (isLinked(peer)) return ok(undefined);
      waiters.set(peer, (waiters.get(peer) ?? 0) + 1);
      await linked(peer, signal);
      const left = (waiters.get(peer) ?? 1) - 1;
      if (left > 0) waiters.set(peer, left);
      else waiters.delete(peer);
      if (isLinked(peer)) return ok(undefined);
      if (left === 0 && isRunning()) unwant(peer);
      return err(
        failure('unreachable', 'No connection to this peer came about.', 'It may have left. Try others of the room.'),
      );
    },
    look() {
      for (const look of [...looks]) look();
    },
  };
}
