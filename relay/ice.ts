import { createHmac } from 'node:crypto';
import type { Clock, PeerId, Random } from '#vocabulary';
import type { IceServer } from '../src/swarm/joining/rendezvous-wire.ts';

/** A TURN server that shares a secret with this relay: coturn with `use-auth-secret` and `static-auth-secret`. */
export interface TurnConfig {
  readonly urls: readonly string[];
  readonly secret: string;
  /** How long a credential is good for. */
  readonly ttlSeconds: number;
}

/** What one tab is told, and when it should be told again. */
export interface IceGrant {
  readonly servers: readonly IceServer[];
  readonly ttlSeconds: number;
  readonly renewInMs: number;
}

export interface IceOptions {
  readonly stun: readonly string[];
  readonly turn?: TurnConfig;
  readonly clock: Pick<Clock, 'now'>;
  /** Spreads renewals: credentials of all tabs end at the same moments. */
  readonly random: Random;
}

/** STUN alone has no end; a day is what a tab may go without hearing of a change. */
const STUN_TTL_SECONDS = 24 * 3600;

/** What tabs are told, or undefined where there is nothing to tell. `withTurn`: false for who had enough credentials. */
export function createIceGrants({ stun, turn, clock, random }: IceOptions) {
  const stunServers: readonly IceServer[] = stun.length === 0 ? [] : [{ urls: stun }];
  return (peer: PeerId, withTurn: boolean): IceGrant | undefined => {
    if (turn === undefined || !withTurn) {
      if (stunServers.length === 0) return undefined;
      return grant(stunServers, STUN_TTL_SECONDS, random);
    }
    const nowSeconds = Math.floor(clock.now() / 1000);
    const expiry = expiryOf(nowSeconds, turn.ttlSeconds);
    const servers = [...stunServers, { urls: turn.urls, ...turnCredential(turn.secret, peer, expiry) }];
    return grant(servers, expiry - nowSeconds, random);
  };
}

/**
 * Username and password of the TURN REST scheme (draft-uberti-behave-turn-rest-00): the TURN server computes the same
 * from the secret, so nothing about tabs is stored or sent between the two.
 */
export function turnCredential(
  secret: string,
  peer: PeerId,
  expirySeconds: number,
): { readonly username: string; readonly credential: string } {
  const username = `${expirySeconds}:${peer}`;
  return { username, credential: createHmac('sha1', secret).update(username).digest('base64') };
}

/** Ends are whole halves of the life, so that a tab that comes again and again gets the same credential again. */
function expiryOf(nowSeconds: number, ttlSeconds: number): number {
  const half = Math.max(1, Math.floor(ttlSeconds / 2));
  return (Math.floor(nowSeconds / half) + 2) * half;
}

function grant(servers: readonly IceServer[], ttlSeconds: number, random: Random): IceGrant {
  // Between half and nine tenths of its life: early enough for a tab that is slow to hear it.
  return { servers, ttlSeconds, renewInMs: ttlSeconds * 1000 * (0.5 + 0.4 * random.next()) };
}
