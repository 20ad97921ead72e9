import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
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
  /** Of every reply with a body. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The length is not said beforehand. */
  readonly isChunked?: boolean;
  /** Answers instead; false where it leaves the answer to the server. */
  readonly answer?: (request: IncomingMessage, response: ServerResponse, turn: number) => boolean;
}

/** A real web server on a free port that has one file and all the troubles one wants. */
export async function startModelServer(
  file: Uint8Array,
  options: ModelServerOptions = {},
  port = 0,
): Promise<ModelServer> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const turn = requests.push(request.headers.range ?? 'all') - 1;
    if (options.answer?.(request, response, turn) === true) return;
    const status = options.statuses?.[turn];
    if (status !== undefined) return response.writeHead(status).end();
    const asked = options.knowsRanges === false ? null : /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
    const from = Number(asked?.[1] ?? 0);
    const end = Math.min(file.length, asked?.[2] === undefined || asked[2] === '' ? Infinity : Number(asked[2]) + 1);
    const body = file.subarray(from, end);
    response.writeHead(asked === null ? 200 : 206, {
      ...(options.isChunked === true ? {} : { 'content-length': body.length }),
      ...(asked === null ? {} : { 'content-range': `bytes ${from}-${end - 1}/${file.length}` }),
      ...options.headers,
    });
    if (request.method === 'HEAD') return response.end();
    const cutAfter = options.cutAfterBytes?.[turn];
    if (cutAfter === undefined) return response.end(body);
    return response.write(body.subarray(0, cutAfter), () => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const address = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${address.port}/model.gguf`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
