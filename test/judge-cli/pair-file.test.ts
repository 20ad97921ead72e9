import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readPairFile } from './pair-file.ts';
import { keyOfPair } from './pair.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const pairOf = (value: unknown): unknown => readPairFile(bytesOf(JSON.stringify(value))).pairs[0];
const reasonOf = (value: unknown): string => readPairFile(bytesOf(JSON.stringify(value))).faults[0]?.reason ?? '';
const user = (content: string): object => ({ role: 'user', content });
const assistant = (content: string): object => ({ role: 'assistant', content });

describe('a line', () => {
  test('holds question, better and worse, with further keys passed over', () => {
    const pair = { question: 'q', better: 'b', worse: '' };
    expect(pairOf({ ...pair, id: 7, chosen: 1 })).toEqual(pair);
  });

  test('holds prompt, chosen and rejected as texts or as messages', () => {
    const wanted = { question: 'q', better: 'b', worse: 'w' };
    expect(pairOf({ prompt: 'q', chosen: 'b', rejected: 'w' })).toEqual(wanted);
    expect(
      pairOf({
        prompt: [{ role: 'system', content: 'Be brief.' }, user('q')],
        chosen: [user('q'), assistant('b')],
        rejected: [assistant('w')],
      }),
    ).toEqual(wanted);
  });

  test('J2: takes the last message of the assistant, and all turns of a longer prompt', () => {
    expect(
      pairOf({
        prompt: [user('Hello'), assistant('Hi!'), user('Why?')],
        chosen: [user('Hello'), assistant('Hi!'), user('Why?'), assistant('Because.')],
        rejected: 'No.',
      }),
    ).toEqual({ question: 'User: Hello\nAssistant: Hi!\nUser: Why?', better: 'Because.', worse: 'No.' });
  });

  test.each([
    [[1], 'is not an object'],
    [null, 'null is not an object'],
    [{}, 'no keys; a pair has question, better and worse'],
    [{ question: 'q', better: 'b' }, 'this object has "question", "better"'],
    [{ question: 'q', better: 1, worse: 'w' }, 'better is 1, not a text'],
    [{ question: ' ', better: 'b', worse: 'w' }, 'question is empty'],
    [{ prompt: [], chosen: 'b', rejected: 'w' }, 'prompt has no message of a user'],
    [{ prompt: 'q', chosen: [user('q')], rejected: 'w' }, 'chosen has no message of an assistant'],
    [
      { prompt: 'q', chosen: 'b', rejected: [{ role: 'tool', content: 'w' }] },
      'rejected message 1 has the role "tool"',
    ],
    [{ prompt: 'q', chosen: 'b', rejected: [{ role: 'user' }] }, 'rejected message 1 has no text'],
    [{ prompt: 'q', chosen: 'b', rejected: [null] }, 'rejected message 1 has the role nothing'],
    [{ prompt: 'q', chosen: null, rejected: 'w' }, 'chosen is null, neither'],
  ])('%j is refused: %s', (value, reason) => {
    expect(reasonOf(value)).toContain(reason);
  });
});

const line = fc.oneof(
  fc
    .record({ question: fc.string(), better: fc.string({ unit: 'binary' }), worse: fc.string() })
    .map((one) => JSON.stringify(one)),
  fc.json(),
  fc.string({ unit: 'binary' }).map((text) => text.replaceAll('\n', '')),
  fc.constantFrom('', '  ', '\r', '{', '\uFEFF'),
);

describe('a file', () => {
  test('J1: names the lines that are no pairs and skips blank ones', () => {
    const good = '{"question":"q","better":"b","worse":"w"}';
    const bytes = Buffer.concat([bytesOf(`\uFEFF${good}\r\n\n{\n`), Buffer.from([0xff, 0x0a]), bytesOf(good)]);
    const { pairs, faults } = readPairFile(bytes);
    expect(pairs).toHaveLength(2);
    expect(faults).toEqual([
      { line: 3, reason: expect.stringContaining('not JSON') },
      { line: 4, reason: 'this is not UTF-8' },
    ]);
  });

  test('J1: whatever the bytes, every line is a pair, a fault or blank', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        const { pairs, faults } = readPairFile(bytes);
        const lines = bytes.filter((byte) => byte === 0x0a).length + 1;
        expect(pairs.length + faults.length).toBeLessThanOrEqual(lines);
        for (const fault of faults) expect(fault.line).toBeLessThanOrEqual(lines);
      }),
    );
  });

  test('a line means the same wherever it stands', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
        const whole = readPairFile(bytesOf(lines.join('\n')));
        const alone = lines.map((one) => readPairFile(bytesOf(one)));
        expect(whole.pairs).toEqual(alone.flatMap(({ pairs }) => pairs));
        expect(whole.faults).toEqual(
          alone.flatMap(({ faults }, index) => faults.map(({ reason }) => ({ line: index + 1, reason }))),
        );
      }),
    );
  });
});

test('a pair is known again by its texts, and the other way round it is another', () => {
  const pair = { question: 'q', better: 'b', worse: 'w' };
  expect(keyOfPair({ ...pair })).toBe(keyOfPair(pair));
  expect(keyOfPair({ question: 'q', better: 'w', worse: 'b' })).not.toBe(keyOfPair(pair));
});
