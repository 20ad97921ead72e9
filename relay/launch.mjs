#!/usr/bin/env node
// Entry of every npm script. Plain JavaScript without dependencies, because it runs before anything is installed
// and on Node versions that do not read TypeScript; it installs what is missing and hands over to the pinned Node.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const oldestNode = [20, 20, 0];
/** First line of Node that runs TypeScript sources as they are. */
const oldestTypeScriptNode = [24, 0, 0];

/** npm itself then leaves development packages out. */
const production = process.env['NODE_ENV'] === 'production';

const entries = {
  start: ['relay/main.ts'],
  dev: ['relay/main.ts', '--dev'],
  test: ['test/run.ts'],
  'test:nat': ['test/nat/main.ts'],
  swarm: ['test/swarm-cli/main.ts'],
  rank: ['test/rank-cli/main.ts'],
  bench: ['test/bench/main.ts'],
  judge: ['test/judge-cli/main.ts'],
  calibrate: ['test/calibrate-cli/main.ts'],
  scale: ['test/swarm-sim/scale/main.ts'],
};

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

function isAtLeast(version, oldest) {
  const parts = version.replace(/^v/, '').split('.').map(Number);
  for (const [place, least] of oldest.entries()) {
    if (parts[place] !== least) return parts[place] > least;
  }
  return true;
}

/** Why dependencies must be installed, or undefined. npm leaves a copy of the lockfile it carried out in node_modules. */
function reasonToInstall() {
  const carriedOut = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(carriedOut)) return 'first start';
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  const present = JSON.parse(readFileSync(carriedOut, 'utf8')).packages;
  for (const [path, entry] of Object.entries(wanted)) {
    if (path === '') continue;
    const found = present[path];
    // Optional packages for other platforms are rightly absent, in production also those that only build and test.
    const needed = entry.optional !== true && !(production && (entry.dev === true || entry.devOptional === true));
    if (found === undefined ? needed : found.version !== entry.version) return 'the lockfile changed';
  }
  return undefined;
}

function runNpm(commandLine) {
  const options = [...commandLine, '--loglevel=error', '--no-fund', '--no-audit'];
  const settings = { cwd: root, stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' };
  const npm = process.env['npm_execpath'];
  return npm !== undefined && npm.endsWith('npm-cli.js')
    ? spawnSync(process.execPath, [npm, ...options], settings)
    : spawnSync('npm', options, { ...settings, shell: process.platform === 'win32' });
}

function install(reason) {
  process.stderr.write(`Installing dependencies (${reason}); this takes a minute or two …\n`);
  let result = runNpm(['ci']);
  // A lockfile written where a registry lacked some platforms' optional packages counts as out of step for "ci",
  // while "install" takes every version it does name and leaves the file alone.
  if (result.status !== 0 && result.stderr?.includes('EUSAGE')) result = runNpm(['install', '--no-save']);
  if (result.status === 0) return;
  process.stderr.write(result.stderr ?? '');
  fail(
    `The dependencies could not be installed${result.error === undefined ? '' : ` (${result.error.message})`}.\n` +
      'They come from the npm registry: check the network connection, or name a mirror with "npm config set registry URL",\n' +
      'then try again. Without any network, copy node_modules from a machine that has it.',
  );
}

/** The pinned Node from node_modules; else the running one where it is new enough. */
function findNode() {
  const { optionalDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const executable = process.platform === 'win32' ? 'node.exe' : 'node';
  for (const name of Object.keys(optionalDependencies)) {
    if (!name.startsWith('node-')) continue;
    const path = join(root, 'node_modules', name, 'bin', executable);
    // A binary for another C library is there but does not run.
    if (existsSync(path) && spawnSync(path, ['--version']).status === 0) return path;
  }
  if (isAtLeast(process.version, oldestTypeScriptNode)) return process.execPath;
  return fail(
    `There is no pinned Node for ${process.platform}-${process.arch} in node_modules, and the running Node ${process.version} ` +
      `is too old to do without.\nInstall Node ${oldestTypeScriptNode[0]} or newer and try again.`,
  );
}

/** Runs until the child ends, passes signals on, and ends the way the child did. */
function run(node, commandLine) {
  const child = spawn(node, commandLine, {
    cwd: root,
    // The channel lets the child notice that this process was killed.
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, PATH: join(root, 'node_modules', '.bin') + delimiter + (process.env['PATH'] ?? '') },
  });
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => fail(`${node} could not be started: ${error.message}`));
  child.on('exit', (code, signal) => {
    for (const name of signals) process.removeAllListeners(name);
    if (signal === null) process.exit(code ?? 1);
    process.kill(process.pid, signal);
  });
}

if (!isAtLeast(process.version, oldestNode)) {
  fail(
    `Peerage needs Node ${oldestNode.join('.')} or newer; this is ${process.version}.\n` +
      'Get a current one from https://nodejs.org or with your version manager, then try again.',
  );
}
const [command, ...rest] = process.argv.slice(2);
if (command === undefined || !Object.hasOwn(entries, command)) {
  fail(`Usage: node relay/launch.mjs ${Object.keys(entries).join('|')} [options]`);
}
const reason = reasonToInstall();
if (reason !== undefined) install(reason);
run(findNode(), [...entries[command], ...rest]);
