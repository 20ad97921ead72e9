import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { MlcEntry } from '../../../src/inference/webllm/mlc-catalogue.ts';

export interface HubServer {
  /** Fetches what the real hosts would answer. */
  request(url: string): Promise<Response>;
  /** Addresses asked for so far. */
  readonly asked: string[];
  /** What is answered instead, by address. */
  readonly instead: Map<string, string | Uint8Array | number>;
  close(): Promise<void>;
}

export const modelCommit = 'a'.repeat(40);
export const libraryCommit = 'b'.repeat(40);

/** A web server that answers as the Hugging Face hub and GitHub do, with one model. */
export async function startHubServer(
  entry: MlcEntry,
  files: ReadonlyMap<string, Uint8Array>,
  library: Uint8Array,
): Promise<HubServer> {
  const asked: string[] = [];
  const instead: HubServer['instead'] = new Map();
  const hub = `https://huggingface.co`;
  const github = 'https://api.github.com/repos/mlc-ai/binary-mlc-llm-libs';
  const answers = new Map<string, string | Uint8Array>([
    [`${hub}/api/models/${entry.repository}`, JSON.stringify({ id: entry.repository, sha: modelCommit, tags: [] })],
    [
      `${hub}/api/models/${entry.repository}/tree/${modelCommit}?recursive=true`,
      JSON.stringify([{ type: 'directory', oid: 'c'.repeat(40), size: 0, path: 'docs' }, ...[...files].map(listed)]),
    ],
    ...[...files].map(([name, bytes]): [string, Uint8Array] => [
      `${hub}/${entry.repository}/resolve/${modelCommit}/${name}`,
      bytes,
    ]),
    [`${github}/commits/main`, JSON.stringify({ sha: libraryCommit })],
    [
      `${github}/contents/${entry.libraryPath}?ref=${libraryCommit}`,
      JSON.stringify({ type: 'file', path: entry.libraryPath, size: library.length, sha: gitSha1(library) }),
    ],
    [`https://raw.githubusercontent.com/mlc-ai/binary-mlc-llm-libs/${libraryCommit}/${entry.libraryPath}`, library],
  ]);
  const server = createServer((request, response) => {
    const url = decodeURIComponent((request.url ?? '').slice(1));
    asked.push(url);
    const answer = instead.get(url) ?? answers.get(url) ?? 404;
    if (typeof answer === 'number') response.writeHead(answer).end();
    else response.writeHead(200).end(answer);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    request: (url) => fetch(`http://127.0.0.1:${port}/${encodeURIComponent(url)}`),
    asked,
    instead,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** Large files stand in the hub's list with the SHA-256 of what their pointer points to. */
function listed([path, bytes]: readonly [string, Uint8Array]): object {
  const isLarge = path.endsWith('.bin');
  const lfs = { oid: createHash('sha256').update(bytes).digest('hex'), size: bytes.length, pointerSize: 134 };
  return {
    type: 'file',
    path,
    size: bytes.length,
    oid: isLarge ? 'd'.repeat(40) : gitSha1(bytes),
    ...(isLarge ? { lfs } : {}),
  };
}

export function gitSha1(bytes: Uint8Array): string {
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}
