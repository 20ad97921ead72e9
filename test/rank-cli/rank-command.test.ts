import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aggregatorNames } from '#ranking';
import { readCommand, usage } from './command-line.ts';

describe('the command line', () => {
  test('takes a file and says what it assumes', () => {
    expect(readCommand(['votes.csv'])).toEqual({
      file: 'votes.csv',
      method: 'judge-aware',
      replicates: undefined,
      seed: 'peerage',
      standings: undefined,
      answers: undefined,
      format: undefined,
      skipMalformed: false,
      top: undefined,
      json: false,
    });
    const args = ['-', '--method', 'elo', '--bootstrap', '0', '--format', 'jsonl', '--top', '3', '--json'];
    expect(readCommand([...args, '--skip-malformed'])).toMatchObject({
      file: '-',
      method: 'elo',
      replicates: 0,
      format: 'jsonl',
      top: 3,
      json: true,
      skipMalformed: true,
    });
    expect(readCommand(['--help'])).toBe('help');
  });

  test.each([
    [[], 'no file'],
    [[''], 'no file'],
    [['a.csv', 'b.csv'], 'One file'],
    [['a.csv', '--method', 'glicko'], aggregatorNames.join(', ')],
    [['a.csv', '--format', 'parquet'], 'csv, jsonl, json'],
    [['a.csv', '--bootstrap', '-1'], '--bootstrap'],
    [['a.csv', '--bootstrap', '1e3'], '--bootstrap'],
    [['a.csv', '--top', '0'], '--top'],
    [['a.csv', '--colour'], '--colour'],
  ])('refuses %j with a sentence that names %s', (args, named) => {
    expect(() => readCommand(args)).toThrow(named);
  });

  test('the usage names every method and fits 120 columns', () => {
    for (const name of aggregatorNames) expect(usage).toContain(name);
    for (const line of usage.split('\n')) expect(line.length).toBeLessThanOrEqual(120);
  });
});

describe('the command itself', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'peerage-rank-'));
    await writeFile(join(folder, 'votes.csv'), 'judge,a,b,outcome\nann,x,y,1\nbob,y,x,0.5\n');
    await writeFile(join(folder, 'bad.csv'), 'judge,a,b,outcome\nann,x,y,1\nbob,y,x,2\n');
    await writeFile(join(folder, 'standings.json'), '{"ann": 0.9, "bob": 1.5}');
    await writeFile(
      join(folder, 'answers.jsonl'),
      '{"name":"y","text":"So the answer is 42."}\n{"name":"z","text":"42"}\n{"name":"x","text":"It is 41."}\n',
    );
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  function runRank(
    args: readonly string[],
    input = '',
  ): Promise<{ status: number | null; out: string; errors: string }> {
    return new Promise((resolve, reject) => {
      const main = join(import.meta.dirname, 'main.ts');
      // From elsewhere, as npm does, so that relative paths are those of the person.
      const env = { ...process.env, INIT_CWD: folder };
      const child = spawn(process.execPath, [main, ...args], { cwd: join(import.meta.dirname, '../..'), env });
      let out = '';
      let errors = '';
      child.stdout.on('data', (data: Buffer) => (out += data.toString()));
      child.stderr.on('data', (data: Buffer) => (errors += data.toString()));
      child.once('error', reject);
      child.once('close', (status) => resolve({ status, out, errors }));
      child.stdin.end(input);
    });
  }

  test('prints one JSON object and ends with 0', async () => {
    const { status, out, errors } = await runRank(['votes.csv', '--json', '--method', 'map']);
    expect({ status, errors }).toEqual({ status: 0, errors: '' });
    expect(JSON.parse(out)).toMatchObject({
      method: 'map',
      votes: 2,
      items: [
        { name: 'x', strength: expect.any(Number), low: expect.any(Number), high: expect.any(Number) },
        { name: 'y' },
      ],
      judges: [{ name: 'ann' }, { name: 'bob' }],
    });
  });

  test('reads standard input and prints a table', async () => {
    const { status, out, errors } = await runRank(['-'], '{"a":"x","b":"y","outcome":1}\n');
    expect({ status, errors }).toEqual({ status: 0, errors: '' });
    expect(out).toMatch(/^ {2}# {2}item .*\n {2}1 {2}x .*\n {2}2 {2}y /u);
  });

  test('counts final answers', async () => {
    const { out } = await runRank(['votes.csv', '--method', 'majority', '--answers', 'answers.jsonl', '--json']);
    expect(JSON.parse(out)).toMatchObject({ items: [{ name: 'z' }, { name: 'y' }, { name: 'x' }] });
  });

  test.each([
    [['bad.csv'], 1, 'bad.csv:3: outcome is "2"'],
    [['bad.csv', '--skip-malformed'], 0, '1 malformed, left out.'],
    [['missing.csv'], 1, 'missing.csv does not exist.'],
    [['.'], 1, '. is a folder.'],
    [['votes.csv', '--standings', 'standings.json'], 1, 'the standing of "bob" is 1.5'],
    [['votes.csv', '--answers', 'votes.csv'], 1, 'votes.csv:1: this is not JSON'],
    [['votes.csv', '--method', 'best'], 2, '--method takes one of judge-aware'],
    [['--help'], 0, ''],
  ])('%j ends with %i and says %s', async (args, expected, said) => {
    const { status, errors } = await runRank(args);
    expect(errors).toContain(said);
    expect(status).toBe(expected);
  });
});
