import { type Failure, messageOf } from '#vocabulary';
import { printable } from '../rank-cli/terminal-text.ts';
import { type ProgressLine, type ProgressOptions, createProgressLine } from './progress-line.ts';

/** Where a command speaks: what it was asked for on standard output, all else on standard error. */
export interface Terminal {
  readonly progress: ProgressLine;
  readonly say: (line: string) => void;
  readonly refuse: (problem: Failure, status: 1 | 2) => 1 | 2;
  readonly print: (text: string) => void;
}

export function createTerminal(options: ProgressOptions = {}): Terminal {
  const progress = createProgressLine(process.stderr, options);
  const say = (line: string): void => {
    progress.clear();
    process.stderr.write(`${printable(line)}\n`);
  };
  return {
    progress,
    say,
    refuse({ message, remedy }, status) {
      say(remedy === undefined ? message : `${message} ${remedy}`);
      return status;
    },
    print: (text) => void process.stdout.write(`${text}\n`),
  };
}

export interface CommandProcess<Command> {
  readonly usage: string;
  /** Throws with a sentence for the person at the terminal. */
  readonly read: (args: readonly string[]) => Command | 'help';
  /** The exit code. */
  readonly run: (command: Command) => Promise<number>;
  /** Said on an interrupt. */
  readonly stopped: string;
}

/** Carries a command line out and ends the process: 2 where the command line is at fault, 130 on an interrupt. */
export async function runCommand<Command>(
  { say, print }: Terminal,
  { usage, read, run, stopped }: CommandProcess<Command>,
): Promise<void> {
  // A reader that has seen enough, such as `head`, is no error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit();
  });
  let command: Command | 'help';
  try {
    command = read(process.argv.slice(2));
  } catch (cause) {
    process.stderr.write(`${printable(messageOf(cause))}\n\n${usage}\n`);
    process.exit(2);
  }
  if (command === 'help') return print(usage);
  const stop = (): void => {
    say(stopped);
    process.exit(130);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, stop);
  // The launcher was killed. Listening for that keeps a process alive, but is no reason to outlast the work.
  process.once('disconnect', stop);
  process.channel?.unref();
  try {
    process.exitCode = await run(command);
  } catch (cause) {
    say(messageOf(cause));
    process.exitCode = 1;
  }
}
