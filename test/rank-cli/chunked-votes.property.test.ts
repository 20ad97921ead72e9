import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Ranked, rankFile } from './vote-files.ts';

// However a file is cut into chunks, and whatever is in it.

const names = fc.constantFrom(
  'x',
  'y',
  'żółw',
  '模型🦊',
  'a "quoted" one',
  'two\nlines',
  'co,mma',
  'plain-model-7b-instruct',
);
const vote = fc.record({
  judge: names,
  a: names,
  b: names,
  outcome: fc.constantFrom(0, 0.25, 0.5, 1, 7),
  note: fc.constantFrom('', '\n\n', ']},"', '\\"\\', '{[', '\r\n'),
});
const votes = fc.array(vote, { maxLength: 12 });
const cuts = fc.array(fc.nat(5_000), { maxLength: 30 });

type Row = Readonly<Record<string, string | number>>;

const quoted = (value: unknown): string => `"${String(value).replaceAll('"', '""')}"`;
const toCsv = (rows: readonly Row[]): string =>
  ['judge,a,b,outcome,note', ...rows.map((row) => Object.values(row).map(quoted).join(','))].join('\r\n');
const toJsonl = (rows: readonly Row[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('');
const toJson = (rows: readonly Row[]): string => JSON.stringify(rows, null, 2);

describe.each([
  ['csv', toCsv],
  ['jsonl', toJsonl],
  ['json', toJson],
] as const)('%s', (format, write) => {
  const settings: Ranked = { name: `votes.${format}`, skipMalformed: true };

  test('gives the same wherever it is cut, within characters too', async () => {
    await fc.assert(
      fc.asyncProperty(votes, cuts, async (rows, at) => {
        const text = write(rows);
        const whole = await rankFile(text, settings);
        const bytewise = Array.from({ length: Buffer.byteLength(text) }, (_, byte) => byte);
        expect(await rankFile(text, { ...settings, cuts: at })).toEqual(whole);
        expect(await rankFile(text, { ...settings, cuts: bytewise })).toEqual(whole);
        const isGood = (row: Row): boolean => row['a'] !== row['b'] && row['outcome'] !== 7;
        expect(whole.faults.total).toBe(rows.filter((row) => !isGood(row)).length + (text === '' ? 1 : 0));
        if (whole.result.ok) expect(whole.result.value.votes).toBe(rows.filter(isGood).length);
      }),
      { numRuns: 40 },
    );
  });

  test('tells the line on which a faulty record begins, after records of several lines', async () => {
    await fc.assert(
      fc.asyncProperty(votes, cuts, async (rows, at) => {
        const good = rows.filter((row) => row.a !== row.b).map((row) => ({ ...row, outcome: 1 }));
        const before = write(good);
        const bad = { judge: 'j', a: 'x', b: 'x', outcome: 1, note: '' };
        const text = write([...good, bad]);
        const { faults } = await rankFile(text, { ...settings, cuts: at });
        const linesBefore = (part: string): number => part.split('\n').length;
        // In a list, the element begins where the closing bracket stood.
        const line =
          format === 'csv' ? linesBefore(before) + 1 : good.length === 0 && format === 'json' ? 2 : linesBefore(before);
        expect(faults.first.map((fault) => fault.line)).toEqual([line]);
      }),
      { numRuns: 40 },
    );
  });

  test('any bytes at all end with a ranking or a sentence', async () => {
    const header = { csv: 'a,b,outcome\n', jsonl: '{"a":', json: '[{' }[format];
    const pieces = fc.oneof(
      fc.uint8Array({ maxLength: 60 }),
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.string({ unit: fc.constantFrom(...'",\n\r[]{}:\\ab01.\u{FEFF}\0\u{1B}'), maxLength: 80 }),
    );
    await fc.assert(
      fc.asyncProperty(fc.boolean(), pieces, cuts, fc.boolean(), async (headed, piece, at, skipMalformed) => {
        const bytes = Buffer.concat([Buffer.from(headed ? header : ''), Buffer.from(piece as string)]);
        const { result, faults } = await rankFile(bytes, { ...settings, cuts: at, skipMalformed });
        if (result.ok) expect(result.value.votes).toBeGreaterThan(0);
        else expect(result.error.message.length).toBeGreaterThan(10);
        for (const { line, reason } of faults.first) {
          expect(line).toBeGreaterThan(0);
          // Nothing in it that a terminal would obey.
          expect(reason).not.toMatch(/[\p{Cc}\u202e]/u);
        }
      }),
      { numRuns: 150 },
    );
  });
});
