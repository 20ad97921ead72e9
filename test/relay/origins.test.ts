import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isOriginAllowed, originOfRelay } from '../../relay/origins.ts';
import { isPublicAddress, publicMultiaddr } from '../../relay/public-address.ts';
import { isRelayAddress } from '../../src/swarm/joining/rendezvous-wire.ts';

const id = '12D3KooWRawPbxPtP1eZaJpumGnyWX2DcUyd3RQnydr3eAto4Az7';

describe('R20: which pages may come', () => {
  test.each([
    [undefined, 'relay.example', [], true],
    ['https://relay.example', 'relay.example', [], true],
    ['http://localhost:8787', 'localhost:8787', [], true],
    ['https://relay.example', 'relay.example:443', [], true],
    ['http://[::1]:8787', '[::1]:8787', [], true],
    ['https://page.example', 'relay.example', [], false],
    ['https://relay.example', undefined, [], false],
    ['https://page.example', 'relay.example', ['https://page.example'], true],
    ['https://page.example:444', 'relay.example', ['https://page.example'], false],
    ['https://page.example.evil.example', 'relay.example', ['https://page.example'], false],
    ['http://localhost:8787', 'localhost:8788', [], false],
    ['null', 'null', [], false],
    ['null', 'relay.example', ['*'], true],
    ['https://any.example', 'relay.example', ['*'], true],
    ['', '', [], false],
  ] as const)('%s at %s with %j: %s', (origin, host, others, allowed) => {
    expect(isOriginAllowed(origin, host, others)).toBe(allowed);
  });

  test('whatever is sent, only the own host comes in', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (origin) => {
        expect(isOriginAllowed(origin, 'relay.example', [])).toBe(false);
        expect(isOriginAllowed(`https://${origin}`, 'relay.example', []) && !origin.includes('relay.example')).toBe(
          false,
        );
        // No header that comes with it makes it throw.
        expect(typeof isOriginAllowed('https://relay.example', origin, [])).toBe('boolean');
      }),
    );
  });

  test.each([
    [`/dns/relay.example/tcp/443/tls/ws/p2p/${id}`, 'https://relay.example'],
    [`/dns4/relay.example/tcp/8443/wss/p2p/${id}`, 'https://relay.example:8443'],
    [`/ip4/192.0.2.1/tcp/8787/ws/p2p/${id}`, 'http://192.0.2.1:8787'],
    [`/ip6/2001:db8::1/tcp/80/ws/p2p/${id}`, 'http://[2001:db8::1]'],
    ['nonsense', undefined],
    [`/ip6/relay:example/tcp/80/ws/p2p/${id}`, undefined],
  ])('the page beside %s is at %s', (address, origin) => {
    expect(originOfRelay(address)).toBe(origin);
  });
});

describe('R22: the public address', () => {
  test.each([
    ['https://relay.example', `/dns/relay.example/tcp/443/tls/ws/p2p/${id}`],
    ['wss://relay.example:8443/', `/dns/relay.example/tcp/8443/tls/ws/p2p/${id}`],
    ['http://192.0.2.1:8787', `/ip4/192.0.2.1/tcp/8787/ws/p2p/${id}`],
    ['ws://[2001:db8::1]', `/ip6/2001:db8::1/tcp/80/ws/p2p/${id}`],
    ['/dns/relay.example/tcp/443/tls/ws', `/dns/relay.example/tcp/443/tls/ws/p2p/${id}`],
    [`/dns/relay.example/tcp/443/wss/p2p/${id}`, `/dns/relay.example/tcp/443/wss/p2p/${id}`],
  ])('%s is %s', (text, expected) => {
    expect(publicMultiaddr(text, id)).toEqual({ ok: true, value: expected });
    expect(isPublicAddress(text)).toBe(true);
  });

  test.each([
    '',
    'relay.example',
    'ftp://relay.example',
    'https://relay.example/peerage',
    'https://user:secret@relay.example',
    '/dns/relay.example/udp/443/quic-v1',
    '/dns/relay.example/tcp/443/tls/ws/p2p/short',
  ])('"%s" is refused', (text) => {
    expect(publicMultiaddr(text, id).ok).toBe(false);
    expect(isPublicAddress(text)).toBe(false);
  });

  test('one that names another relay is refused', () => {
    const other = id.replace('Raw', 'Rav');
    expect(publicMultiaddr(`/dns/relay.example/tcp/443/tls/ws/p2p/${other}`, id)).toMatchObject({
      ok: false,
      error: { message: expect.stringContaining('another relay') },
    });
  });

  test('any text is an address that others can dial, or refused', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.webUrl(),
      fc.domain().map((name) => `wss://${name}`),
    );
    fc.assert(
      fc.property(text, (candidate) => {
        const read = publicMultiaddr(candidate, id);
        if (read.ok) expect(isRelayAddress(read.value)).toBe(true);
        else expect(read.error.type).toBe('bad-address');
      }),
    );
  });
});
