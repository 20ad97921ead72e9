import type { Clock, PeerId } from '#vocabulary';
import { MAX_OFFERED, MAX_PROVIDERS, OFFER_LASTS_MS } from './constants.ts';

/** Who said that it offers what. Bounded, and forgotten in time. */
export interface Providers {
  /** Its own word replaces what was known; what others spread in its name, unproved, is added while there is room. */
  note(peer: PeerId, digests: readonly string[], isOwnWord: boolean): void;
  forget(peer: PeerId): void;
  of(sha256: string): readonly PeerId[];
  heardMs(peer: PeerId): number | undefined;
}

interface Provider {
  readonly digests: ReadonlySet<string>;
  readonly heardMs: number;
  readonly isOwnWord: boolean;
}

export function createProviders(clock: Clock): Providers {
  const known = new Map<PeerId, Provider>();
  const expire = (): void => {
    for (const [peer, { heardMs }] of known) if (clock.now() - heardMs > OFFER_LASTS_MS) known.delete(peer);
  };
  return {
    note(peer, digests, isOwnWord) {
      expire();
      const before = isOwnWord ? undefined : known.get(peer);
      // Anew, so that the first is always the one heard longest ago.
      known.delete(peer);
      const all = new Set([...(before?.digests ?? []), ...digests].slice(0, 2 * MAX_OFFERED));
      if (all.size === 0) return;
      known.set(peer, { digests: all, heardMs: clock.now(), isOwnWord: isOwnWord || before?.isOwnWord === true });
      if (known.size <= MAX_PROVIDERS) return;
      // A flood of claims about others does not push out those who speak for themselves.
      const oldest = [...known].find(([, provider]) => !provider.isOwnWord) ?? [...known][0];
      if (oldest !== undefined) known.delete(oldest[0]);
    },
    forget: (peer) => void known.delete(peer),
    of(sha256) {
      expire();
      return [...known].filter(([, { digests }]) => digests.has(sha256)).map(([peer]) => peer);
    },
    heardMs: (peer) => known.get(peer)?.heardMs,
  };
}
