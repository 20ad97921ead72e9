/** What a session's network stands on in tests: an exchange of files that is steered by hand, relays found by a table. */
import { vi } from 'vitest';
import { type Failure, type Result, createSeededRandom, err, failure, ok } from '#vocabulary';
import type { ContentLimits, ContentState } from '#swarm';
import type { NetworkPorts } from '../../src/tab/session/network-session.ts';
import { NO_TRANSFERS } from '../../src/tab/session/network-defaults.ts';

export const HOME_RELAY = `/dns/home.example/tcp/443/tls/ws/p2p/12D3KooW${'H'.repeat(44)}`;
export const OTHER_RELAY = `/dns/other.example/tcp/4000/ws/p2p/12D3KooW${'D'.repeat(44)}`;
export const noRelay = failure('no-relay-there', 'No relay answers there.', 'Check the address.');

export function createScriptedNetwork() {
  let state: ContentState = NO_TRANSFERS.now;
  const listeners = new Set<() => void>();
  const close = vi.fn<() => void>();
  const setLimits = vi.fn<(limits: ContentLimits) => void>();
  const setRelays = vi.fn<(addresses: readonly string[]) => void>();
  const findRelay = vi.fn<(address: string) => Promise<Result<string, Failure>>>((address) =>
    Promise.resolve(address === 'other.example:4000' ? ok(OTHER_RELAY) : err(noRelay)),
  );
  const ports: NetworkPorts = {
    random: createSeededRandom('rooms'),
    homeRelay: HOME_RELAY,
    findRelay,
    setRelays,
    paths: () => ({ handedOut: ['stun:home.example:3478'], budget: undefined }),
    content: {
      getState: () => state,
      subscribe(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      setLimits,
      close,
    },
  };
  const move = (change: Partial<ContentState>): void => {
    state = { ...state, ...change };
    for (const listener of listeners) listener();
  };
  return { ports, findRelay, setRelays, setLimits, close, move };
}
