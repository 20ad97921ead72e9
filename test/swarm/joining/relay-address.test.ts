import { multiaddr } from '@multiformats/multiaddr';
import { WebSockets, WebSocketsSecure } from '@multiformats/multiaddr-matcher';
import { describe, expect, test } from 'vitest';
import { relayMultiaddr, relayOfPage } from '#swarm';

const peerId = '12D3KooWRawPbxPtP1eZaJpumGnyWX2DcUyd3RQnydr3eAto4Az7';
const addressOf = (url: string): string => relayMultiaddr(relayOfPage(new URL(url), peerId));

describe('R19: the relay is at the origin of the page', () => {
  test.each([
    ['http://localhost:8787/', `/dns/localhost/tcp/8787/ws/p2p/${peerId}`],
    ['http://127.0.0.1:8787/?peer=anna', `/ip4/127.0.0.1/tcp/8787/ws/p2p/${peerId}`],
    ['http://[::1]:9000/', `/ip6/::1/tcp/9000/ws/p2p/${peerId}`],
    ['http://swarm.example/', `/dns/swarm.example/tcp/80/ws/p2p/${peerId}`],
    ['https://swarm.example/app', `/dns/swarm.example/tcp/443/tls/ws/p2p/${peerId}`],
  ])('%s is reached at %s', (url, address) => {
    expect(addressOf(url)).toBe(address);
    const parsed = multiaddr(address);
    expect(WebSockets.exactMatch(parsed) || WebSocketsSecure.exactMatch(parsed)).toBe(true);
  });
});
