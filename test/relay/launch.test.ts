import { type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

let folder: string;
const lock = (version: string): string => JSON.stringify({ packages: { '': {}, 'node_modules/a': { version } } });

/** A checkout with the real launcher, a pretended npm that notes its calls, and an entry that shows how it was run. */
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'peerage-launch-'));
  await mkdir(join(folder, 'relay'));
  await copyFile('relay/launch.mjs', join(folder, 'relay', 'launch.mjs'));
  await writeFile(join(folder, 'package.json'), JSON.stringify({ type: 'module', optionalDependencies: {} }));
  await writeFile(join(folder, 'package-lock.json'), lock('2.0.0'));
  await writeFile(
    join(folder, 'npm-cli.js'),
    `import { appendFileSync, copyFileSync, mkdirSync } from 'node:fs';
     appendFileSync('npm-calls', process.argv.slice(2).join(' ') + '\\n');
     if (process.env.NPM_FAILS) process.exit(1);
     if (process.env.CI_REFUSES && process.argv[2] === 'ci') {
       console.error('npm error code EUSAGE');
       process.exit(1);
     }
     mkdirSync('node_modules', { recursive: true });
     copyFileSync('package-lock.json', 'node_modules/.package-lock.json');`,
  );
  await writeFile(
    join(folder, 'relay', 'main.ts'),
    `const options: string[] = process.argv.slice(2);
     console.log('options', options.join(' '));
     if (options.includes('wait')) {
       setInterval(() => undefined, 1000);
       process.on('SIGTERM', () => process.exit(7));
       console.log('ready');
     } else process.exitCode = Number(options.at(-1));`,
  );
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const environment = (more: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv => ({
  ...process.env,
  npm_execpath: join(folder, 'npm-cli.js'),
  ...more,
});

function launch(commandLine: string[], more: Readonly<Record<string, string>> = {}): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, [join(folder, 'relay/launch.mjs'), ...commandLine], {
    encoding: 'utf8',
    env: environment(more),
  });
}

const npmCalls = async (): Promise<number> =>
  (await readFile(join(folder, 'npm-calls'), 'utf8').catch(() => '')).split('\n').length - 1;

describe('the launcher', () => {
  test('W18: installs on the first start, not on the second, and again when the lockfile changed', async () => {
    expect(launch(['start', '0']).stderr).toContain('Installing dependencies (first start)');
    expect(launch(['start', '0']).stderr).toBe('');
    expect(await npmCalls()).toBe(1);
    await writeFile(join(folder, 'package-lock.json'), lock('3.0.0'));
    expect(launch(['start', '0']).stderr).toContain('the lockfile changed');
    expect(await npmCalls()).toBe(2);
  });

  test('W18: installs what the lockfile names even where "npm ci" finds it incomplete', async () => {
    const { status, stderr } = launch(['start', '0'], { CI_REFUSES: '1' });
    expect([status, stderr.includes('EUSAGE')]).toEqual([0, false]);
    expect(await readFile(join(folder, 'npm-calls'), 'utf8')).toMatch(/^ci .*\ninstall --no-save .*\n$/);
  });

  test('W18: in production packages that only build and test may be absent', async () => {
    launch(['start', '0']);
    const packages = { 'node_modules/a': { version: '2.0.0' }, 'node_modules/b': { version: '1.0.0', dev: true } };
    await writeFile(join(folder, 'package-lock.json'), JSON.stringify({ packages: { '': {}, ...packages } }));
    expect(launch(['start', '0'], { NODE_ENV: 'production' }).stderr).toBe('');
    expect(launch(['start', '0']).stderr).toContain('the lockfile changed');
  });

  test('W18: a failed installation ends with what to do', () => {
    const { status, stderr, stdout } = launch(['start', '0'], { NPM_FAILS: '1' });
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toContain('check the network connection');
  });

  test('W19: passes options and the exit code on', () => {
    const { status, stdout } = launch(['start', '--port', '5']);
    expect([status, stdout]).toEqual([5, 'options --port 5\n']);
  });

  test('W19: passes signals on and ends as its child ended', async () => {
    launch(['start', '0']);
    const child = spawn(process.execPath, [join(folder, 'relay/launch.mjs'), 'start', 'wait'], { env: environment() });
    await new Promise<void>((resolve) => {
      child.stdout.on('data', (text: Buffer) => {
        if (text.toString().includes('ready')) resolve();
      });
    });
    child.kill('SIGTERM');
    expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(7);
  });

  test('W20: names the commands when it gets none it knows', () => {
    const { status, stderr } = launch(['toString']);
    expect(status).toBe(1);
    expect(stderr).toContain('start|dev|test|');
  });

  test('W20: says which Node it needs on one that is too old', () => {
    const old = `data:text/javascript,Object.defineProperty(process, 'version', { value: 'v20.19.4' })`;
    const { status, stderr } = spawnSync(process.execPath, ['--import', old, 'relay/launch.mjs', 'start'], {
      encoding: 'utf8',
    });
    expect(status).toBe(1);
    expect(stderr).toContain('needs Node 20.20.0 or newer; this is v20.19.4');
  });
});
