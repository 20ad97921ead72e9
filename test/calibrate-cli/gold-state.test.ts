import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { err, failure, ok } from '#vocabulary';
import { planGold } from '../../src/judging/calibration/gold-plan.ts';
import { completeWork } from '../judge-cli/kept-work.ts';
import { sizes } from './gold-sizes.ts';
import { type GoldState, keyOfPlan, openState } from './gold-state.ts';
import { measuredItem } from './measured.scripted.ts';

const plan = planGold('state', sizes.quick);
const measured = plan.slice(0, 4).map((item) => measuredItem(item));

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'peerage-calibrate-'));
  path = join(folder, 'inner', 'state.jsonl');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function open(): GoldState {
  const opened = openState({ path, plan: 'plan', fresh: false });
  if (!opened.ok) throw new Error(opened.error.message);
  return opened.value;
}

async function wholeFile(): Promise<Buffer> {
  const state = open();
  for (const item of measured) state.add(item.id, item);
  state.close();
  return readFile(path);
}

describe('what was measured', () => {
  test('C2: comes back as it was, skipped items too', () => {
    const skipped = { id: 'x', slates: [], skipped: failure('unreadable', 'No.', 'None.'), tokens: 1, ms: 2 };
    const first = open();
    first.add('x', skipped);
    first.close();
    const second = open();
    expect(second.get('x')).toEqual(skipped);
    second.close();
  });

  test('C2: is lost only where an interrupt cut it off', async () => {
    const bytes = await wholeFile();
    const headerEnd = bytes.indexOf('\n') + 1;
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: headerEnd, max: bytes.length }), async (cut) => {
        const kept = bytes.subarray(0, cut);
        await writeFile(path, kept);
        const lines = kept.toString('utf8').split('\n').length - 2;
        const again = open();
        expect(measured.map(({ id }) => again.get(id))).toEqual(
          measured.map((item, index) => (index < lines ? item : undefined)),
        );
        for (const item of measured) if (again.get(item.id) === undefined) again.add(item.id, item);
        again.close();
        expect(await readFile(path)).toEqual(bytes);
      }),
      { numRuns: 40 },
    );
  });

  test('C2: survives lines that are damaged, which are measured again', async () => {
    const [header = '', ...lines] = (await wholeFile()).toString('utf8').trimEnd().split('\n');
    const damage = fc.oneof(
      fc.constant((line: string) => line),
      fc.nat(300).map((at) => (line: string) => line.slice(0, at)),
      fc.string().map((text) => () => text.replaceAll('\n', ' ')),
      fc.json().map((text) => () => text.replaceAll('\n', ' ')),
      fc.constantFrom('words', 'source', 'tokens', 'id').map((field) => (line: string) => line.replace(field, 'x')),
    );
    await fc.assert(
      fc.asyncProperty(fc.tuple(damage, damage, damage, damage), async (damages) => {
        const damaged = lines.map((line, index) => damages[index]?.(line) ?? line);
        await writeFile(path, `${[header, ...damaged].join('\n')}\n`);
        const again = open();
        for (const [index, item] of measured.entries())
          expect(again.get(item.id)).toEqual(damaged[index] === lines[index] ? item : undefined);
        again.close();
      }),
      { numRuns: 60 },
    );
  });

  test('C3: nothing else is written over', async () => {
    open().close();
    for (const text of ['precious', '{"peerageJudge":1,"plan":"plan"}\n', '{"peerageCalibrate":1}\n']) {
      await writeFile(path, text);
      for (const fresh of [false, true])
        expect(openState({ path, plan: 'plan', fresh })).toMatchObject({ ok: false, error: { type: 'not-results' } });
      expect(await readFile(path, 'utf8')).toBe(text);
    }
  });
});

test('C2: a tab that dies loses one item, and the same command asks only for what is left', async () => {
  const asked: string[] = [];
  const attempt = async (dies: number) => {
    const state = open();
    const tab = { close: () => Promise.resolve() };
    const outcome = await completeWork({
      items: plan.map((item) => [item.id, item] as const),
      kept: state,
      openTab: () => Promise.resolve(ok(tab)),
      ask(_, item) {
        asked.push(item.id);
        return Promise.resolve(
          asked.length === dies ? err(failure('tab-crashed', 'It crashed.')) : ok(measuredItem(item)),
        );
      },
      onProgress: () => undefined,
    });
    state.close();
    return outcome;
  };
  expect(await attempt(3)).toMatchObject({ ok: false, error: { type: 'tab-crashed' } });
  expect(await attempt(0)).toEqual(ok(plan.map((item) => measuredItem(item))));
  const ids = plan.map(({ id }) => id);
  expect(asked).toEqual([...ids.slice(0, 3), ...ids.slice(2)]);
});

test('C2: another model, seed or size is another plan', () => {
  const model = { id: 'm', sha256: 'a' };
  const keys = [
    keyOfPlan(model, 'wllama', plan),
    keyOfPlan({ ...model, sha256: 'b' }, 'wllama', plan),
    keyOfPlan(model, 'wllama', planGold('other', sizes.quick)),
    keyOfPlan(model, 'wllama', planGold('state', sizes.tab)),
  ];
  expect(new Set(keys).size).toBe(keys.length);
  expect(keyOfPlan(model, 'wllama', planGold('state', sizes.quick))).toBe(keys[0]);
});
