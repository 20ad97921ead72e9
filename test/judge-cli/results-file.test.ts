import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ResultsFile, openResults } from './results-file.ts';
import { judgedResult } from './results.scripted.ts';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'peerage-judge-'));
  path = join(folder, 'inner', 'results.jsonl');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function open(plan = 'plan', fresh = false): ResultsFile {
  const opened = openResults({ path, plan, fresh });
  if (!opened.ok) throw new Error(opened.error.message);
  return opened.value;
}

const result = judgedResult(1.5, { cloze: 2 }, { worse: 'echo' });

describe('a file of results', () => {
  test('gives back what was added, failures too', () => {
    const first = open();
    first.add('a', result);
    first.add('b', { failed: 'No.' });
    first.close();
    const second = open();
    expect(second.get('a')).toEqual(result);
    expect(second.get('b')).toEqual({ failed: 'No.' });
    expect(second.get('c')).toBeUndefined();
    second.close();
  });

  test('J5: loses only what an interrupt cut off, and goes on after it', async () => {
    const whole = open();
    whole.add('a', result);
    whole.add('b', result);
    whole.close();
    const bytes = await readFile(path);
    const headerEnd = bytes.indexOf('\n') + 1;
    const firstEnd = bytes.indexOf('\n', headerEnd) + 1;
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: headerEnd, max: bytes.length }), async (cut) => {
        await writeFile(path, bytes.subarray(0, cut));
        const again = open();
        expect(again.get('a')).toEqual(cut >= firstEnd ? result : undefined);
        expect(again.get('b')).toEqual(cut === bytes.length ? result : undefined);
        again.add('c', result);
        again.close();
        const last = open();
        expect(last.get('c')).toEqual(result);
        last.close();
      }),
      { numRuns: 30 },
    );
  });

  test('passes over lines that are damaged', async () => {
    const first = open();
    first.add('a', result);
    first.close();
    await appendFile(path, 'rubbish\n{"pair":"b","result":{"logOdds":null}}\n');
    const second = open();
    expect(second.get('a')).toEqual(result);
    expect(second.get('b')).toBeUndefined();
    second.close();
  });

  test('forgets when told to', () => {
    const first = open();
    first.add('a', result);
    first.close();
    const second = open('plan', true);
    expect(second.get('a')).toBeUndefined();
    second.close();
  });

  test("J6: is neither mixed with another plan's nor written over anything else", async () => {
    open('one').close();
    expect(openResults({ path, plan: 'two', fresh: false })).toMatchObject({
      ok: false,
      error: { type: 'other-plan' },
    });
    open('two', true).close();
    for (const text of ['{"question":"q"}\n', 'precious']) {
      await writeFile(path, text);
      for (const fresh of [false, true])
        expect(openResults({ path, plan: 'two', fresh })).toMatchObject({ ok: false, error: { type: 'not-results' } });
      expect(await readFile(path, 'utf8')).toBe(text);
    }
  });

  test('says where it cannot be kept', () => {
    expect(openResults({ path: folder, plan: 'p', fresh: false })).toMatchObject({
      ok: false,
      error: { type: 'no-results-file', message: expect.stringContaining(folder) },
    });
  });
});
