import fc from 'fast-check';
import { expect, test } from 'vitest';
import { clientAddress } from '../../relay/client-address.ts';

test.each([
  ['198.51.100.7', undefined, 0, '198.51.100.7'],
  ['::ffff:198.51.100.7', undefined, 0, '198.51.100.7'],
  ['2001:db8:1:2:3:4:5:6', undefined, 0, '2001:db8:1:2::/64'],
  ['2001:db8::1', undefined, 0, '2001:db8:0:0::/64'],
  ['fe80::1%eth0', undefined, 0, 'fe80:0:0:0::/64'],
  ['127.0.0.1', undefined, 0, 'loopback'],
  ['::1', undefined, 0, 'loopback'],
  ['::ffff:127.0.0.1', undefined, 0, 'loopback'],
  [undefined, undefined, 0, 'unknown'],
  // Without a trusted proxy the header is the client's own invention.
  ['198.51.100.7', '203.0.113.9', 0, '198.51.100.7'],
  ['127.0.0.1', '203.0.113.9', 1, '203.0.113.9'],
  ['127.0.0.1', 'forged, 203.0.113.9', 1, '203.0.113.9'],
  ['127.0.0.1', '10.0.0.1, 203.0.113.9, 192.0.2.1', 2, '203.0.113.9'],
  ['127.0.0.1', ['10.0.0.1', '203.0.113.9'], 1, '203.0.113.9'],
  ['127.0.0.1', '203.0.113.9:4711', 1, '203.0.113.9'],
  ['127.0.0.1', '[2001:db8::1]:4711', 1, '2001:db8:0:0::/64'],
  // Fewer entries than proxies: somebody came past them.
  ['198.51.100.7', '203.0.113.9', 2, '198.51.100.7'],
  ['127.0.0.1', 'nonsense', 1, 'loopback'],
  ['127.0.0.1', undefined, 1, 'loopback'],
] as const)('R14: %s with %j behind %d proxies is %s', (socket, forwarded, hops, expected) => {
  expect(clientAddress(socket, forwarded, hops)).toBe(expected);
});

const ipV4 = fc
  .tuple(fc.integer({ min: 128, max: 255 }), fc.nat(255), fc.nat(255), fc.nat(255))
  .map((parts) => parts.join('.'));

test('R14: whatever the header, the address is the one the trusted proxy wrote, or that of the socket', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 100 }), ipV4, (forged, real) => {
      expect(clientAddress('192.0.2.1', `${forged}, ${real}`, 1)).toBe(real);
      expect(clientAddress('192.0.2.1', `${'1.1.1.1, '.repeat(1000)}${real}`, 1)).toBe(real);
      expect(clientAddress('192.0.2.1', forged, 0)).toBe('192.0.2.1');
      expect(clientAddress('192.0.2.1', forged, 3)).toMatch(/^[0-9a-f.:/]+$|^loopback$/);
    }),
  );
});

test('R14: all addresses of one IPv6 network of 64 bits are one', () => {
  fc.assert(
    fc.property(fc.ipV6(), (address) => {
      const network = clientAddress(address, undefined, 0);
      if (network === 'loopback') return;
      // An address that embeds an IPv4 address may be written as that one.
      if (!network.endsWith('::/64')) return;
      const other = `${network.slice(0, -'::/64'.length)}:1234:5678:9abc:def0`;
      expect(clientAddress(other, undefined, 0)).toBe(network);
    }),
  );
});
