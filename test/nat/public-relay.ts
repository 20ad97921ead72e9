import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createRelayNode } from '../../relay/relay-node.ts';
import { PUBLIC_ADDRESS } from './network.ts';

// The real relay, run inside the public namespace as a process of its own. Prints where it is, ends with its parent.

const relay = await createRelayNode({ log: (line) => process.stderr.write(`${line}\n`) });
const server = createServer();
server.on('upgrade', (request, socket, head) => relay.handleUpgrade(request, socket, head));
await new Promise<void>((resolve) => server.listen(0, PUBLIC_ADDRESS, resolve));
const { port } = server.address() as AddressInfo;
process.stdout.write(`${JSON.stringify({ url: `http://${PUBLIC_ADDRESS}:${port}/`, peerId: relay.peerId })}\n`);
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
