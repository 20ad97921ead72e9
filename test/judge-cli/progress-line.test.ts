import { expect, test } from 'vitest';
import { createProgressLine, duration } from './progress-line.ts';

test('tells rate and remaining time, at most five times a second, to whoever watches', () => {
  const written: string[] = [];
  let now = 0;
  const out = { isTTY: true, write: (text: string) => written.push(text) > 0 };
  const line = createProgressLine(out, { nowMs: () => now });
  line.show({ done: 11, total: 100, fresh: 1 });
  now = 100;
  line.show({ done: 12, total: 100, fresh: 2 });
  now = 1_000;
  line.show({ done: 13, total: 100, fresh: 3 });
  line.clear();
  line.clear();
  const bare = written.map((text) => text.replace('\r\u001B[K', ''));
  expect(bare).toEqual(['11 of 100 pairs …', '13 of 100 pairs, 2.0 a second, 44 s left …', '']);
});

test('stays silent in a file or a pipe', () => {
  const written: string[] = [];
  const line = createProgressLine({ isTTY: false, write: (text: string) => written.push(text) > 0 });
  line.show({ done: 1, total: 2, fresh: 1 });
  line.clear();
  expect(written).toEqual([]);
});

test('writes a line now and then into a log, where that is asked for', () => {
  const written: string[] = [];
  let now = 0;
  const out = { isTTY: false, write: (text: string) => written.push(text) > 0 };
  const line = createProgressLine(out, { noun: 'questions', logEveryMs: 60_000, nowMs: () => now });
  for (const [index, at] of [0, 30_000, 60_000, 90_000].entries()) {
    now = at;
    line.show({ done: index + 1, total: 10, fresh: index + 1 });
  }
  line.clear();
  expect(written).toEqual(['1 of 10 questions\n', '3 of 10 questions, 2.0 a minute, 4 min left\n']);
});

test.each([
  [3.2, '4 s'],
  [91, '2 min'],
  [7_200, '2.0 h'],
])('%d seconds are %s', (seconds, text) => {
  expect(duration(seconds)).toBe(text);
});
