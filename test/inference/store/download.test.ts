import { describe, expect, test } from 'vitest';
import { backoffMs, countWholeParts, judgeReply, partBytes } from '../../../src/inference/store/download.ts';

const reply = (status: number, headers: Record<string, string> = {}) => ({
  status,
  header: (name: string) => headers[name] ?? null,
});

describe('replies to a download', () => {
  test('R15: the rest of the right file is taken', () => {
    const rest = reply(206, { 'content-range': 'bytes 40-99/100' });
    expect(judgeReply(rest, 40, 100)).toEqual({ type: 'body', skipBytes: 0 });
    expect(judgeReply(reply(206, { 'content-range': 'bytes 40-99/*' }), 40, 100).type).toBe('body');
  });

  test('R15: a server that knows no ranges sends all again, and what is here is skipped', () => {
    expect(judgeReply(reply(200, { 'content-length': '100' }), 40, 100)).toEqual({ type: 'body', skipBytes: 40 });
    expect(judgeReply(reply(200), 40, 100)).toEqual({ type: 'body', skipBytes: 40 });
  });

  test('R15: other bytes, other sizes and missing files send us elsewhere', () => {
    for (const [status, headers] of [
      [206, {}],
      [206, { 'content-range': 'bytes 30-99/100' }],
      [206, { 'content-range': 'bytes 40-99/200' }],
      [206, { 'content-range': 'bytes 40-99/100, bytes 1-2/100' }],
      [200, { 'content-length': '1234' }],
      [404, {}],
      [403, {}],
      [416, {}],
      [304, {}],
    ] as const)
      expect(judgeReply(reply(status, headers), 40, 100).type, `${status} ${JSON.stringify(headers)}`).toBe(
        'elsewhere',
      );
  });

  test('R16: a web page is not the file, even of its length', () => {
    const page = { 'content-type': 'text/html; charset=utf-8', 'content-length': '100' };
    expect(judgeReply(reply(200, page), 0, 100).type).toBe('elsewhere');
    expect(judgeReply(reply(206, { ...page, 'content-range': 'bytes 40-99/100' }), 40, 100).type).toBe('elsewhere');
    expect(judgeReply(reply(503, page), 0, 100).type).toBe('later');
  });

  test('R15: where the range is hidden, the length of the rest must be right', () => {
    expect(judgeReply(reply(206, { 'content-length': '60' }), 40, 100)).toEqual({ type: 'body', skipBytes: 0 });
    expect(judgeReply(reply(206, { 'content-length': '100' }), 40, 100).type).toBe('elsewhere');
  });

  test('R15: a busy server is asked again, later and later', () => {
    for (const status of [408, 429, 500, 502, 503]) expect(judgeReply(reply(status), 0, 100).type).toBe('later');
    expect([1, 2, 3, 4, 5, 6, 7].map(backoffMs)).toEqual([500, 1000, 2000, 4000, 8000, 10_000, 10_000]);
  });
});

describe('parts of an interrupted download', () => {
  test('R15: only leading whole parts count', () => {
    const total = 2 * partBytes + 10;
    expect(countWholeParts([], total)).toBe(0);
    expect(countWholeParts([partBytes, partBytes], total)).toBe(2);
    expect(countWholeParts([partBytes, partBytes, 10], total)).toBe(3);
    expect(countWholeParts([partBytes, 5, 10], total)).toBe(1);
    expect(countWholeParts([partBytes, partBytes, 11], total)).toBe(2);
    expect(countWholeParts([partBytes, partBytes, 10, 10], total)).toBe(3);
  });
});
