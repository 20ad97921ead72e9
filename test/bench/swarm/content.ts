import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type BenchRow, rowBeside } from '../bench-row.ts';
import { compareTurns } from '../inference/figures.ts';
import { type Stage, type Tab, inTabs, until } from './stage.ts';

const TAKERS = 4;
const FILE_BYTES = 24 * 1024 * 1024;
const TURNS = 3;

/** One tab has a file, four want it: from each other, and from a web server without any of this. */
export function measureContent(stage: Stage, report: (line: string) => void): Promise<BenchRow[]> {
  report(`One seeder and ${TAKERS} tabs that want ${FILE_BYTES / 1e6} MB …`);
  return inTabs(stage, TAKERS + 1, async ([first, ...takers]) => {
    const seeder = first as Tab;
    for (const [index, tab] of [seeder, ...takers].entries()) {
      await tab.call('join', stage.relay, `content-${index}`);
      await tab.call('contentListen');
    }
    await until('all see each other', async () => {
      const degrees = await Promise.all([seeder, ...takers].map((tab) => tab.call('directPeers')));
      return degrees.every((degree) => degree >= TAKERS);
    });
    const server = await serveFile();
    try {
      const turns: { ours: number; rival: number }[] = [];
      for (let turn = 0; turn <= TURNS; turn++) {
        const id = await seeder.call('contentSeed', FILE_BYTES);
        const fetched = await Promise.all(takers.map((tab) => tab.call('contentFetch', id)));
        const downloaded = await Promise.all(takers.map((tab) => tab.call('contentDownload', server.url, id)));
        // The first warms up connections and code.
        if (turn > 0) turns.push({ ours: Math.max(...fetched), rival: Math.max(...downloaded) });
      }
      const { given } = await seeder.call('contentTraffic');
      const copies = given / FILE_BYTES / (TURNS + 1);
      const name = `one seeder to ${TAKERS} tabs, until the last has ${(FILE_BYTES / 1e6).toFixed(0)} MB`;
      return [
        compareTurns({ name: `${name}, against plain http from a server on the same machine`, unit: 'ms' }, turns, {}),
        rowBeside({
          name: `${name}: copies that the seeder gave, against one to each`,
          ours: copies,
          rival: TAKERS,
          unit: 'copies',
        }),
      ];
    } finally {
      await server.close();
    }
  });
}

async function serveFile(): Promise<{ readonly url: string; close(): Promise<void> }> {
  const body = new Uint8Array(FILE_BYTES).map((_, index) => index * 31);
  const server = createServer((_request, response) => {
    response.writeHead(200, {
      'Content-Length': body.byteLength,
      'Access-Control-Allow-Origin': '*',
      'Cross-Origin-Resource-Policy': 'cross-origin',
    });
    response.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
