import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runMain } from '../judge-cli/run-judge.ts';
import { readMinilib } from '../inference/webllm/minilib.node.ts';
import { writeTinyMlc } from '../inference/webllm/tiny-mlc.ts';
import type { SwarmReport } from './round-report.ts';

test('--engine webllm: tabs answer and judge together by web-llm with a model from a folder', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'peerage-mlc-'));
  try {
    for (const [name, file] of writeTinyMlc(await readMinilib()).files)
      await writeFile(join(folder, name), new Uint8Array(await file.arrayBuffer()));
    const args = ['--peers', '3', '--engine', 'webllm', '--model', folder, '--ask', 'Why is the sky blue?', '--json'];
    const { out, errors } = await runMain(join(import.meta.dirname, 'main.ts'), args, folder);
    const report = JSON.parse(out.trim().split('\n').at(-1) ?? '{}') as SwarmReport;
    if (report.peers === undefined) throw new Error(errors);
    expect(report.peers.map(({ engine }) => engine)).toEqual(Array(3).fill('web-llm 0.2.86'));
    expect(report.answers.map(({ text }) => text.length > 0)).toEqual([true, true, true]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
