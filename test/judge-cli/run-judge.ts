import { spawn } from 'node:child_process';
import { join } from 'node:path';

export interface Ended {
  readonly status: number | null;
  readonly out: string;
  readonly errors: string;
}

/** Runs the command as npm does for a person who stands in `folder`. */
export function runJudge(args: readonly string[], folder: string): Promise<Ended> {
  return runMain(join(import.meta.dirname, 'main.ts'), args, folder);
}

/** The same of the command with this entry. */
export function runMain(main: string, args: readonly string[], folder: string): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, INIT_CWD: folder };
    const root = join(import.meta.dirname, '../..');
    const child = spawn(process.execPath, [main, ...args], { cwd: root, env });
    let out = '';
    let errors = '';
    child.stdout.on('data', (data: Buffer) => (out += data.toString()));
    child.stderr.on('data', (data: Buffer) => (errors += data.toString()));
    child.once('error', reject);
    child.once('close', (status) => resolve({ status, out, errors }));
    child.stdin.end();
  });
}
