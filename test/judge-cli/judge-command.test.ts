import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readCommand, readableNames, usage } from './command-line.ts';
import { runJudge } from './run-judge.ts';

describe('the command line', () => {
  test('takes a file and says what it assumes', () => {
    expect(readCommand(['pairs.jsonl'])).toEqual({
      file: 'pairs.jsonl',
      questions: 12,
      model: undefined,
      engine: 'wllama',
      readings: undefined,
      json: false,
      resume: undefined,
      fresh: false,
      skipMalformed: false,
      threads: expect.any(Number),
    });
    const threads = (readCommand(['-']) as { readonly threads: number }).threads;
    expect(threads).toBeLessThanOrEqual(4);
    expect(
      readCommand([
        '-',
        '--readings',
        'forward, letter,forward',
        '--threads',
        '2',
        '--json',
        '--fresh',
        '--resume',
        'r',
      ]),
    ).toMatchObject({ file: '-', readings: ['forward', 'letter'], threads: 2, json: true, fresh: true, resume: 'r' });
    expect(readCommand(['--attacks', '--questions', '3'])).toMatchObject({ file: undefined, questions: 3 });
    expect(readCommand(['--help'])).toBe('help');
  });

  test.each([
    [[], 'no file'],
    [['a', 'b'], 'One file'],
    [['a', '--attacks'], 'takes no file'],
    [['a', '--questions', '3'], 'belongs to --attacks'],
    [['--attacks', '--questions', '0'], '--questions'],
    [['a', '--readings', 'forward,best'], readableNames.join(', ')],
    [['a', '--readings', 'probe'], 'states'],
    [['a', '--engine', 'webllm'], '--engine takes wllama'],
    [['a', '--threads', '1.5'], '--threads'],
    [['a', '--resume', ''], '--resume'],
    [['a', '--colour'], '--colour'],
  ])('refuses %j with a sentence that names %s', (args, named) => {
    expect(() => readCommand(args)).toThrow(named);
  });

  test('the usage names every reading and fits 120 columns', () => {
    for (const name of readableNames) expect(usage).toContain(name);
    for (const line of usage.split('\n')) expect(line.length).toBeLessThanOrEqual(120);
  });
});

describe('the command itself', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'peerage-judge-'));
    await writeFile(join(folder, 'bad.jsonl'), '{"question":"q","better":"b","worse":"w"}\n\n{"question":"q"}\n');
    await writeFile(join(folder, 'worse.jsonl'), 'x\n'.repeat(25));
    await writeFile(join(folder, 'empty.jsonl'), '\n');
    await writeFile(join(folder, 'good.jsonl'), '{"question":"q","better":"b","worse":"w"}\n');
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test.each([
    [['bad.jsonl'], 2, 'bad.jsonl:3: this object has "question"; a pair has'],
    [['bad.jsonl'], 2, '1 malformed; nothing was judged.'],
    [['worse.jsonl'], 2, 'worse.jsonl:20: this is not JSON'],
    [['worse.jsonl'], 2, '… and 5 more.'],
    [['worse.jsonl', '--skip-malformed'], 2, 'worse.jsonl holds no pair.'],
    [['empty.jsonl'], 2, 'empty.jsonl holds no pair.'],
    [['-'], 2, 'standard input holds no pair.'],
    [['missing.jsonl'], 2, 'missing.jsonl cannot be read'],
    [['good.jsonl', '--model', 'gpt-9'], 2, 'There is no model "gpt-9". --model takes smollm2-135m-instruct-q4_1 or'],
    [['good.jsonl', '--model', 'missing.gguf'], 2, 'missing.gguf cannot be read'],
    [['good.jsonl', '--resume', 'bad.jsonl'], 1, 'holds no results of this command'],
    [['good.jsonl', '--readings', 'best'], 2, '--readings takes cloze'],
    [['--help'], 0, ''],
  ])('%j ends with %i and says %s', async (args, expected, said) => {
    const { status, errors } = await runJudge(args, folder);
    expect(errors).toContain(said);
    expect(status).toBe(expected);
  });
});
