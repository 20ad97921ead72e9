import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { createRelayNode } from '../../../../relay/relay-node.ts';
import type { RelayReading } from './relay-process.ts';

// A relay in a process of its own, as it is in the product, that tells whoever started it what it costs.
const relay = await createRelayNode({ log: () => undefined });
const server = createServer();
const sockets = new Set<Socket>();
const closed = { sentBytes: 0, receivedBytes: 0 };
server.on('connection', (socket) => {
  sockets.add(socket);
  socket.once('close', () => {
    sockets.delete(socket);
    closed.sentBytes += socket.bytesWritten;
    closed.receivedBytes += socket.bytesRead;
  });
});
server.on('upgrade', (request, socket, head) => relay.handleUpgrade(request, socket, head));
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.send?.({ url: `http://127.0.0.1:${port}/`, peerId: relay.peerId });
});
process.on('message', () => process.send?.(read()));
process.on('disconnect', () => process.exit(0));

function read(): RelayReading {
  // Collecting takes CPU time that no relay would spend at this moment.
  const cpu = process.cpuUsage();
  globalThis.gc?.();
  const memory = process.memoryUsage();
  const { reservations, members } = relay.stats();
  let { sentBytes, receivedBytes } = closed;
  for (const socket of sockets) {
    sentBytes += socket.bytesWritten;
    receivedBytes += socket.bytesRead;
  }
  return {
    rssBytes: memory.rss,
    heapBytes: memory.heapUsed,
    cpuMs: (cpu.user + cpu.system) / 1000,
    reservations,
    members,
    sentBytes,
    receivedBytes,
  };
}
