import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

/** `relay/main.ts` in a process of its own, as a service runs it. */
export interface RelayProcess {
  readonly child: ChildProcess;
  /** What it logged, one object a line. */
  readonly lines: readonly Readonly<Record<string, unknown>>[];
  /** Resolves with the line of this event. */
  event(name: string): Promise<Readonly<Record<string, unknown>>>;
  readonly exited: Promise<number | null>;
}

export function startRelayProcess(commandLine: readonly string[]): RelayProcess {
  const child = spawn(process.execPath, ['relay/main.ts', '--relay-only', '--log', 'json', ...commandLine], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: Record<string, unknown>[] = [];
  const waiting: (() => void)[] = [];
  const wake = (): void => {
    for (const wakeOne of waiting.splice(0)) wakeOne();
  };
  let rest = '';
  child.stdout.on('data', (text: Buffer) => {
    const parts = (rest + text.toString()).split('\n');
    rest = parts.pop() ?? '';
    for (const part of parts) lines.push(JSON.parse(part) as Record<string, unknown>);
    wake();
  });
  let ended = false;
  const exited = new Promise<number | null>((resolve) => {
    child.once('exit', (code) => {
      ended = true;
      wake();
      resolve(code);
    });
  });
  return {
    child,
    lines,
    exited,
    async event(name) {
      for (;;) {
        const found = lines.find(({ event }) => event === name);
        if (found !== undefined) return found;
        if (ended) throw new Error(`The relay ended without "${name}": ${JSON.stringify(lines)}`);
        await new Promise<void>((resolve) => waiting.push(resolve));
      }
    },
  };
}

/** A port that is free now; a relay whose others are to know it beforehand needs one by number. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
