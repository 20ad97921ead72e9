import { type Clock, type Rate, type TokenBucket, createTokenBucket } from '#vocabulary';
import { type ClientAddress, LOOPBACK } from './client-address.ts';
import type { RelayLimits } from './limits.ts';

export type Spending = 'new-connection' | 'circuit' | 'circuit-bytes' | 'ice-credential';

/** What each address has open and has spent. */
export interface Admission {
  /** A connection from `address`: what ends it, or why it is refused. */
  admit(address: ClientAddress): (() => void) | 'full' | 'address-connections' | 'address-rate';
  /** Whether `address` may spend this; if so, it has. */
  spend(address: ClientAddress, what: Spending, amount?: number): boolean;
  /** Addresses that are remembered. */
  addressCount(): number;
}

/** Addresses are forgotten when they have nothing open and their buckets are full again. */
const SWEEP_MS = 60_000;

interface Account {
  connections: number;
  readonly buckets: Map<Spending, TokenBucket>;
}

const MB = 1e6;

export function createAdmission(clock: Pick<Clock, 'now'>, limits: RelayLimits): Admission {
  const accounts = new Map<ClientAddress, Account>();
  let open = 0;
  let sweptMs = clock.now();

  const circuitBytesPerHour = limits.circuitMegabytesPerHour * MB;
  const rates: Readonly<Record<Spending, Rate>> = {
    'new-connection': { perSecond: limits.newConnectionsPerSecond, burst: 5 * limits.newConnectionsPerSecond },
    circuit: { perSecond: limits.circuitsPerSecond, burst: 20 * limits.circuitsPerSecond },
    'circuit-bytes': { perSecond: circuitBytesPerHour / 3600, burst: circuitBytesPerHour },
    'ice-credential': { perSecond: limits.iceCredentialsPerMinute / 60, burst: limits.iceCredentialsPerMinute },
  };

  const sweep = (): void => {
    const nowMs = clock.now();
    if (nowMs - sweptMs < SWEEP_MS) return;
    sweptMs = nowMs;
    for (const [address, { connections, buckets }] of accounts)
      if (connections === 0 && [...buckets].every(([what, bucket]) => bucket.level(nowMs) >= rates[what].burst))
        accounts.delete(address);
  };
  const accountOf = (address: ClientAddress): Account => {
    let account = accounts.get(address);
    if (account === undefined) accounts.set(address, (account = { connections: 0, buckets: new Map() }));
    return account;
  };

  const spend: Admission['spend'] = (address, what, amount = 1) => {
    if (address === LOOPBACK) return true;
    sweep();
    const { buckets } = accountOf(address);
    let bucket = buckets.get(what);
    if (bucket === undefined) buckets.set(what, (bucket = createTokenBucket(rates[what], clock.now())));
    return bucket.take(amount, clock.now());
  };

  return {
    admit(address) {
      if (open >= limits.connections) return 'full';
      if (!spend(address, 'new-connection')) return 'address-rate';
      const account = accountOf(address);
      if (address !== LOOPBACK && account.connections >= limits.connectionsPerAddress) return 'address-connections';
      open++;
      account.connections++;
      let ended = false;
      return () => {
        if (ended) return;
        ended = true;
        open--;
        account.connections--;
      };
    },
    spend,
    addressCount: () => accounts.size,
  };
}
