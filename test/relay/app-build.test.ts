import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { buildApp } from '../../relay/app-build.ts';

let root: string;
let said: string[];

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'peerage-build-'));
  said = [];
  await mkdir(join(root, 'src'));
  await writeFile(join(root, 'index.html'), '<!doctype html><script type="module" src="/src/main.ts"></script>');
  await writeFile(join(root, 'src/main.ts'), `document.title = ${JSON.stringify('long text '.repeat(300))};`);
});
afterEach(() => rm(root, { recursive: true, force: true }));

const distFolder = (): string => join(root, 'dist');
const build = (): Promise<void> =>
  buildApp({ root, distFolder: distFolder(), report: (sentence) => said.push(sentence) });

test('W21: builds once, and again only when the content of a source changed', async () => {
  await build();
  await build();
  await writeFile(join(root, 'index.html'), await readFile(join(root, 'index.html')));
  await build();
  expect(said).toHaveLength(1);
  await writeFile(join(root, 'src/main.ts'), `document.title = 'other';`);
  await build();
  expect(said).toHaveLength(2);
});

test('W21: the page gets production code whatever NODE_ENV says', async () => {
  expect(process.env['NODE_ENV']).toBe('test');
  await writeFile(join(root, 'src/main.ts'), `document.title = process.env.NODE_ENV;`);
  await build();
  const assets = join(distFolder(), 'assets');
  const script = (await readdir(assets)).find((name) => name.endsWith('.js')) ?? '';
  expect(await readFile(join(assets, script), 'utf8')).toMatch(/document\.title\s*=\s*[`'"]production/);
});

test('W21: a file gets a gzipped twin with the same content', async () => {
  await build();
  const assets = join(distFolder(), 'assets');
  const script = (await readdir(assets)).find((name) => name.endsWith('.js')) ?? '';
  const zipped = await readFile(join(assets, `${script}.gz`));
  expect(gunzipSync(zipped).equals(await readFile(join(assets, script)))).toBe(true);
});

test('W21: a failed build leaves the last good one', async () => {
  await build();
  const before = await readdir(distFolder(), { recursive: true });
  await writeFile(join(root, 'src/main.ts'), `import './missing.ts';`);
  await expect(build()).rejects.toThrow('missing.ts');
  expect(await readdir(distFolder(), { recursive: true })).toEqual(before);
  expect(await readdir(join(root, '.cache'))).toEqual([]);
});
