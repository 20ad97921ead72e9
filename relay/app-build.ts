import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, mkdir, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { extname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

/** All that the built files depend on. */
const sources = ['index.html', 'vite.config.ts', 'package.json', 'package-lock.json', 'tsconfig.json', 'src', 'public'];
const STAMP_FILE = '.build-stamp';
/** Below this the header of a gzipped answer outweighs what it saves. */
const SMALLEST_GZIP_BYTES = 1024;
const compressible = new Set(['.js', '.mjs', '.css', '.html', '.json', '.svg', '.wasm', '.map', '.webmanifest']);

export interface BuildOptions {
  readonly root: string;
  readonly distFolder: string;
  readonly report: (sentence: string) => void;
}

/** Builds the app unless `distFolder` holds what these very sources give. Throws what the builder says when it fails. */
export async function buildApp({ root, distFolder, report }: BuildOptions): Promise<void> {
  const stamp = await digestOfSources(root);
  if ((await readStamp(distFolder)) === stamp) return;
  report('Building the page …');
  const cache = join(root, '.cache');
  await mkdir(cache, { recursive: true });
  // Built beside and swapped in: a running server never serves half a build, a failed build leaves the last good one.
  const work = await mkdtemp(join(cache, 'build-'));
  try {
    const fresh = join(work, 'fresh');
    await buildForProduction(root, fresh);
    await compressFiles(fresh);
    await writeFile(join(fresh, STAMP_FILE), stamp);
    await swap(fresh, distFolder, join(work, 'old'));
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/**
 * Runs Vite in a process of its own: the server would otherwise keep the builder's half gigabyte as long as it lives,
 * and Vite keeps a NODE_ENV it finds, which in tests would give the page the slow development build of React.
 */
function buildForProduction(root: string, outDir: string): Promise<void> {
  const vite = fileURLToPath(new URL('bin/vite.js', import.meta.resolve('vite/package.json')));
  const commandLine = [vite, 'build', '--outDir', outDir, '--emptyOutDir', '--logLevel', 'warn'];
  const { VITEST: _, ...environment } = process.env;
  const child = spawn(process.execPath, commandLine, {
    cwd: root,
    env: { ...environment, NODE_ENV: 'production' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (output += text.toString()));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) => {
      if (status === 0) resolve();
      else reject(new Error(`The page could not be built.\n${output}`));
    });
  });
}

async function swap(fresh: string, distFolder: string, old: string): Promise<void> {
  try {
    if (existsSync(distFolder)) await rename(distFolder, old);
    await rename(fresh, distFolder);
  } catch {
    // Folders on another file system, or open on Windows, cannot be renamed.
    await rm(distFolder, { recursive: true, force: true });
    await cp(fresh, distFolder, { recursive: true });
  }
}

async function readStamp(distFolder: string): Promise<string | undefined> {
  try {
    return await readFile(join(distFolder, STAMP_FILE), 'utf8');
  } catch {
    return undefined;
  }
}

/** Digest of names and contents, so that a checkout that changes times but no content builds nothing. */
async function digestOfSources(root: string): Promise<string> {
  const hash = createHash('sha256');
  for (const source of sources) {
    for (const path of await filesUnder(join(root, source))) {
      const bytes = await readFile(path);
      hash.update(`${relative(root, path)}\0${bytes.byteLength}\0`).update(bytes);
    }
  }
  return hash.digest('hex');
}

async function filesUnder(path: string): Promise<string[]> {
  if (!existsSync(path)) return [];
  if ((await stat(path)).isFile()) return [path];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return files.sort();
}

/** Puts a gzipped twin beside every file that gains from it: the engine alone shrinks from 9 to 2.5 MB. */
async function compressFiles(folder: string): Promise<void> {
  for (const path of await filesUnder(folder)) {
    if (!compressible.has(extname(path))) continue;
    const bytes = await readFile(path);
    if (bytes.byteLength < SMALLEST_GZIP_BYTES) continue;
    await writeFile(`${path}.gz`, await promisify(gzip)(bytes));
  }
}
