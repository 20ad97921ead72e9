const MAX_ADDRESS_LENGTH = 400;

/** The page that a person names: `https://host:4000`, `host:4000` or `host`. Undefined for anything else. */
export function readPageUrl(text: string): URL | undefined {
  if (text.length > MAX_ADDRESS_LENGTH || text === '' || /\s/u.test(text)) return undefined;
  const withScheme = /^[a-z][a-z0-9+.-]*:\/\//iu.test(text) ? text : `https://${text}`;
  if (!URL.canParse(withScheme)) return undefined;
  const url = new URL(withScheme);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return undefined;
  // What a link could hide before its host is none of an address typed by hand.
  return url.username === '' && url.password === '' && url.hostname !== '' ? url : undefined;
}

/** `relay.example:4000` of `/dns/relay.example/tcp/4000/tls/ws/p2p/…`; the address itself where it is of no such form. */
export function hostOfRelay(address: string): string {
  const [, kind, host, port] = /^\/(dns[46]?|ip[46])\/([^/]+)\/tcp\/(\d+)\//u.exec(address) ?? [];
  const known = host !== undefined && port !== undefined;
  return (known ? `${kind === 'ip6' ? `[${host}]` : host}:${port}` : address).slice(0, MAX_ADDRESS_LENGTH);
}
