import { isIP } from 'node:net';

/** What limits count by: one IPv4 address or one IPv6 /64, which is what one household gets. */
export type ClientAddress = string;

/** Whose limits loopback shares is unknown: this machine's tabs, or all visitors of a proxy that was not announced. */
export const LOOPBACK: ClientAddress = 'loopback';

/** X-Forwarded-For is read no further than this; a longer one is a client's, not a proxy's. */
const MAX_FORWARDED_LENGTH = 1024;

/**
 * The address a connection comes from. Behind `trustedHops` proxies that each append whom they heard it from, it is
 * that many entries from the end of X-Forwarded-For: what stands before was written by the client. A header with too
 * few entries, or with something else than an address there, is not believed.
 */
export function clientAddress(
  socketAddress: string | undefined,
  forwardedFor: string | readonly string[] | undefined,
  trustedHops: number,
): ClientAddress {
  const direct = normalAddress(socketAddress ?? '') ?? 'unknown';
  if (trustedHops === 0) return direct;
  const header = typeof forwardedFor === 'string' ? forwardedFor : (forwardedFor ?? []).join(',');
  const entry = header.slice(-MAX_FORWARDED_LENGTH).split(',').at(-trustedHops);
  return (entry === undefined ? undefined : normalAddress(withoutPort(entry.trim()))) ?? direct;
}

/** Some proxies append the port: `1.2.3.4:567`, `[::1]:567`. */
function withoutPort(entry: string): string {
  const bracketed = /^\[([0-9A-Fa-f:.]+)\](?::\d{1,5})?$/.exec(entry);
  if (bracketed?.[1] !== undefined) return bracketed[1];
  return /^\d+\.\d+\.\d+\.\d+:\d{1,5}$/.test(entry) ? (entry.split(':', 1)[0] as string) : entry;
}

function normalAddress(text: string): ClientAddress | undefined {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(text)?.[1];
  const address = mapped ?? text;
  switch (isIP(address)) {
    case 4:
      return address.startsWith('127.') ? LOOPBACK : address;
    case 6:
      return networkOf(address);
    default:
      return undefined;
  }
}

/** The first four groups of an IPv6 address. */
function networkOf(address: string): ClientAddress {
  // The parser of URLs writes each address in its one shortest form (RFC 5952), without a zone.
  const shortest = new URL(`http://[${address.split('%', 1)[0]}]/`).hostname.slice(1, -1);
  if (shortest === '::1') return LOOPBACK;
  const [head = '', tail] = shortest.split('::');
  const groups = (part: string): string[] => (part === '' ? [] : part.split(':'));
  const [before, after] = [groups(head), groups(tail ?? '')];
  const zeros = tail === undefined ? 0 : 8 - before.length - after.length;
  const all = [...before, ...Array.from({ length: zeros }, () => '0'), ...after];
  return `${all.slice(0, 4).join(':')}::/64`;
}
