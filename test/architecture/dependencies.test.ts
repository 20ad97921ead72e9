import { type ICruiseResult, cruise } from 'dependency-cruiser';
import { mkdtemp, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cruiseOptions, forbidden, layers } from './dependency-rules.ts';

async function cruiseFolders(folders: string[], baseDir?: string): Promise<ICruiseResult> {
  const settings = {
    ...cruiseOptions,
    ...(baseDir === undefined ? {} : { baseDir }),
    validate: true,
    ruleSet: { forbidden },
  };
  const { output } = await cruise(folders, settings);
  if (typeof output === 'string') throw new Error('The cruise result is an object when no reporter is chosen.');
  return output;
}

const describeViolation = ({ rule, from, to }: { rule: { name: string }; from: string; to: string }): string =>
  `${rule.name}: ${from} -> ${to}`;

describe('the product', () => {
  test('keeps the direction of imports', async () => {
    const result = await cruiseFolders(['src', 'relay']);
    // With the wrong TypeScript beside it the cruiser reads nothing and finds nothing wrong with it.
    const cruised = result.modules.filter((module) => /^(src|relay)\/.+\.tsx?$/.test(module.source));
    expect(cruised.length).toBeGreaterThan(50);
    const edges = cruised.flatMap((module) => module.dependencies.map((dependency) => dependency.resolved));
    expect(edges).toContain('src/vocabulary/index.ts');
    expect(result.summary.violations.map(describeViolation)).toEqual([]);
  });

  test('has no source folder outside the layers', async () => {
    const entries = await readdir('src', { withFileTypes: true });
    const folders = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
    expect(folders.toSorted()).toEqual(layers.flat().toSorted());
  });
});

describe('the rules catch', () => {
  let folder: string;
  const files: Readonly<Record<string, string>> = {
    'src/vocabulary/index.ts': `export type { Thing } from './thing.ts';`,
    'src/vocabulary/thing.ts': `import type { Ranking } from '../ranking/index.ts'; export type Thing = Ranking;`,
    'src/ranking/index.ts': `export type { Ranking } from './ranking.ts'; export * from './clock.system.ts';`,
    'src/ranking/ranking.ts': `import { judge } from '../judging/index.ts'; export type Ranking = typeof judge;`,
    'src/ranking/clock.system.ts': `export const now = 1;`,
    'src/ranking/core.ts': `import { now } from './clock.system.ts'; export const later = now;`,
    'src/judging/index.ts': `export const judge = 1;`,
    'src/judging/inner.ts': `import './node_modules/idb/index.ts'; export const inner = 1;`,
    'src/judging/node_modules/idb/index.ts': `export const idb = 1;`,
    'src/judging/circle.ts': `import './ring.ts';`,
    'src/judging/ring.ts': `import './circle.ts';`,
    'src/tab/index.ts': `import '../judging/node_modules/idb/index.ts';`,
    'src/round/index.ts': `import { inner } from '../judging/inner.ts'; import '../main.ts'; export const round = inner;`,
    'src/swarm/index.ts': `import { readFile } from 'node:fs'; export const swarm = readFile;`,
    'src/main.ts': `import { inner } from './judging/inner.ts'; import './missing.ts'; export const main = inner;`,
    'relay/main.ts': `import { round } from '../src/round/index.ts'; export const relay = round;`,
    'src/inference/index.ts': `import { relay } from '../../relay/main.ts'; export const engine = relay;`,
  };
  let found: string[];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'peerage-rules-'));
    await writeFile(join(folder, 'tsconfig.json'), '{}');
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    }
    const result = await cruiseFolders(['src', 'relay'], folder);
    found = result.summary.violations.map(describeViolation);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test.each([
    'vocabulary-imports-only-lower-layers: src/vocabulary/thing.ts -> src/ranking/index.ts',
    'ranking-imports-only-lower-layers: src/ranking/ranking.ts -> src/judging/index.ts',
    'round-imports-only-lower-layers: src/round/index.ts -> src/main.ts',
    'domains-only-through-their-door: src/round/index.ts -> src/judging/inner.ts',
    'main-only-through-doors: src/main.ts -> src/judging/inner.ts',
    'adapters-only-from-doors-and-adapters: src/ranking/core.ts -> src/ranking/clock.system.ts',
    'relay-imports-only-vocabulary-and-formats: relay/main.ts -> src/round/index.ts',
    'product-never-imports-tests-or-relay: src/inference/index.ts -> relay/main.ts',
    'browser-code-imports-no-node-modules: src/swarm/index.ts -> fs',
    'everything-resolves: src/main.ts -> ./missing.ts',
    'pure-domains-stay-pure: src/judging/inner.ts -> src/judging/node_modules/idb/index.ts',
    'page-names-no-platform-library: src/tab/index.ts -> src/judging/node_modules/idb/index.ts',
    'no-circles: src/judging/circle.ts -> src/judging/ring.ts',
  ])('%s', (violation) => {
    expect(found).toContain(violation);
  });
});
