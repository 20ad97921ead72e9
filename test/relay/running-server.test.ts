import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type RunningServer, type ServerOptions, startServer } from '../../relay/running-server.ts';

let root: string;
let running: RunningServer[];

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'peerage-running-'));
  running = [];
  await mkdir(join(root, 'src'));
  await writeFile(join(root, 'index.html'), '<!doctype html><script type="module" src="/src/main.ts"></script>');
  await writeFile(join(root, 'src/main.ts'), `document.title = 'Peerage';`);
});
afterEach(async () => {
  await Promise.all(running.map((server) => server.stop()));
  await rm(root, { recursive: true, force: true });
});

async function start(options: ServerOptions = {}): Promise<RunningServer> {
  const server = await startServer({ root, fetchModel: false, ...options });
  running.push(server);
  return server;
}

const get = async (server: RunningServer, path: string): Promise<Response> =>
  fetch(`http://127.0.0.1:${server.port}${path}`);

async function openSocket(server: RunningServer): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${server.port}/`);
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve);
    socket.addEventListener('error', reject);
  });
  return socket;
}

test('W22: page, bootstrap, metrics and relay answer on one port', async () => {
  const server = await start({ port: 0 });
  expect(await (await get(server, '/')).text()).toContain('/assets/');
  expect(await (await get(server, '/bootstrap.json')).json()).toMatchObject({ relay: server.peerId, models: [] });
  expect(await (await get(server, '/metrics')).text()).toContain('# TYPE');
  (await openSocket(server)).close();
});

test('W22: stopping cuts everyone off and frees the port', async () => {
  const server = await start({ port: 0 });
  const socket = await openSocket(server);
  const closed = new Promise((resolve) => socket.addEventListener('close', resolve));
  await get(server, '/');
  await server.stop();
  await closed;
  const next = createServer();
  await new Promise<void>((resolve, reject) => {
    next.once('error', reject);
    next.listen(server.port, '127.0.0.1', resolve);
  });
  await new Promise((resolve) => next.close(resolve));
  running = [];
});

test('W22: a taken port is an error when it was asked for; the default gives way', async () => {
  const [first, second] = [await start(), await start()];
  expect(second.port).not.toBe(first.port);
  await expect(start({ port: first.port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
});

test('W22: a relay on a port of its own is the same relay after a restart', async () => {
  const first = await start();
  await first.stop();
  running = [];
  const second = await start({ port: first.port });
  expect(second.peerId).toBe(first.peerId);
  const other = await start({ port: 0 });
  expect(other.peerId).not.toBe(first.peerId);
});

test('W22: the development server serves sources and reloads over the same port', async () => {
  const server = await start({ port: 0, dev: true });
  expect(await (await get(server, '/?peer=anna')).text()).toContain('/@vite/client');
  expect(await (await get(server, '/src/main.ts')).text()).toContain('document.title');
  (await openSocket(server)).close();
});
