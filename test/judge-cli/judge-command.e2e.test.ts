import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findModel } from '../../relay/model-cache.ts';
import { defaultModel, defaultModelFile } from '../../src/inference/catalogue.ts';
import { runJudge } from './run-judge.ts';

const pairs = [
  {
    question: 'What is the capital of France?',
    better: 'The capital of France is Paris.',
    worse: 'The capital of France is a small town in Ohio.',
  },
  {
    prompt: [{ role: 'user', content: 'What do bees make?' }],
    chosen: [{ role: 'assistant', content: 'Bees make honey.' }],
    rejected: [{ role: 'assistant', content: 'What do bees make?' }],
  },
];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'peerage-judge-'));
  await writeFile(join(folder, 'pairs.jsonl'), pairs.map((pair) => `${JSON.stringify(pair)}\n`).join(''));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('J5: judges pairs in a real tab with the real model, and the second time from what it kept', async (context) => {
  const model = await findModel(defaultModelFile, join(import.meta.dirname, '../../.models'));
  if (!model.ok) return context.skip(`${model.error.message} "npm start" fetches it.`);
  const args = ['pairs.jsonl', '--readings', 'forward', '--threads', '2', '--json', '--resume', 'kept.jsonl'];
  const first = await runJudge(args, folder);
  expect(first).toMatchObject({ status: 0, errors: '' });
  const report = JSON.parse(first.out) as Readonly<Record<string, unknown>>;
  expect(report).toMatchObject({
    model: defaultModel.id,
    pairs: 2,
    readings: { forward: { accuracy: 1, low: expect.any(Number), high: 1 } },
    panel: { accuracy: 1, low: expect.any(Number), high: 1, brier: expect.any(Number), ece: expect.any(Number) },
    screened: 1,
    calibrated: true,
    failed: [],
  });
  expect(report['tokens']).toBeGreaterThan(50);
  const second = await runJudge(args, folder);
  expect(second).toEqual(first);
});
