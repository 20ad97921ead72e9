import { readFile, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { layers } from './dependency-rules.ts';

async function sourcesUnder(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && /\.(tsx?|mjs)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
}

async function lineCounts(folders: readonly string[]): Promise<{ path: string; lines: number }[]> {
  const paths = (await Promise.all(folders.map(sourcesUnder))).flat();
  const counts = paths.map(async (path) => ({ path, lines: (await readFile(path, 'utf8')).split('\n').length - 1 }));
  return (await Promise.all(counts)).toSorted((a, b) => a.lines - b.lines);
}

describe('sizes', () => {
  test('half of the files have at most 150 lines, none has more than 400', async () => {
    const counts = await lineCounts(['src', 'relay', 'test']);
    expect(counts.length).toBeGreaterThan(50);
    expect(counts[Math.floor(counts.length / 2)]?.lines).toBeLessThanOrEqual(150);
    expect(counts.filter(({ lines }) => lines > 400)).toEqual([]);
  });
});

describe('names', () => {
  test('files are kebab-case nouns of the domain, with a suffix for adapters and kinds of tests', async () => {
    const paths = (await Promise.all(['src', 'relay', 'test'].map(sourcesUnder))).flat();
    const odd = paths.filter((path) => !/^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9-]+)*\.(tsx?|mjs)$/.test(basename(path)));
    expect(odd).toEqual([]);
    const vague = paths.filter((path) => /(^|[/-])(utils?|helpers?|common|managers?|services?|misc)[./-]/.test(path));
    expect(vague).toEqual([]);
  });
});

const domains = ['relay', ...layers.flat().map((domain) => join('src', domain))];

async function rulesOf(folder: string): Promise<Set<string>> {
  const text = await readFile(join(folder, 'README.md'), 'utf8');
  return new Set([...text.matchAll(/\b[RW]\d+\b/g)].map(([rule]) => rule));
}

describe.each(domains)('%s', (folder) => {
  test('has a README with numbered rules', async () => {
    expect([...(await rulesOf(folder))]).toContain('R1');
  });

  test('has tests that cite only rules of its README, and at least one', async () => {
    const rules = await rulesOf(folder);
    const tests = (await sourcesUnder(join('test', basename(folder)))).filter((path) => /\.test\.tsx?$/.test(path));
    const cited = new Set<string>();
    for (const path of tests) {
      const text = await readFile(path, 'utf8');
      for (const [, heads = ''] of text.matchAll(/['"`]((?:[RW]\d+(?:, | and )?)+): /g)) {
        for (const [rule] of heads.matchAll(/[RW]\d+/g)) cited.add(rule);
      }
    }
    expect(cited.size).toBeGreaterThan(0);
    expect([...cited].filter((rule) => !rules.has(rule))).toEqual([]);
  });
});
