import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createRelayNode } from '../../relay/relay-node.ts';
import { PUBLIC_ADDRESS, STUN_PORT, TURN_SECRET } from './public-address.ts';
import { type ServerSet, serverSets } from './theory.ts';

/*
 * The real relay, run inside the public namespace as a process of its own: one for each set of servers that it hands
 * out to tabs. Prints where they are, ends with its parent.
 */

const at = `${PUBLIC_ADDRESS}:${STUN_PORT}`;
const stun = [`stun:${at}`];
const turn = {
  urls: [`turn:${at}?transport=udp`, `turn:${at}?transport=tcp`],
  secret: TURN_SECRET,
  ttlSeconds: 3_600,
};
const handedOut = { none: {}, stun: { stun }, 'stun+turn': { stun, turn } } satisfies Record<ServerSet, object>;

async function startRelay(servers: ServerSet): Promise<readonly [ServerSet, { url: string; peerId: string }]> {
  const relay = await createRelayNode({ ...handedOut[servers], log: () => undefined });
  const server = createServer();
  server.on('upgrade', (request, socket, head) => relay.handleUpgrade(request, socket, head));
  await new Promise<void>((resolve) => server.listen(0, PUBLIC_ADDRESS, resolve));
  const { port } = server.address() as AddressInfo;
  return [servers, { url: `http://${PUBLIC_ADDRESS}:${port}/`, peerId: relay.peerId }];
}

process.stdout.write(`${JSON.stringify(Object.fromEntries(await Promise.all(serverSets.map(startRelay))))}\n`);
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
