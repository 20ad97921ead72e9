import { type Socket, connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

/** A reverse proxy on a port of its own that says in X-Forwarded-For that its visitors come from `visitor`. */
export async function createForwardingProxy(
  target: number,
  visitor: string,
): Promise<{ readonly port: number; close(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(target, '127.0.0.1');
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.once('close', () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    client.once('data', (head) => {
      const text = head.toString('latin1').replace('\r\n', `\r\nX-Forwarded-For: ${visitor}\r\n`);
      upstream.write(text, 'latin1');
      client.pipe(upstream);
    });
    upstream.pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
