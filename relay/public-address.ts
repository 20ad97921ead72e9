import { type Failure, type Result, err, failure, ok } from '#vocabulary';
import { isRelayAddress } from '../src/swarm/joining/rendezvous-wire.ts';

export type AddressError = Failure<'bad-address'>;

/** How others reach this relay, as its owner writes it: a URL or a multiaddr, with or without the relay's own id. */
export function publicMultiaddr(text: string, ownId: string): Result<string, AddressError> {
  const bare = text.startsWith('/') ? text : multiaddrOfUrl(text);
  if (bare === undefined)
    return err(failure('bad-address', `"${text}" is neither a URL nor a multiaddr.`, EXAMPLE_PUBLIC));
  const named = /\/p2p\/([^/]+)$/.exec(bare)?.[1];
  if (named !== undefined && named !== ownId)
    return err(failure('bad-address', `"${text}" names another relay; this one is ${ownId}.`, 'Leave the id out.'));
  const address = named === undefined ? `${bare}/p2p/${ownId}` : bare;
  if (isRelayAddress(address)) return ok(address);
  return err(failure('bad-address', `"${text}" is no address of a WebSocket.`, EXAMPLE_PUBLIC));
}

/** Whether `text` can be a public address, before the relay's id is known. */
export function isPublicAddress(text: string): boolean {
  const ownId = /\/p2p\/([^/]+)$/.exec(text)?.[1] ?? ANY_ID;
  return publicMultiaddr(text, ownId).ok;
}

/** The id at the end of a relay's address. */
export function relayIdOf(address: string): string {
  return address.slice(address.lastIndexOf('/') + 1);
}

const EXAMPLE_PUBLIC = 'Examples: https://relay.example or /dns/relay.example/tcp/443/tls/ws';
const ANY_ID = '12D3KooWRawPbxPtP1eZaJpumGnyWX2DcUyd3RQnydr3eAto4Az7';

function multiaddrOfUrl(text: string): string | undefined {
  if (!/^(https?|wss?):\/\//i.test(text) || !URL.canParse(text)) return undefined;
  const { protocol, hostname, port, pathname, search, username, password, hash } = new URL(text);
  // The relay's WebSocket is at the root; a path would be dropped in silence.
  if (pathname !== '/' || search !== '' || hash !== '' || username !== '' || password !== '') return undefined;
  const secure = protocol === 'https:' || protocol === 'wss:';
  const where = hostname.startsWith('[')
    ? `/ip6/${hostname.slice(1, -1)}`
    : `/${/^\d+\.\d+\.\d+\.\d+$/.test(hostname) ? 'ip4' : 'dns'}/${hostname}`;
  return `${where}/tcp/${port === '' ? (secure ? 443 : 80) : port}${secure ? '/tls' : ''}/ws`;
}
