/**
 * Whether a page may open a WebSocket here. Browsers let any page try and say in `Origin` which one it is; without
 * this check somebody's page could bring its visitors into this relay's rooms. Programs that are no browsers send no
 * origin and may come: they could write there what they like.
 *
 * Allowed are the page that this very server gave (its host is the one the request was sent to), the pages of the
 * other relays of the swarm, and what was configured; "*" allows all.
 */
export function isOriginAllowed(
  origin: string | undefined,
  host: string | undefined,
  others: Iterable<string>,
): boolean {
  if (origin === undefined) return true;
  const parsed = hostOf(origin);
  // A file, a sandboxed frame and the like call themselves "null".
  if (parsed === undefined) return [...others].includes('*');
  if (host !== undefined && parsed === hostOf(`${new URL(origin).protocol}//${host}`)) return true;
  for (const other of others) if (other === '*' || other === origin) return true;
  return false;
}

function hostOf(origin: string): string | undefined {
  if (!/^https?:\/\//.test(origin) || !URL.canParse(origin)) return undefined;
  // Without the port where it is the scheme's own, as browsers write it.
  return new URL(origin).host;
}

/** Where a page that is served beside the relay at this multiaddr comes from. */
export function originOfRelay(multiaddr: string): string | undefined {
  const match = /^\/(dns|dns4|dns6|ip4|ip6)\/([^/]+)\/tcp\/(\d+)(\/tls)?\/(wss?)\//.exec(multiaddr);
  if (match === null) return undefined;
  const [, kind = '', name = '', port = '', tls, ws] = match;
  const scheme = tls !== undefined || ws === 'wss' ? 'https' : 'http';
  const text = `${scheme}://${kind === 'ip6' ? `[${name}]` : name}:${port}`;
  return URL.canParse(text) ? new URL(text).origin : undefined;
}
