import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { circuitRelayTransport } from '@libp2p/circuit-relay-v2';
import { identify } from '@libp2p/identify';
import type { Libp2p } from '@libp2p/interface';
import { noise } from '@libp2p/noise';
import { type LengthPrefixedStream, lpStream } from '@libp2p/utils';
import { webSockets } from '@libp2p/websockets';
import { yamux } from '@libp2p/yamux';
import { multiaddr } from '@multiformats/multiaddr';
import { createLibp2p } from 'libp2p';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { encodeCanonical } from '#vocabulary';
import type { Log } from '../../relay/log.ts';
import { type RelayNode, createRelayNode } from '../../relay/relay-node.ts';
import { RENDEZVOUS_PROTOCOL } from '../../src/swarm/constants.ts';
import {
  type RendezvousNotice,
  decodeRendezvousNotice,
  encodeRendezvous,
} from '../../src/swarm/joining/rendezvous-wire.ts';

const lines: string[] = [];
const log: Log = (_level, event) => void lines.push(event);

describe('relay node', () => {
  let relay: RelayNode;
  let server: Server;
  let clients: Libp2p[];
  let address: string;

  beforeEach(async () => {
    clients = [];
    relay = await createRelayNode({ log });
    server = createServer();
    server.on('upgrade', (request, socket, head) => relay.handleUpgrade(request, socket, head));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    address = `/ip4/127.0.0.1/tcp/${(server.address() as AddressInfo).port}/ws/p2p/${relay.peerId}`;
  });
  afterEach(async () => {
    for (const client of clients) await client.stop();
    await relay.stop();
    await new Promise((resolve) => server.close(resolve));
  });

  const connect = async (): Promise<Libp2p> => {
    const client = await createLibp2p({
      addresses: { listen: [`${address}/p2p-circuit`] },
      transports: [webSockets(), circuitRelayTransport()],
      connectionEncrypters: [noise()],
      streamMuxers: [yamux()],
      connectionGater: { denyDialMultiaddr: () => false },
      services: { identify: identify() },
    });
    clients.push(client);
    return client;
  };
  const visit = async (client: Libp2p): Promise<LengthPrefixedStream> =>
    lpStream(await client.dialProtocol(multiaddr(address), RENDEZVOUS_PROTOCOL));
  const enter = async (client: Libp2p, room = 'public'): Promise<LengthPrefixedStream> => {
    const stream = await visit(client);
    await stream.write(encodeRendezvous({ t: 'join', room }));
    return stream;
  };
  const hear = async (stream: LengthPrefixedStream): Promise<RendezvousNotice> => {
    const notice = decodeRendezvousNotice((await stream.read({ signal: AbortSignal.timeout(3_000) })).subarray());
    if (!notice.ok) throw new Error(notice.error.message);
    return notice.value;
  };

  test('R1, R5, R8: tabs meet through the web server port; what they held ends with their connection', async () => {
    const [anna, berta] = [await connect(), await connect()];
    const [first, second] = [await enter(anna), await enter(berta)];
    expect(await hear(first)).toEqual({ t: 'members', members: [], total: 0 });
    expect(await hear(second)).toEqual({ t: 'members', members: [{ peer: anna.peerId.toString() }], total: 1 });
    expect(await hear(first)).toEqual({ t: 'joined', member: { peer: berta.peerId.toString() } });
    expect(relay.stats()).toMatchObject({ connections: 2, reservations: 2, members: 2, rooms: 1 });
    expect(await relay.metrics()).toMatch(/^peerage_relay_rendezvous_members 2$/m);
    expect(await relay.metrics()).toMatch(/^process_cpu_seconds_total /m);

    await berta.stop();
    expect(await hear(first)).toEqual({ t: 'left', peer: berta.peerId.toString() });
    await vi.waitFor(() => expect(relay.stats()).toMatchObject({ connections: 1, reservations: 1, members: 1 }));
  });

  test('two tabs reach each other through the relay', async () => {
    const [anna, berta] = [await connect(), await connect()];
    await berta.handle('/echo', (stream) => void stream.addEventListener('message', ({ data }) => stream.send(data)), {
      runOnLimitedConnection: true,
    });
    const stream = await anna.dialProtocol(
      multiaddr(`${address}/p2p-circuit/p2p/${berta.peerId.toString()}`),
      '/echo',
      {
        runOnLimitedConnection: true,
      },
    );
    const messages = lpStream(stream);
    // Over what the library lets a relayed connection carry by default.
    const sent = new Uint8Array(200_000).fill(7);
    await messages.write(sent);
    expect((await messages.read()).subarray()).toEqual(sent);
    expect(relay.stats().circuitStreams).toBeGreaterThanOrEqual(2);
  });

  test.each([
    ['no CBOR', Uint8Array.of(0xff)],
    ['a notice', encodeRendezvous({ t: 'alive?' })],
    ['a bad room', encodeCanonical({ t: 'join', room: 'No Room' })],
  ])('R3: %s is refused with a reason and the stream ends', async (_what, bytes) => {
    const stream = await visit(await connect());
    await stream.write(bytes);
    expect(await hear(stream)).toMatchObject({ t: 'refused' });
    await expect(stream.read({ signal: AbortSignal.timeout(3_000) })).rejects.toThrow();
    expect(relay.stats().members).toBe(0);
  });

  test('R3: a message longer than any request ends the stream', async () => {
    const stream = await visit(await connect());
    await stream.write(new Uint8Array(5_000));
    await expect(stream.read({ signal: AbortSignal.timeout(3_000) })).rejects.toThrow();
  });

  test('R7: it stops in time with tabs connected, twice without harm, and takes nobody afterwards', async () => {
    const client = await connect();
    const stream = await enter(client);
    await hear(stream);
    lines.length = 0;
    await Promise.all([relay.stop(), relay.stop()]);
    // It would say if something had to be cut at its own deadline.
    expect(lines).toEqual([]);
    await expect(stream.read({ signal: AbortSignal.timeout(3_000) })).rejects.toThrow();
    await expect(client.dial(multiaddr(address), { signal: AbortSignal.timeout(3_000) })).rejects.toThrow();
  });
});

describe('relay key', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'relay-key-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const peerIdWith = async (privateKeyFile?: string): Promise<string> => {
    const relay = await createRelayNode(privateKeyFile === undefined ? { log } : { log, privateKeyFile });
    await relay.stop();
    return relay.peerId;
  };

  test('R6: with a key file it stays the same relay; without one it is another each time', async () => {
    const file = join(folder, 'relay.key');
    const first = await peerIdWith(file);
    expect(await peerIdWith(file)).toBe(first);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await peerIdWith()).not.toBe(await peerIdWith());
  });

  test('R6: a file that holds no key is not overwritten', async () => {
    const file = join(folder, 'relay.key');
    await writeFile(file, 'not a key');
    await expect(peerIdWith(file)).rejects.toThrow('holds no relay key');
    expect(await readFile(file, 'utf8')).toBe('not a key');
  });
});
