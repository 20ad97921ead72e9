/*
 * Which path two tabs must find, by what their networks do (RFC 4787, RFC 8445). Host addresses never help across
 * networks: browsers hide them behind names that only the own network can resolve.
 */

export const siteKinds = ['open', 'full-cone', 'port-restricted', 'symmetric', 'udp-blocked'] as const;
/**
 * `open`: a public address, no NAT. `full-cone`: whoever knows the mapped port gets in. `port-restricted`: only those
 * written to before. `symmetric`: the same, and another port for every destination. `udp-blocked`: TCP outwards only.
 */
export type SiteKind = (typeof siteKinds)[number];

export const serverSets = ['none', 'stun', 'stun+turn'] as const;
export type ServerSet = (typeof serverSets)[number];

export type Path = 'direct' | 'turn' | 'relayed';

export interface Cell {
  readonly a: SiteKind;
  readonly b: SiteKind;
  readonly servers: ServerSet;
  /** Both behind the same router. */
  readonly sameNetwork: boolean;
}

export function expectedPath({ a, b, servers, sameNetwork }: Cell): Path {
  if (sameNetwork) return 'direct';
  if (servers !== 'none' && canPunch(a, b)) return 'direct';
  return servers === 'stun+turn' ? 'turn' : 'relayed';
}

/** With STUN alone: each side knows its own mapped address, and tells it to the other over the relay. */
function canPunch(a: SiteKind, b: SiteKind): boolean {
  if (a === 'udp-blocked' || b === 'udp-blocked') return false;
  // The port that a symmetric NAT takes for this peer is not the one STUN saw: the other side must let strangers in.
  if (a === 'symmetric') return letsStrangersIn(b);
  if (b === 'symmetric') return letsStrangersIn(a);
  return true;
}

const letsStrangersIn = (site: SiteKind): boolean => site === 'open' || site === 'full-cone';

/**
 * Every pair with STUN and with TURN. Without servers everything across networks is relayed for the same reason, so
 * that a few pairs stand for all.
 */
export function allCells(): readonly Cell[] {
  const pairs = siteKinds.flatMap((a, index) => siteKinds.slice(index).map((b) => ({ a, b, sameNetwork: false })));
  const neighbours = { a: 'port-restricted', b: 'port-restricted', sameNetwork: true } as const;
  const few = pairs.filter(({ a, b }) => a === b || (a === 'open' && b === 'udp-blocked'));
  return [
    ...[neighbours, ...few].map((pair): Cell => ({ ...pair, servers: 'none' })),
    ...[neighbours, ...pairs].map((pair): Cell => ({ ...pair, servers: 'stun' })),
    ...pairs.map((pair): Cell => ({ ...pair, servers: 'stun+turn' })),
  ];
}
