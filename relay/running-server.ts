import { mkdir } from 'node:fs/promises';
import type { Server } from 'node:http';
import { dirname, join } from 'node:path';
import type { Duplex } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { sleep, systemClock } from '#vocabulary';
import { defaultModel, defaultModelFile } from '../src/inference/catalogue.ts';
import { buildApp } from './app-build.ts';
import { isolationHeaders } from './headers.ts';
import { findModel, obtainModel } from './model-cache.ts';
import type { Log } from './log.ts';
import { type RelayNodeOptions, createRelayNode } from './relay-node.ts';
import { type App, attachRoutes, createLimitedServer } from './server.ts';

const checkout = dirname(dirname(fileURLToPath(import.meta.url)));

export interface ServerOptions {
  /** Folder with the sources; built page, models and keys are kept in it. Default: the checkout this file is in. */
  readonly root?: string;
  /** Exactly this port; 0 picks a free one. Without it: 8787 or the first free one after it. */
  readonly port?: number;
  /** Address to listen on; default loopback. */
  readonly host?: string;
  /** A copy of the default model that the user has already. */
  readonly modelFile?: string;
  /** Serves sources with hot reload instead of built files. */
  readonly dev?: boolean;
  /** False starts at once with the model that is there, if any. */
  readonly fetchModel?: boolean;
  /** False makes a new relay identity at each start. */
  readonly keepIdentity?: boolean;
  /** Where the relay's key is kept; default: in the checkout, one for each port. */
  readonly keyFile?: string;
  /** No page and no model, only a relay. */
  readonly relayOnly?: boolean;
  /** Pages from elsewhere whose tabs may come; "*" is all. */
  readonly allowedOrigins?: readonly string[];
  /** What the relay is told beside its key and log. */
  readonly relay?: Omit<RelayNodeOptions, 'log' | 'privateKeyFile'>;
  /** What happens, for whoever runs the relay. */
  readonly log?: Log;
  /** Sentences for the person at the terminal. */
  readonly report?: (sentence: string) => void;
  readonly onModelProgress?: (receivedBytes: number, totalBytes: number) => void;
  readonly signal?: AbortSignal;
}

export interface RunningServer {
  /** Ends with a slash. */
  readonly url: string;
  readonly port: number;
  readonly peerId: string;
  readonly modelIds: readonly string[];
  /** The relay's multiaddr, for other relays to name; undefined where its public address was not given. */
  readonly relayAddress: string | undefined;
  /** Takes no more tabs, tells those that are here, and resolves when all have gone or `waitMs` are over. */
  drain(waitMs: number): Promise<void>;
  /** Closes all connections and resolves when the port is free again. */
  stop(): Promise<void>;
}

export const DEFAULT_PORT = 8787;
const DEFAULT_HOST = '127.0.0.1';
const PORTS_TRIED = 20;
/** How often a server that drains looks whether the last tab has gone. */
const DRAIN_LOOK_MS = 100;

/** Builds the page of this checkout, so that a server that starts later has nothing to build. */
export async function buildPage(report: (sentence: string) => void): Promise<void> {
  await buildApp({ root: checkout, distFolder: join(checkout, 'dist'), report });
}

