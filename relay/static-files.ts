import { type Stats, createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type ByteRange, readRange } from './byte-range.ts';

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  // Browsers load no module that is not called JavaScript.
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.wasm': 'application/wasm',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
};

/** A reader that takes nothing for this long loses its connection, so that slow readers cannot pile up. */
const STALLED_READER_MS = 60_000;

/**
 * The file under `folder` that a URL path names, or undefined when the path is malformed, leaves the folder or has a
 * part that starts with a dot (stamps, unfinished downloads).
 */
export function resolveInside(folder: string, urlPath: string): string | undefined {
  let decoded: string;
  try {
    decoded = decodeURIComponent(urlPath);
  } catch {
    return undefined;
  }
  if (decoded.includes('\0') || decoded.includes('\\')) return undefined;
  const parts = decoded.split('/').filter((part) => part !== '');
  if (parts.length === 0 || parts.some((part) => part.startsWith('.') || part.includes(sep))) return undefined;
  return join(folder, ...parts);
}

export interface FileAnswer {
  readonly path: string;
  readonly cacheControl: string;
}

async function fileFacts(path: string): Promise<Stats | undefined> {
  try {
    const facts = await stat(path);
    return facts.isFile() ? facts : undefined;
  } catch {
    return undefined;
  }
}

/** Answers a GET or HEAD request with a file: conditional, in part, or as its gzipped twin `PATH.gz`. False if absent. */
export async function sendFile(
  request: IncomingMessage,
  response: ServerResponse,
  { path, cacheControl }: FileAnswer,
): Promise<boolean> {
  const plain = await fileFacts(path);
  if (plain === undefined) return false;
  response.setHeader('Content-Type', contentTypes[extname(path)] ?? 'application/octet-stream');
  response.setHeader('Cache-Control', cacheControl);
  const twin = await fileFacts(`${path}.gz`);
  if (twin !== undefined) response.setHeader('Vary', 'Accept-Encoding');
  const zipped = twin !== undefined && request.headers.range === undefined && acceptsGzip(request);
  if (zipped) response.setHeader('Content-Encoding', 'gzip');
  else response.setHeader('Accept-Ranges', 'bytes');

  const sent = zipped ? twin : plain;
  const tag = `"${sent.size.toString(36)}-${Math.trunc(sent.mtimeMs).toString(36)}${zipped ? '-gz' : ''}"`;
  response.setHeader('ETag', tag);
  response.setHeader('Last-Modified', sent.mtime.toUTCString());
  if (isUnchanged(request, tag)) {
    response.writeHead(304).end();
    return true;
  }
  const range = rangeOf(request, sent.size, tag);
  if (range === 'unsatisfiable') {
    response.removeHeader('Content-Type');
    response.writeHead(416, { 'Content-Range': `bytes */${sent.size}`, 'Content-Length': 0 }).end();
    return true;
  }
  if (range === 'whole') response.writeHead(200, { 'Content-Length': sent.size });
  else {
    response.writeHead(206, {
      'Content-Range': `bytes ${range.first}-${range.last}/${sent.size}`,
      'Content-Length': range.last - range.first + 1,
    });
  }
  await sendBody(request, response, zipped ? `${path}.gz` : path, range === 'whole' ? undefined : range, sent.size);
  return true;
}

async function sendBody(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  range: ByteRange | undefined,
  sizeBytes: number,
): Promise<void> {
  if (request.method === 'HEAD' || sizeBytes === 0) {
    response.end();
    return;
  }
  response.setTimeout(STALLED_READER_MS, () => response.destroy());
  // The end is given even for whole files: one that grows meanwhile must not exceed its Content-Length.
  const part = { start: range?.first ?? 0, end: range?.last ?? sizeBytes - 1 };
  try {
    await pipeline(createReadStream(path, part), response);
  } catch {
    // The reader went away, or the file did: the head is sent, so cutting the connection is all that can be said.
    response.destroy();
  }
}

function acceptsGzip(request: IncomingMessage): boolean {
  const header = String(request.headers['accept-encoding'] ?? '');
  return header.split(',').some((entry) => /^\s*(gzip|\*)\s*(;\s*q=(1|0\.\d*[1-9]\d*)\S*)?\s*$/i.test(entry));
}

function isUnchanged(request: IncomingMessage, tag: string): boolean {
  const known = request.headers['if-none-match'];
  return known !== undefined && known.split(',').some((entry) => entry.trim() === tag || entry.trim() === `W/${tag}`);
}

/** A range that hangs on a validator of another version of the file counts as none (RFC 9110, 13.1.5). */
function rangeOf(request: IncomingMessage, sizeBytes: number, tag: string): ReturnType<typeof readRange> {
  const validator = request.headers['if-range'];
  if (validator !== undefined && validator !== tag) return 'whole';
  return readRange(request.headers.range, sizeBytes);
}
