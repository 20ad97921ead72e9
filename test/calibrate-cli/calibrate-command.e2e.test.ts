import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Calibration } from '#judging';
import { findModel } from '../../relay/model-cache.ts';
import { defaultModel, defaultModelFile } from '../../src/inference/catalogue.ts';
import { prepareRun } from './kept-run.ts';

const LEFT = 3;

test('C2: measures what is left in a real tab with the real model, and fits it all', async (context) => {
  const model = await findModel(defaultModelFile, join(import.meta.dirname, '../../.models'));
  if (!model.ok) return context.skip(`${model.error.message} "npm start" fetches it.`);
  const folder = await mkdtemp(join(tmpdir(), 'peerage-calibrate-'));
  const prepared = prepareRun(folder, LEFT);
  try {
    expect(await prepared.kept()).toHaveLength(prepared.total - LEFT);
    const { status, errors, out } = await prepared.run(['--threads', '1', '--json', '--out', 'c.json']);
    expect({ status, errors }).toEqual({ status: 0, errors: expect.stringContaining(`${LEFT} questions`) });
    const kept = await prepared.kept();
    expect(new Set(kept).size).toBe(prepared.total);
    const report = JSON.parse(out) as { readonly figures: { readonly skipped: readonly string[] } };
    expect(report).toMatchObject({ model: defaultModel.id, slates: prepared.total, figures: { skipped: [] } });
    const calibration = JSON.parse(await readFile(join(folder, 'c.json'), 'utf8')) as Calibration;
    expect(calibration).toMatchObject({ modelId: defaultModel.id, calibrated: true });
    expect(calibration.panels).toHaveLength(2);
  } finally {
    await prepared.remove();
    await rm(folder, { recursive: true, force: true });
  }
});
