import { type IncomingMessage, type Server, type ServerOptions, type ServerResponse, createServer } from 'node:http';
import type { Duplex } from 'node:stream';
import { isolationHeaders, securityHeaders } from './headers.ts';
import { isOriginAllowed } from './origins.ts';
import { refuseUpgrade } from './relay-door.ts';
import { resolveInside, sendFile } from './static-files.ts';

/** What the web server needs of the relay behind it. */
export interface ServedRelay {
  readonly peerId: string;
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Uint8Array): void;
  metrics(): Promise<string>;
  stats(): object;
  relays(): readonly string[];
  iceServers(): readonly object[];
  origins(): readonly string[];
  refused(reason: 'origin', from: string): void;
  isDraining(): boolean;
}

/** The application's own files: built ones from a folder, or a development server that makes them on the fly. */
export type App =
  | { readonly type: 'folder'; readonly folder: string }
  | {
      readonly type: 'middleware';
      readonly handle: (request: IncomingMessage, response: ServerResponse) => void;
    }
  /** A relay alone, whose tabs got their page elsewhere. */
  | { readonly type: 'none' };

export interface RouteOptions {
  readonly relay: ServedRelay;
  readonly app: App;
  readonly modelFolder: string;
  /** Ids of the models that `/models/` serves. */
  readonly modelIds: readonly string[];
  /** Pages from elsewhere that may open a WebSocket, besides those of the relays of the swarm; "*" allows all. */
  readonly allowedOrigins?: readonly string[];
}

/** Where tabs open their WebSocket to the relay: a multiaddr that a WebSocket transport dials cannot name a path. */
export const RELAY_PATH = '/';

/**
 * Limits against connections that are opened and not used (slow loris): the head of a request has to be here within
 * 10 s, all of it within 30 s; no request has a body worth waiting for. 8 KiB of head is a browser's usual times ten.
 */
const usualLimits: ServerOptions = {
  maxHeaderSize: 8192,
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 10_000,
  connectionsCheckingInterval: 5000,
};

const HOT_RELOAD_PROTOCOL = 'vite-hmr';

/** A server with the limits above that answers 503 until `attachRoutes` says what else. */
export function createLimitedServer(limits: ServerOptions = {}): Server {
  return createServer({ ...usualLimits, ...limits }, notReady);
}

function notReady(_request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(503, { 'Retry-After': '1', 'Content-Length': 0 }).end();
}

export function attachRoutes(server: Server, options: RouteOptions): void {
  const startedAtMs = performance.now();
  server.off('request', notReady);
  server.on('request', (request, response) => {
    answer(request, response, options, startedAtMs).catch(() => {
      if (response.headersSent) response.destroy();
      else sendText(request, response, 500, 'The server failed on this request.');
    });
  });
  server.on('upgrade', (request, socket, head) => {
    // The development server listens for its own upgrades on the same server.
    if (request.headers['sec-websocket-protocol'] === HOT_RELOAD_PROTOCOL) return;
    socket.on('error', () => socket.destroy());
    if (pathOf(request) !== RELAY_PATH) return refuseUpgrade(socket, '404 Not Found', '');
    if (mayComeFrom(request, options)) return options.relay.handleUpgrade(request, socket, head);
    options.relay.refused('origin', request.headers.origin ?? '');
    refuseUpgrade(socket, '403 Forbidden', 'This relay takes no tabs of that page.');
  });
}

function mayComeFrom({ headers: { origin, host } }: IncomingMessage, { relay, allowedOrigins }: RouteOptions): boolean {
  return isOriginAllowed(origin, host, [...relay.origins(), ...(allowedOrigins ?? [])]);
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  options: RouteOptions,
  startedAtMs: number,
): Promise<void> {
  // The hot-reload client is an inline script, which the content security policy would refuse.
  const headers = options.app.type === 'middleware' ? isolationHeaders : securityHeaders;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  // A body is never of use; without this, an unread one would end keep-alive connections in odd states.
  request.resume();
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('Allow', 'GET, HEAD');
    return sendText(request, response, 405, 'Only GET and HEAD are served here.');
  }
  const path = pathOf(request);
  if (path === undefined) return sendText(request, response, 400, 'The request names no path.');

  if (path === '/health') {
    const draining = options.relay.isDraining();
    const health = {
      status: draining ? 'draining' : 'ok',
      uptimeSeconds: Math.round((performance.now() - startedAtMs) / 1000),
      models: options.modelIds,
      relay: options.relay.stats(),
    };
    // Whatever spreads visitors over servers sends none to one that stops.
    return sendJson(request, response, health, draining ? 503 : 200);
  }
  if (path === '/metrics') {
    const text = await options.relay.metrics();
    return sendText(request, response, 200, text, 'text/plain; version=0.0.4; charset=utf-8');
  }
  if (path === '/bootstrap.json') {
    // A page whose tabs this relay takes may ask who it is.
    const { origin } = request.headers;
    response.setHeader('Vary', 'Origin');
    if (origin !== undefined && mayComeFrom(request, options)) {
      response.setHeader('Access-Control-Allow-Origin', origin);
      response.setHeader('Cross-Origin-Resource-Policy', 'cross-origin');
    }
    return sendJson(request, response, {
      relay: options.relay.peerId,
      path: RELAY_PATH,
      models: options.modelIds,
      relays: options.relay.relays(),
      iceServers: options.relay.iceServers(),
    });
  }
  if (path.startsWith('/models/')) {
    const file = resolveInside(options.modelFolder, path.slice('/models/'.length));
    // Tabs keep models in storage of their own; a second copy in the browser's cache would only take space.
    if (file !== undefined && (await sendFile(request, response, { path: file, cacheControl: 'no-store' }))) return;
    return sendText(request, response, 404, 'This server has no such model.');
  }
  if (options.app.type === 'middleware') return options.app.handle(request, response);
  if (options.app.type === 'none')
    return sendText(request, response, 404, 'This is a relay alone: the page is served elsewhere.');

  const file = resolveInside(options.app.folder, path === '/' ? '/index.html' : path);
  // Names under /assets/ carry a digest of the content, so whatever was cached under one stays right.
  const cacheControl = path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache';
  if (file !== undefined && (await sendFile(request, response, { path: file, cacheControl }))) return;
  sendText(request, response, 404, 'There is nothing here. The page is at /.');
}

/** The path as sent, without the query. `new URL` is avoided: it reads `//name` as a host. */
function pathOf(request: IncomingMessage): string | undefined {
  const path = (request.url ?? '').split(/[?#]/, 1)[0] ?? '';
  return path.startsWith('/') ? path : undefined;
}

function sendJson(request: IncomingMessage, response: ServerResponse, value: object, status = 200): void {
  sendText(request, response, status, `${JSON.stringify(value)}\n`, 'application/json; charset=utf-8');
}

function sendText(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  text: string,
  contentType = 'text/plain; charset=utf-8',
): void {
  const body = Buffer.from(text.endsWith('\n') ? text : `${text}\n`);
  response.writeHead(status, {
    'Content-Type': contentType,
    'Content-Length': body.byteLength,
    'Cache-Control': 'no-store',
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}
