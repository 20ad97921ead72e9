import { type Clock, type Failure, type Result, err, failure, ok } from '#vocabulary';
import { MAX_ICE_SERVERS } from '../constants.ts';

export type IceServerFailure = Failure<'bad-ice-server'>;

/** Where servers come from; of equals the person's are used first. */
export type IceSource = 'person' | 'relay';

/** As the page and the relay give them: a server may have several addresses. */
export interface IceServerGiven {
  readonly urls: string | readonly string[];
  readonly username?: string;
  readonly credential?: string;
}

/** One address of a STUN or TURN server, with what it wants to know. */
export interface IceAddress {
  readonly url: string;
  readonly username?: string;
  readonly credential?: string;
}

/** The STUN and TURN servers of this tab. What is set now is used by the next dial. */
export interface IceServers {
  /**
   * Replaces what this source gave before. Whatever a browser would refuse is left out, because one bad address makes
   * it refuse every connection. Without `ttlSeconds` they last until replaced.
   */
  set(source: IceSource, servers: readonly IceServerGiven[], ttlSeconds?: number): void;
  /** What to use now: at most MAX_ICE_SERVERS addresses, one a server, of kinds and hosts as different as can be. */
  current(): readonly IceAddress[];
}

const MAX_URL_LENGTH = 300;
const MAX_SECRET_LENGTH = 512;
/** Addresses kept of one source: more than are used, so that the best can be chosen. */
const MAX_KEPT = 16;

const shape =
  /^(?<scheme>stuns?|turns?):(?<host>\[[0-9a-f:.]{2,45}\]|[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?)(?::(?<port>\d{1,5}))?(?:\?transport=(?<transport>udp|tcp))?$/;

/**
 * In this order one of each is taken, then again: TURN over UDP also tells a tab its own address, as STUN does; TCP and
 * TLS get through where UDP is blocked.
 */
const kindsInOrder = ['turn-udp', 'turn-tcp', 'stun', 'turn-tls', 'stun-tls'] as const;
type ServerKind = (typeof kindsInOrder)[number];

export function createIceServers(clock: Clock): IceServers {
  const sources = new Map<IceSource, { readonly addresses: readonly IceAddress[]; readonly expiresAtMs: number }>();
  return {
    set(source, servers, ttlSeconds) {
      const addresses: IceAddress[] = [];
      for (const { urls, username, credential } of servers.slice(0, MAX_KEPT))
        for (const url of (typeof urls === 'string' ? [urls] : urls).slice(0, MAX_KEPT)) {
          const read = parseIceAddress(url, username, credential);
          if (read.ok && addresses.length < MAX_KEPT) addresses.push(read.value);
        }
      const expiresAtMs = ttlSeconds === undefined ? Number.POSITIVE_INFINITY : clock.now() + ttlSeconds * 1_000;
      sources.set(source, { addresses, expiresAtMs });
    },
    current() {
      const all: IceAddress[] = [];
      for (const source of ['person', 'relay'] as const) {
        const known = sources.get(source);
        if (known !== undefined && known.expiresAtMs > clock.now()) all.push(...known.addresses);
      }
      return spread(all);
    },
  };
}

/** Reads one address as a person types it or a relay hands it out; says what is wrong with it. */
export function parseIceAddress(
  typed: string,
  username?: string,
  credential?: string,
): Result<IceAddress, IceServerFailure> {
  const url = typed.trim().toLowerCase();
  if (url === '') return bad('The address is empty.', EXAMPLE);
  if (url.length > MAX_URL_LENGTH) return bad(`The address is longer than ${MAX_URL_LENGTH} characters.`, EXAMPLE);
  if (!/^(?:stuns?|turns?):/.test(url)) return bad('The address must begin with stun:, turn: or turns:.', EXAMPLE);
  if (/^\w+:\/\//.test(url)) return bad('There are no slashes behind stun: and turn:.', EXAMPLE);
  const parts = shape.exec(url)?.groups;
  if (parts === undefined) return bad(`"${url.slice(0, 60)}" is not the address of a server.`, EXAMPLE);
  const { scheme = '', port, transport } = parts;
  if (port !== undefined && (Number(port) < 1 || Number(port) > 65_535))
    return bad(`${port} is not a port.`, 'Ports are 1 to 65535; 3478 is usual.');
  const isTurn = scheme.startsWith('turn');
  if (!isTurn && transport !== undefined) return bad('Only TURN servers have a transport.', 'Leave it out.');
  if (scheme === 'turns' && transport === 'udp')
    return bad('Browsers reach turns: servers over TCP only.', 'Leave the transport out.');
  // What browsers do with a name and password for STUN is nothing.
  if (!isTurn) return ok({ url });
  if (username === undefined || username === '' || credential === undefined || credential === '')
    return bad('A TURN server wants a user name and a password.', 'Ask whoever runs it.');
  if (username.length > MAX_SECRET_LENGTH || credential.length > MAX_SECRET_LENGTH)
    return bad(`User name and password have at most ${MAX_SECRET_LENGTH} characters.`);
  return ok({ url, username, credential });
}

/** The form that a browser takes. */
export function toRtcIceServers(addresses: readonly IceAddress[]): RTCIceServer[] {
  return addresses.map(({ url, ...secrets }) => ({ urls: url, ...secrets }));
}

/** How many of each are in use, for words about what is missing. */
export function countServers(addresses: readonly IceAddress[]): { readonly stun: number; readonly turn: number } {
  const turn = addresses.filter(({ url }) => url.startsWith('turn')).length;
  return { stun: addresses.length - turn, turn };
}

const EXAMPLE = 'For example stun:stun.example.org:3478 or turn:turn.example.org:3478?transport=tcp.';

function spread(all: readonly IceAddress[]): readonly IceAddress[] {
  const left = [...new Map(all.toReversed().map((address) => [address.url, address])).values()].reverse();
  const chosen: IceAddress[] = [];
  const takeOne = (kind: ServerKind): void => {
    const known = new Set(chosen.map(({ url }) => hostOf(url)));
    const ofKind = left.filter(({ url }) => kindOf(url) === kind);
    const next = ofKind.find(({ url }) => !known.has(hostOf(url))) ?? ofKind[0];
    if (next === undefined || chosen.length >= MAX_ICE_SERVERS) return;
    left.splice(left.indexOf(next), 1);
    chosen.push(next);
  };
  while (left.length > 0 && chosen.length < MAX_ICE_SERVERS) for (const kind of kindsInOrder) takeOne(kind);
  return chosen;
}

function kindOf(url: string): ServerKind {
  if (url.startsWith('turns:')) return 'turn-tls';
  if (url.startsWith('turn:')) return url.endsWith('transport=tcp') ? 'turn-tcp' : 'turn-udp';
  return url.startsWith('stuns:') ? 'stun-tls' : 'stun';
}

function hostOf(url: string): string {
  return shape.exec(url)?.groups?.['host'] ?? url;
}

function bad(message: string, remedy?: string): Result<never, IceServerFailure> {
  return err(failure('bad-ice-server', message, remedy));
}
