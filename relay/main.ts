import { networkInterfaces } from 'node:os';
import { parseArgs } from 'node:util';
import { messageOf } from '#vocabulary';
import { DEFAULT_PORT, type RunningServer, startServer } from './running-server.ts';

const usage = `npm start -- [options]
  --port NUMBER   listen on exactly this port (also: PORT); default ${DEFAULT_PORT} or the next free one
  --host ADDRESS  listen on this address; default 127.0.0.1, this machine only
  --model FILE    use this copy of the default model (also: PEERAGE_MODEL)
  --dev           serve the sources with hot reload
  --help          show this`;

/** A terminal sends one Ctrl-C to every process of the group and the launcher passes its own on: those are one. */
const SAME_SIGNAL_MS = 500;

interface CommandLine {
  readonly port: number | undefined;
  readonly host: string | undefined;
  readonly modelFile: string | undefined;
  readonly dev: boolean;
}

function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

function readCommandLine(): CommandLine {
  try {
    const { values } = parseArgs({
      options: {
        port: { type: 'string' },
        host: { type: 'string' },
        model: { type: 'string' },
        dev: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) {
      process.stdout.write(`${usage}\n`);
      process.exit(0);
    }
    const port = values.port ?? process.env['PORT'];
    if (port !== undefined && !/^\d{1,5}$/.test(port)) fail(`"${port}" is not a port number.`);
    return {
      port: port === undefined ? undefined : Number(port),
      host: values.host,
      modelFile: values.model ?? process.env['PEERAGE_MODEL'],
      dev: values.dev,
    };
  } catch (cause) {
    return fail(`${messageOf(cause)}\n\n${usage}`);
  }
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

function explain({ url, port, modelIds }: RunningServer, host: string | undefined): void {
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
}

/** For a wildcard, this machine's addresses on its networks. */
function addressesFor(host: string): readonly string[] {
  if (host !== '0.0.0.0' && host !== '::') return [host];
  const all = Object.values(networkInterfaces()).flatMap((entries) => entries ?? []);
  const outward = all.filter((entry) => !entry.internal && entry.family === 'IPv4').map((entry) => entry.address);
  return outward.length > 0 ? outward : [host];
}

function stopOnSignal(stop: () => Promise<void>): void {
  let firstAtMs: number | undefined;
  const onSignal = (): void => {
    const nowMs = performance.now();
    if (firstAtMs !== undefined) {
      if (nowMs - firstAtMs > SAME_SIGNAL_MS) process.exit(130);
      return;
    }
    firstAtMs = nowMs;
    stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
  // The launcher was killed outright: nobody is left to stop this process.
  process.on('disconnect', onSignal);
}

const { port, host, modelFile, dev } = readCommandLine();
const abort = new AbortController();
let running: RunningServer | undefined;
stopOnSignal(async () => {
  abort.abort();
  await running?.stop();
});
try {
  running = await startServer({
    dev,
    report: say,
    onModelProgress: createProgressLine(),
    signal: abort.signal,
    ...(port === undefined ? {} : { port }),
    ...(host === undefined ? {} : { host }),
    ...(modelFile === undefined ? {} : { modelFile }),
  });
  explain(running, host);
} catch (cause) {
  const taken = cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE';
  const reason = messageOf(cause);
  fail(taken ? `Port ${port} is taken. Choose another with --port.` : `Peerage could not start. ${reason}`);
}
