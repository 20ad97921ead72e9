import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'vite';
import { messageOf } from '#vocabulary';
import { type Finding, measureCell } from './cell.ts';
import { type HostBrowser, openHostBrowser } from './host-browser.ts';
import { type Host, type Network, createNetwork } from './network.ts';
import { whyNot } from './prerequisites.ts';
import { type PublicServers, startPublicServers } from './public-servers.ts';
import { headline, lineOf, summaryOf } from './report.ts';
import { type Cell, allCells } from './theory.ts';

const usage = `npm run test:nat -- [options]
The product's swarm in tabs behind real NATs: which path each pair finds, beside the one that theory says.
  --only TEXT     only pairs whose "SITE SITE SERVERS" contains the text (repeatable), for example "symmetric open stun"
  --json          one JSON object a pair instead of a table
  --log           what the swarm logged, after pairs that deviate
  --require       fail where the laboratory cannot run, instead of skipping it
  --help          show this`;

interface CommandLine {
  readonly only: readonly string[];
  readonly json: boolean;
  readonly log: boolean;
  readonly require: boolean;
}

const say = (line: string): void => void process.stdout.write(`${line}\n`);

function readCommandLine(): CommandLine {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', multiple: true, default: [] },
      json: { type: 'boolean', default: false },
      log: { type: 'boolean', default: false },
      require: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    say(usage);
    process.exit(0);
  }
  return values;
}

const nameOf = ({ a, b, servers, sameNetwork }: Cell): string => `${a} ${sameNetwork ? 'same-network' : b} ${servers}`;

/** Everything that must be taken down again, whatever happens. */
interface Laboratory {
  readonly servers: PublicServers;
  browsersFor(cell: Cell): Promise<readonly [HostBrowser, HostBrowser]>;
}

async function openLaboratory(
  network: Network,
  folder: string,
  opened: (() => Promise<void> | void)[],
): Promise<Laboratory> {
  const pageFolder = join(folder, 'page');
  await build({
    configFile: false,
    root: resolve(import.meta.dirname, 'page'),
    logLevel: 'error',
    build: { outDir: pageFolder, minify: false, target: 'es2023' },
  });
  const servers = await startPublicServers(network.publicNamespace, folder);
  opened.push(() => servers.stop());
  const browsers = new Map<string, Promise<HostBrowser>>();
  const browserAt = (key: string, host: () => Host): Promise<HostBrowser> => {
    const known = browsers.get(key);
    if (known !== undefined) return known;
    const opening = openHostBrowser(host(), pageFolder, folder);
    browsers.set(key, opening);
    opened.push(async () => (await opening).close());
    return opening;
  };
  let shared: readonly [Host, Host] | undefined;
  const sharedHosts = (): readonly [Host, Host] => (shared ??= network.addShared());
  return {
    servers,
    browsersFor: ({ a, b, sameNetwork }) =>
      sameNetwork
        ? Promise.all([browserAt('shared 0', () => sharedHosts()[0]), browserAt('shared 1', () => sharedHosts()[1])])
        : Promise.all([
            browserAt(`${a} 0`, () => network.addSite(a)),
            // Two sites of the same kind are two sites.
            browserAt(`${b} ${a === b ? 1 : 0}`, () => network.addSite(b)),
          ]),
  };
}

async function run(commandLine: CommandLine): Promise<number> {
  const cells = allCells().filter(
    (cell) => commandLine.only.length === 0 || commandLine.only.some((text) => nameOf(cell).includes(text)),
  );
  const startedAtMs = performance.now();
  const folder = await mkdtemp(join(tmpdir(), 'peerage-nat-'));
  const opened: (() => Promise<void> | void)[] = [];
  const network = createNetwork();
  const stopped = new AbortController();
  const interrupted = new Promise<never>((_resolve, reject) => {
    stopped.signal.addEventListener('abort', () => reject(new Error('interrupted')));
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'disconnect'] as const)
    process.on(signal, () => stopped.abort());
  // Even a crash must leave no namespaces behind.
  process.on('exit', () => network.remove());
  const findings: Finding[] = [];
  const measureAll = async (): Promise<void> => {
    const laboratory = await openLaboratory(network, folder, opened);
    if (!commandLine.json) say(headline());
    for (const [index, cell] of cells.entries()) {
      if (stopped.signal.aborted) return;
      const browsers = await laboratory.browsersFor(cell);
      const finding = await measureCell(cell, browsers, laboratory.servers, `nat-${index}`);
      findings.push(finding);
      say(commandLine.json ? JSON.stringify(finding) : lineOf(finding));
      if (commandLine.log && finding.deviations.length > 0) for (const line of finding.log) say(`    ${line}`);
    }
  };
  try {
    await Promise.race([measureAll(), interrupted]);
  } finally {
    await Promise.allSettled(opened.reverse().map((close) => close()));
    network.remove();
    await rm(folder, { recursive: true, force: true });
  }
  if (!commandLine.json)
    say(`${summaryOf(findings)} It took ${Math.round((performance.now() - startedAtMs) / 1_000)} s.`);
  return findings.length > 0 && findings.every(({ deviations }) => deviations.length === 0) ? 0 : 1;
}

try {
  const commandLine = readCommandLine();
  const reason = whyNot();
  if (reason === undefined) process.exit(await run(commandLine));
  process.stderr.write(`The NAT laboratory was SKIPPED, nothing was tested. ${reason}\n`);
  process.exit(commandLine.require ? 1 : 0);
} catch (error) {
  process.stderr.write(`The NAT laboratory failed: ${messageOf(error)}\n`);
  process.exit(1);
}
