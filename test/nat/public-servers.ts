import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { PUBLIC_ADDRESS, STUN_PORT, TURN_SECRET } from './public-address.ts';
import type { ServerSet } from './theory.ts';

const START_MS = 30_000;

export interface RelayPlace {
  readonly url: string;
  readonly peerId: string;
}

/** Relays, STUN and TURN, in the public namespace. */
export interface PublicServers {
  /** The relay that hands out these servers, with fresh credentials, to every tab that joins. */
  readonly relays: Readonly<Record<ServerSet, RelayPlace>>;
  stop(): void;
}

export async function startPublicServers(namespace: string, folder: string): Promise<PublicServers> {
  const children: ChildProcess[] = [];
  const stop = (): void => {
    for (const child of children) child.kill('SIGKILL');
  };
  const start = (...words: string[]): ChildProcess => {
    // coturn complains of protocols that the kernel lacks and nobody asked for.
    const stderr = words[0] === 'turnserver' ? 'ignore' : 'inherit';
    const child = spawn('ip', ['netns', 'exec', namespace, ...words], { stdio: ['pipe', 'pipe', stderr] });
    children.push(child);
    return child;
  };
  try {
    const turn = start('turnserver', ...turnOptions(folder));
    const relay = start(process.execPath, join(import.meta.dirname, 'public-relay.ts'));
    const [line] = await Promise.all([
      firstMatch(relay, 'the relay', /^\{.*\}$/m),
      firstMatch(turn, 'coturn', /Total General servers/),
    ]);
    return { relays: JSON.parse(line) as PublicServers['relays'], stop };
  } catch (error) {
    stop();
    throw error;
  }
}

function turnOptions(folder: string): readonly string[] {
  return [
    ...['-n', '--listening-ip', PUBLIC_ADDRESS, '--relay-ip', PUBLIC_ADDRESS, '--listening-port', `${STUN_PORT}`],
    ...['--min-port', '50000', '--max-port', '50999', '--realm', 'laboratory', '--fingerprint'],
    ...['--use-auth-secret', '--static-auth-secret', TURN_SECRET, '--no-tls', '--no-dtls', '--no-cli'],
    ...['--log-file', 'stdout', '--pidfile', join(folder, 'turn.pid'), '--userdb', join(folder, 'turn.db')],
  ];
}

/** What a process prints first that matches; rejects when it ends or takes too long. */
function firstMatch(child: ChildProcess, name: string, pattern: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    const timer = setTimeout(() => reject(new Error(`${name} did not start: ${output.slice(-400)}`)), START_MS);
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`${name} ended at once: ${output.slice(-400)}`)));
    child.stdout?.on('data', (data: Buffer) => {
      output = (output + data.toString()).slice(-20_000);
      const found = pattern.exec(output);
      if (found === null) return;
      clearTimeout(timer);
      resolve(found[0]);
    });
  });
}
