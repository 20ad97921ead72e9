import { networkInterfaces } from 'node:os';
import { messageOf } from '#vocabulary';
import { readCommandLine, usage } from './command-line.ts';
import type { RelayConfig } from './config.ts';
import { createLog } from './log.ts';
import type { RelayNodeOptions } from './relay-node.ts';
import { type RunningServer, buildPage, startServer } from './running-server.ts';

/** A terminal sends one Ctrl-C to every process of the group and the launcher passes its own on: those are one. */
const SAME_SIGNAL_MS = 500;
const DEFAULT_DRAIN_SECONDS = 10;

function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

function say(sentence: string): void {
  process.stdout.write(`${sentence}\n`);
}

/** One line rewritten in place on a terminal, a line for every tenth elsewhere. */
function createProgressLine(): (receivedBytes: number, totalBytes: number) => void {
  let shown = -1;
  return (receivedBytes, totalBytes) => {
    const percent = Math.floor((receivedBytes / totalBytes) * 100);
    const step = process.stdout.isTTY ? percent : percent - (percent % 10);
    if (step === shown) return;
    shown = step;
    const text = `  ${step} % of ${(totalBytes / 1e6).toFixed(0)} MB`;
    process.stdout.write(process.stdout.isTTY ? `\r${text}${percent >= 100 ? '\n' : ''}` : `${text}\n`);
  };
}

function explain({ url, port, modelIds, relayAddress }: RunningServer, host: string | undefined): void {
  say(`
Peerage runs at ${url}

What to do next
  1. Open ${url}?peer=anna, ${url}?peer=bert and ${url}?peer=carl, each in a window of its own.
  2. When each shows the others, ask a question in one of them.
     (Without ?peer=NAME all tabs of a browser are one and the same peer.)`);
  if (modelIds.length === 0) {
    say(`
No model is here, so tabs can ask but not answer. Give the server a copy: npm start -- --model FILE`);
  }
  const reach =
    host === undefined
      ? 'Only this machine can reach it. For others on the network: npm start -- --host 0.0.0.0'
      : `Others reach it at ${addressesFor(host)
          .map((address) => `http://${address}:${port}/`)
          .join(' or ')}.`;
  say(`
${reach}
Browsers give pages from other machines WebGPU, storage and keys over https only, so put a reverse proxy with a
certificate in front of port ${port} (it has to pass WebSockets on). Ctrl-C stops.`);
  if (relayAddress !== undefined) say(`\nOther relays name this one: --peer-relay ${relayAddress}`);
}

function explainRelay({ port, peerId, relayAddress }: RunningServer, host: string | undefined): void {
  const where = host === undefined ? 'this machine only' : addressesFor(host).join(', ');
  const name =
    relayAddress === undefined
      ? `Its id is ${peerId}. Say where tabs reach it with --public-address.`
      : `Other relays name it: --peer-relay ${relayAddress}`;
  say(`\nThe relay runs on port ${port} (${where}).\n${name}\nCtrl-C stops.`);
}

/** For a wildcard, this machine's addresses on its networks. */
function addressesFor(host: string): readonly string[] {
  if (host !== '0.0.0.0' && host !== '::') return [host];
  const all = Object.values(networkInterfaces()).flatMap((entries) => entries ?? []);
  const outward = all.filter((entry) => !entry.internal && entry.family === 'IPv4').map((entry) => entry.address);
  return outward.length > 0 ? outward : [host];
}

type Signal = 'SIGINT' | 'SIGTERM' | 'SIGHUP' | 'disconnect';

function stopOnSignal(stop: (signal: Signal) => Promise<void>): void {
  let firstAtMs: number | undefined;
  const onSignal = (signal: Signal): void => {
    const nowMs = performance.now();
    if (firstAtMs !== undefined) {
      if (nowMs - firstAtMs > SAME_SIGNAL_MS) process.exit(130);
      return;
    }
    firstAtMs = nowMs;
    stop(signal).then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => onSignal(signal));
  // The launcher was killed outright: nobody is left to stop this process.
  process.on('disconnect', () => onSignal('disconnect'));
}

function relayOptions(config: RelayConfig): Omit<RelayNodeOptions, 'log' | 'privateKeyFile'> {
  const { publicAddress, peerRelays, trustProxy, stun, turn, limits } = config;
  return {
    ...(publicAddress === undefined ? {} : { publicAddress }),
    ...(peerRelays === undefined ? {} : { otherRelays: peerRelays }),
    ...(trustProxy === undefined ? {} : { trustedProxies: trustProxy }),
    ...(stun === undefined ? {} : { stun }),
    ...(turn === undefined ? {} : { turn }),
    ...(limits === undefined ? {} : { limits }),
  };
}

const read = await readCommandLine(process.argv.slice(2), process.env);
if (!read.ok) fail([read.error.message, read.error.remedy].filter((part) => part !== undefined).join('\n\n'));
if (read.value === 'help') {
  process.stdout.write(`${usage}\n`);
  process.exit(0);
}
const { config, dev, buildOnly } = read.value;
if (buildOnly) {
  try {
    await buildPage(say);
    process.exit(0);
  } catch (cause) {
    fail(messageOf(cause));
  }
}
const { port, host, model, keyFile, relayOnly, allowedOrigins } = config;
const json = config.log === 'json';
const log = createLog({
  format: json ? 'json' : 'words',
  level: config.logLevel ?? 'info',
  now: Date.now,
  write: say,
});
const abort = new AbortController();
let running: RunningServer | undefined;
stopOnSignal(async (signal) => {
  abort.abort();
  // A service that is told to stop lets its tabs go elsewhere first; a person at the terminal waits for nothing.
  if (signal === 'SIGTERM' && running !== undefined) {
    log('info', 'draining', { seconds: config.drainSeconds ?? DEFAULT_DRAIN_SECONDS });
    await running.drain(1000 * (config.drainSeconds ?? DEFAULT_DRAIN_SECONDS));
  }
  await running?.stop();
  if (json) log('info', 'stopped', { signal });
});
try {
  running = await startServer({
    dev,
    report: json ? (sentence) => log('info', 'note', { sentence }) : say,
    log,
    ...(json ? {} : { onModelProgress: createProgressLine() }),
    signal: abort.signal,
    relay: relayOptions(config),
    ...(port === undefined ? {} : { port }),
    ...(host === undefined ? {} : { host }),
    ...(model === undefined ? {} : { modelFile: model }),
    ...(keyFile === undefined ? {} : { keyFile }),
    ...(relayOnly === undefined ? {} : { relayOnly }),
    ...(allowedOrigins === undefined ? {} : { allowedOrigins }),
  });
  if (json) {
    const { url, peerId, relayAddress } = running;
    log('info', 'started', { url, port: running.port, relay: peerId, address: relayAddress });
  } else if (relayOnly === true) explainRelay(running, host);
  else explain(running, host);
} catch (cause) {
  const taken = cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE';
  const reason = messageOf(cause);
  fail(taken ? `Port ${port} is taken. Choose another with --port.` : `Peerage could not start. ${reason}`);
}
