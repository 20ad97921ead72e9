import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import type { Connection } from '@libp2p/interface';
import { multiaddr } from '@multiformats/multiaddr';
import { expect, test } from 'vitest';
import { createVirtualClock } from '#vocabulary';
import { defaultLimits } from '../../relay/limits.ts';
import { createRelayDoor } from '../../relay/relay-door.ts';

function setUp() {
  const clock = createVirtualClock();
  const refused: string[] = [];
  const door = createRelayDoor({
    clock,
    limits: { ...defaultLimits, connections: 1 },
    trustedProxies: 0,
    onRefused: (reason, address) => refused.push(`${reason} ${address}`),
  });
  const knock = () => {
    const socket = new PassThrough();
    const request = { socket: { remoteAddress: '192.0.2.1', remotePort: 4711 }, headers: {} };
    return { socket, isIn: door.enter(request as unknown as IncomingMessage, socket) };
  };
  const connection = {
    remoteAddr: multiaddr('/ip4/192.0.2.1/tcp/4711/ws/p2p/12D3KooWRawPbxPtP1eZaJpumGnyWX2DcUyd3RQnydr3eAto4Az7'),
  } as Connection;
  return { clock, refused, door, knock, connection };
}

test('R27: a socket that never becomes a connection is closed, and its place is free again', async () => {
  const { clock, refused, knock } = setUp();
  const { socket, isIn } = knock();
  expect([isIn, knock().isIn]).toEqual([true, false]);
  await clock.advance(14_000);
  expect(socket.destroyed).toBe(false);
  await clock.advance(2_000);
  expect(socket.destroyed).toBe(true);
  expect(refused).toEqual(['full 192.0.2.1', 'handshake 192.0.2.1']);
  await new Promise(setImmediate);
  expect(knock().isIn).toBe(true);
});

test('R27: a connection keeps its socket, knows its address, and ends with it', async () => {
  const { clock, door, knock, connection } = setUp();
  const { socket } = knock();
  door.opened(connection);
  await clock.advance(60_000);
  expect([socket.destroyed, door.addressOf(connection), door.knockedMs(connection)]).toEqual([false, '192.0.2.1', 0]);
  door.ended(connection);
  await clock.advance(1_500);
  expect(socket.destroyed).toBe(true);
});

test('R21: a door that is closed answers with 503', () => {
  const { door, knock, refused } = setUp();
  door.close();
  const { socket, isIn } = knock();
  expect([isIn, refused]).toEqual([false, ['draining 192.0.2.1']]);
  expect(String(socket.read())).toMatch(/^HTTP\/1\.1 503 .*\r\n[^]*The relay stops soon\.\n$/);
});
