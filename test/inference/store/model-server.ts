import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ModelServer {
  readonly url: string;
  /** `range` header, or `all`, of every request so far. */
  readonly requests: string[];
  close(): Promise<void>;
}

export interface ModelServerOptions {
  /** Bytes after which the connection is cut, for each request in turn; later requests are served whole. */
  readonly cutAfterBytes?: readonly number[];
  readonly knowsRanges?: boolean;
  /** Statuses answered instead, for each request in turn. */
  readonly statuses?: readonly number[];
}

/** A real web server on a free port that has one file and all the troubles one wants. */
export async function startModelServer(file: Uint8Array, options: ModelServerOptions = {}): Promise<ModelServer> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const turn = requests.push(request.headers.range ?? 'all') - 1;
    const status = options.statuses?.[turn];
    if (status !== undefined) return response.writeHead(status).end();
    const asked = /^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1];
    const from = options.knowsRanges === false || asked === undefined ? 0 : Number(asked);
    const body = file.subarray(from);
    const range = { 'content-range': `bytes ${from}-${file.length - 1}/${file.length}` };
    response.writeHead(from > 0 ? 206 : 200, { 'content-length': body.length, ...(from > 0 ? range : {}) });
    const cutAfter = options.cutAfterBytes?.[turn];
    if (cutAfter === undefined) return response.end(body);
    return response.write(body.subarray(0, cutAfter), () => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/model.gguf`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
