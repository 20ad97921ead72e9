import { spawnSync } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const ambient = [
  `fetch('x')`,
  `indexedDB.open('x')`,
  `localStorage.length`,
  `setTimeout(() => undefined, 1)`,
  `crypto.randomUUID()`,
  `document.title`,
  `navigator.language`,
  `performance.now()`,
  `Math.random()`,
  `Date.now()`,
];

/** Lints a small checkout with the product's own configuration files. */
describe('the lint rules', () => {
  let folder: string;
  const complaints = new Map<string, number>();
  const paths = [
    'src/ranking/core.ts',
    'src/ranking/clock.system.ts',
    'src/tab/page.ts',
    'src/main.ts',
    'relay/main.ts',
  ];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'peerage-lint-'));
    for (const part of ['src/ranking', 'src/tab', 'relay']) await mkdir(join(folder, part), { recursive: true });
    for (const path of ['.oxlintrc.json', 'src/.oxlintrc.json']) await copyFile(path, join(folder, path));
    const text = ambient.map((use, index) => `export const use${index} = ${use};\n`).join('');
    for (const path of paths) await writeFile(join(folder, path), text);
    const oxlint = resolve('node_modules/.bin/oxlint');
    const { stdout } = spawnSync(oxlint, ['--format', 'json', 'src', 'relay'], { cwd: folder, encoding: 'utf8' });
    const { diagnostics } = JSON.parse(stdout) as { diagnostics: { code: string; filename: string }[] };
    for (const { code, filename } of diagnostics) {
      if (/no-restricted-(globals|properties)/.test(code))
        complaints.set(filename, (complaints.get(filename) ?? 0) + 1);
    }
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test('ban every ambient interface in the core of a domain', () => {
    expect(complaints.get('src/ranking/core.ts')).toBe(ambient.length);
  });

  test('allow them in adapters, in the page, in main and outside src', () => {
    expect([...complaints.keys()]).toEqual(['src/ranking/core.ts']);
  });
});