/** Everything Peerage needs of a server, in this process: relay, bootstrap, page and model on one port. */
export async function startServer(options: ServerOptions = {}): Promise<RunningServer> {
  const report = options.report ?? ((): void => undefined);
  const root = options.root ?? checkout;
  const host = options.host ?? DEFAULT_HOST;
  const modelFolder = join(root, '.models');
  const distFolder = join(root, 'dist');
  const relayOnly = options.relayOnly === true;
  const [modelIds] = relayOnly
    ? [[]]
    : await Promise.all([
        prepareModel(options, modelFolder, report),
        options.dev === true ? undefined : buildApp({ root, distFolder, report }),
      ]);

  const server = createLimitedServer();
  const sockets = trackUpgradedSockets(server);
  const port = await listen(server, host, options.port);
  const closing: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const close of closing) await close();
    for (const socket of sockets) socket.destroy();
    server.closeAllConnections();
    await closed;
  };
  try {
    const keep = options.keepIdentity !== false && options.port !== 0;
    const privateKeyFile = options.keyFile ?? (keep ? await defaultKeyFile(root, port) : undefined);
    const relay = await createRelayNode({
      ...options.relay,
      log: options.log ?? ((): void => undefined),
      ...(privateKeyFile === undefined ? {} : { privateKeyFile }),
    });
    closing.push(() => relay.stop());
    const app: App = relayOnly
      ? { type: 'none' }
      : options.dev === true
        ? await developmentApp(root, server, closing)
        : { type: 'folder', folder: distFolder };
    const { allowedOrigins = [] } = options;
    attachRoutes(server, { relay, app, modelFolder, modelIds, allowedOrigins });
    const { peerId } = relay;
    const relayAddress = relay.relays().find((address) => address.endsWith(`/${peerId}`));
    const drain = async (waitMs: number): Promise<void> => {
      relay.drain();
      for (let leftMs = waitMs; leftMs > 0 && relay.stats().members > 0; leftMs -= DRAIN_LOOK_MS)
        await sleep(systemClock, Math.min(leftMs, DRAIN_LOOK_MS));
    };
    return { url: `http://${hostInUrl(host)}:${port}/`, port, peerId, modelIds, relayAddress, drain, stop };
  } catch (cause) {
    await stop();
    throw cause;
  }
}

async function prepareModel(
  options: ServerOptions,
  folder: string,
  report: (sentence: string) => void,
): Promise<readonly string[]> {
  const model =
    options.fetchModel === false
      ? await findModel(defaultModelFile, folder)
      : await obtainModel({
          name: defaultModel.name,
          file: defaultModelFile,
          folder,
          report,
          onProgress: options.onModelProgress ?? ((): void => undefined),
          ...(options.modelFile === undefined ? {} : { givenFile: options.modelFile }),
          ...(options.signal === undefined ? {} : { signal: options.signal }),
        });
  if (model.ok) return [defaultModel.id];
  report(`${model.error.message} ${model.error.remedy ?? ''}`);
  return [];
}

/** Two servers of one checkout are two relays, so the identity belongs to the port. */
async function defaultKeyFile(root: string, port: number): Promise<string> {
  const folder = join(root, '.cache');
  await mkdir(folder, { recursive: true });
  return join(folder, `relay-${port}.key`);
}

async function developmentApp(root: string, server: Server, closing: (() => Promise<void>)[]): Promise<App> {
  const { createServer } = await import('vite');
  const vite = await createServer({
    root,
    appType: 'spa',
    server: { middlewareMode: true, hmr: { server }, headers: { ...isolationHeaders } },
  });
  closing.push(() => vite.close());
  return { type: 'middleware', handle: vite.middlewares };
}

/** The server forgets a socket once it was upgraded, but it must not outlive the server. */
function trackUpgradedSockets(server: Server): ReadonlySet<Duplex> {
  const sockets = new Set<Duplex>();
  server.on('upgrade', (_request, socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  return sockets;
}

/** Resolves with the port; a taken one is an error only when it was asked for by number. */
async function listen(server: Server, host: string, asked: number | undefined): Promise<number> {
  for (let port = asked ?? DEFAULT_PORT; ; port++) {
    try {
      return await listenOn(server, host, port);
    } catch (cause) {
      const taken = cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE';
      if (!taken || asked !== undefined || port >= DEFAULT_PORT + PORTS_TRIED) throw cause;
    }
  }
}

function listenOn(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      const address = server.address();
      if (address === null || typeof address === 'string') throw new Error('A TCP server has a TCP address.');
      resolve(address.port);
    });
  });
}

/** What a browser on this machine reaches the server by; only there is plain http a secure context. */
function hostInUrl(host: string): string {
  const here = host === '::' || host === '::1' || host === '0.0.0.0' || host.startsWith('127.');
  if (here) return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}
