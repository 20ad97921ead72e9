import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestProject } from 'vitest/node';
import { createRelayNode } from '../../relay/relay-node.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A relay for tests that run in the browser and cannot start one. */
    relay: { readonly url: string; readonly peerId: string };
  }
}

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const relay = await createRelayNode({ log: () => undefined });
  const server = createServer();
  server.on('upgrade', (request, socket, head) => relay.handleUpgrade(request, socket, head));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  project.provide('relay', { url: `http://127.0.0.1:${port}/`, peerId: relay.peerId });
  return async () => {
    await relay.stop();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
}
