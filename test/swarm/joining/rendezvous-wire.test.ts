import { describe, expect, test } from 'vitest';
import { asPeerId, bytesToHex, encodeCanonical } from '#vocabulary';
import {
  MAX_ICE_SERVERS,
  MAX_MEMBERS_TOLD,
  MAX_RELAY_ADDRESS_LENGTH,
  MAX_RENDEZVOUS_BYTES,
} from '../../../src/swarm/constants.ts';
import {
  decodeRendezvousNotice,
  decodeRendezvousRequest,
  encodeRendezvous,
  isRelayAddress,
  isRoomName,
} from '../../../src/swarm/joining/rendezvous-wire.ts';

const peer = asPeerId('12D3KooWRawPbxPtP1eZaJpumGnyWX2DcUyd3RQnydr3eAto4Az7');
const relay = `/dns/relay.example/tcp/443/tls/ws/p2p/${peer}`;
const text = (letters: string): string => bytesToHex(new TextEncoder().encode(letters));

describe('R14: wire format of the rendezvous', () => {
  test('requests and notices have exactly these bytes', () => {
    const hex = (message: Parameters<typeof encodeRendezvous>[0]): string => bytesToHex(encodeRendezvous(message));
    expect(hex({ t: 'join', room: 'public' })).toBe('a26174646a6f696e64726f6f6d667075626c6963');
    expect(hex({ t: 'alive' })).toBe('a1617465616c697665');
    expect(hex({ t: 'alive?' })).toBe('a1617466616c6976653f');
    expect(hex({ t: 'sample' })).toBe('a161746673616d706c65');
    expect(hex({ t: 'draining' })).toBe('a1617468647261696e696e67');
    expect(hex({ t: 'members', members: [], total: 0 })).toBe('a36174676d656d626572736570656572738065746f74616c00');
    expect(hex({ t: 'left', peer })).toBe(`a26174646c65667464706565727834${text(peer)}`);
    expect(hex({ t: 'joined', member: { peer } })).toBe(`a26174666a6f696e65646470656572a161707834${text(peer)}`);
    expect(hex({ t: 'joined', member: { peer, relay } })).toBe(
      `a26174666a6f696e65646470656572a261707834${text(peer)}6172785a${text(relay)}`,
    );
    const servers = [{ urls: ['stun:a:1'], username: 'n', credential: 'c' }];
    expect(hex({ t: 'ice', servers, ttlSeconds: 60 })).toBe(
      `a3617463696365${'64' + text('ttlS')}183c${'67' + text('servers')}81a361636163616e616e61758168${text('stun:a:1')}`,
    );
  });

  test('the longest sample fits into a message', () => {
    const tail = `/tcp/65535/tls/ws/p2p/${'1'.repeat(64)}`;
    const host = 'a'.repeat(Math.min(253, MAX_RELAY_ADDRESS_LENGTH - tail.length - '/dns4/'.length));
    const member = { peer: asPeerId('1'.repeat(64)), relay: `/dns4/${host}${tail}` };
    const members = Array.from({ length: MAX_MEMBERS_TOLD }, () => member);
    const bytes = encodeRendezvous({ t: 'members', members, total: Number.MAX_SAFE_INTEGER });
    expect(bytes.byteLength).toBeLessThan(MAX_RENDEZVOUS_BYTES);
    expect(decodeRendezvousNotice(bytes)).toMatchObject({ ok: true });
  });

  test.each([
    ['another word', { t: 'enter', room: 'public' }],
    ['room with other characters', { t: 'join', room: 'Public Room' }],
    ['empty room', { t: 'join', room: '' }],
    ['room too long', { t: 'join', room: 'a'.repeat(65) }],
    ['more than was agreed', { t: 'join', room: 'public', admin: true }],
  ])('request with %s is refused', (_what, message) => {
    expect(decodeRendezvousRequest(encodeCanonical(message))).toMatchObject({ ok: false });
  });

  test.each([
    [
      'too many members',
      { t: 'members', peers: Array.from({ length: MAX_MEMBERS_TOLD + 1 }, () => ({ p: peer })), total: 65 },
    ],
    ['a total below nothing', { t: 'members', peers: [], total: -1 }],
    ['members of version 1', { t: 'members', peers: [peer], total: 1 }],
    ['no peer id', { t: 'joined', peer: { p: 'nobody' } }],
    ['a peer id that would change an address', { t: 'joined', peer: { p: `${peer.slice(0, 40)}/p2p/evil` } }],
    ['no relay address', { t: 'joined', peer: { p: peer, r: '/ip4/1.2.3.4/udp/1/quic-v1' } }],
    ['a TURN server by another scheme', { t: 'ice', servers: [{ u: ['https://evil.example'] }], ttlS: 60 }],
    ['an ICE server without an address', { t: 'ice', servers: [{ u: [] }], ttlS: 60 }],
    [
      'too many ICE servers',
      { t: 'ice', servers: Array.from({ length: MAX_ICE_SERVERS + 1 }, () => ({ u: ['stun:a'] })), ttlS: 60 },
    ],
    ['ICE servers for no time', { t: 'ice', servers: [], ttlS: 0 }],
    ['a fraction of a second', { t: 'ice', servers: [], ttlS: 1.5 }],
    ['a long reason', { t: 'refused', reason: 'x'.repeat(201) }],
  ])('notice with %s is refused', (_what, message) => {
    expect(decodeRendezvousNotice(encodeCanonical(message))).toMatchObject({ ok: false });
  });

  test('room names', () => {
    expect(['public', 'a', 'team-7', 'a'.repeat(64)].every(isRoomName)).toBe(true);
    expect(['', 'A', 'a b', 'ä', 'a/b', 'a'.repeat(65)].some(isRoomName)).toBe(false);
  });

  test('relay addresses', () => {
    const tail = `/p2p/${peer}`;
    const good = [
      '/ip4/127.0.0.1/tcp/8787/ws',
      '/ip6/::1/tcp/1/ws',
      '/dns4/a.example/tcp/443/tls/ws',
      '/dns/a/tcp/443/wss',
    ];
    expect(good.filter((address) => !isRelayAddress(address + tail))).toEqual([]);
    const bad = [
      '',
      '/ip4/1.2.3.4/tcp/1',
      '/dns/a/b/tcp/1/ws',
      '/ip4/1.2.3.4/udp/1/webrtc-direct',
      `/dns/${'a'.repeat(500)}/tcp/1/ws`,
    ];
    expect(bad.filter((address) => isRelayAddress(address + tail))).toEqual([]);
    expect(isRelayAddress('/ip4/127.0.0.1/tcp/8787/ws')).toBe(false);
    expect(isRelayAddress(`${relay}/p2p-circuit`)).toBe(false);
  });
});
