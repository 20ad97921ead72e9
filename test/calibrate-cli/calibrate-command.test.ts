import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Calibration, defaultCalibration } from '#judging';
import { asModelId } from '#vocabulary';
import { defaultModel } from '../../src/inference/catalogue.ts';
import { runMain } from '../judge-cli/run-judge.ts';
import { placeOf } from './calibration-file.ts';
import { type CalibrateCommand, readCommand, usage } from './command-line.ts';
import { prepareRun } from './kept-run.ts';

describe('the command line', () => {
  test('says what it assumes', () => {
    expect(readCommand([])).toEqual({
      model: undefined,
      size: 'tab',
      seed: 'cli',
      out: undefined,
      threads: expect.any(Number),
      fresh: false,
      json: false,
    });
    expect(
      readCommand([
        '--size',
        'full',
        '--seed',
        's',
        '--out',
        'o',
        '--threads',
        '2',
        '--fresh',
        '--json',
        '--model',
        'm',
      ]),
    ).toEqual({ model: 'm', size: 'full', seed: 's', out: 'o', threads: 2, fresh: true, json: true });
    expect(readCommand(['--help'])).toBe('help');
  });

  test.each([
    [['pairs.jsonl'], 'pairs.jsonl'],
    [['--size', 'huge'], '--size takes quick, tab, full'],
    [['--seed', ''], '--seed'],
    [['--seed', 'x'.repeat(101)], '--seed'],
    [['--out', ''], '--out'],
    [['--threads', '0'], '--threads'],
    [['--colour'], '--colour'],
  ])('refuses %j with a sentence that names %s', (args, named) => {
    expect(() => readCommand(args)).toThrow(named);
  });

  test('the usage fits 120 columns', () => {
    for (const line of usage.split('\n')) expect(line.length).toBeLessThanOrEqual(120);
  });

  test('C1: only the full size of a model of the catalogue goes among those that are shipped', () => {
    const command = (...args: string[]): CalibrateCommand => readCommand(args) as CalibrateCommand;
    const shipped = join('src/judging/calibration/models', `${defaultModel.id}.json`);
    expect(placeOf(command('--size', 'full'), defaultModel.id, '/here')).toContain(shipped);
    for (const size of ['quick', 'tab'])
      expect(placeOf(command('--size', size), defaultModel.id, '/here')).toContain('.cache');
    const file = placeOf(command('--size', 'full'), asModelId('file:../odd model.gguf'), '/here');
    expect(file).toMatch(/[\\/]\.cache[\\/]calibrate[\\/]file-\.\.-odd-model\.gguf\.json$/u);
    expect(placeOf(command('--out', 'c.json'), defaultModel.id, '/here')).toMatch(/here[\\/]c\.json$/u);
  });
});

describe('the command itself', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'peerage-calibrate-'));
    await mkdir(join(folder, 'inner'));
    await writeFile(join(folder, 'precious.json'), '{"a":1}\n');
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test.each([
    [['--size', 'huge'], 2, 'npm run calibrate'],
    [['--model', 'gpt-9'], 2, 'There is no model "gpt-9".'],
    [['--model', 'missing.gguf'], 2, 'missing.gguf cannot be read'],
    [['--out', 'precious.json'], 2, 'no calibration. Name another file with --out.'],
    [['--out', 'inner'], 2, 'is a folder'],
    [['--help'], 0, ''],
  ])('C3: %j ends with %i and says %s', async (args, expected, said) => {
    const { status, errors } = await runMain(join(import.meta.dirname, 'main.ts'), args, folder);
    expect(errors).toContain(said);
    expect(status).toBe(expected);
    expect(await readFile(join(folder, 'precious.json'), 'utf8')).toBe('{"a":1}\n');
  });

  test('C4: fits what is all measured without a tab, tells it twice alike, and writes what the formatter leaves', async () => {
    const prepared = prepareRun(folder, 0);
    try {
      const first = await prepared.run(['--json', '--out', 'new/c.json']);
      expect(first).toMatchObject({
        status: 0,
        errors: expect.stringMatching(/^The calibration is in .*c\.json\.\n$/u),
      });
      const path = join(folder, 'new', 'c.json');
      const written = await readFile(path, 'utf8');
      const calibration = JSON.parse(written) as Calibration;
      const report = JSON.parse(first.out) as Readonly<Record<string, unknown>>;
      expect(Object.keys(report)).toEqual(['model', 'version', 'seed', 'slates', 'panels', 'figures']);
      expect(report).toMatchObject({
        slates: prepared.total,
        version: calibration.version,
        panels: calibration.panels,
      });
      expect(Object.keys(calibration)).toEqual(Object.keys(defaultCalibration));
      expect(await prepared.run(['--json', '--out', 'new/c.json'])).toEqual(first);
      const root = join(import.meta.dirname, '../..');
      const formatter = join(root, 'node_modules/oxfmt/bin/oxfmt');
      const checked = spawnSync(process.execPath, [formatter, '--check', path, '-c', join(root, '.oxfmtrc.json')]);
      expect(`${checked.stdout.toString()}${checked.stderr.toString()}`).toContain('correct format');
    } finally {
      await prepared.remove();
    }
  });
});
