/** Where a relay listens, as the page knows it: its own origin and the peer id from `/bootstrap.json`. */
export interface RelayLocation {
  readonly host: string;
  readonly port: number;
  /** https and wss. */
  readonly secure: boolean;
  readonly peerId: string;
}

/** The multiaddr of a relay. `host` is a name, an IPv4 address or an IPv6 address, with or without brackets. */
export function relayMultiaddr({ host, port, secure, peerId }: RelayLocation): string {
  const bare = host.replace(/^\[|\]$/g, '');
  const where = bare.includes(':')
    ? `/ip6/${bare}`
    : /^\d+\.\d+\.\d+\.\d+$/.test(bare)
      ? `/ip4/${bare}`
      : `/dns/${bare}`;
  return `${where}/tcp/${port}${secure ? '/tls' : ''}/ws/p2p/${peerId}`;
}

/** The relay behind the page's own origin: `location` of the page and the peer id it was told. */
export function relayOfPage(
  location: { readonly hostname: string; readonly port: string; readonly protocol: string },
  peerId: string,
): RelayLocation {
  const secure = location.protocol === 'https:';
  const port = location.port === '' ? (secure ? 443 : 80) : Number(location.port);
  return { host: location.hostname, port, secure, peerId };
}
