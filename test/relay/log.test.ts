import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createVirtualClock } from '#vocabulary';
import { type LogLevel, createLog } from '../../relay/log.ts';
import { createRefusalLog } from '../../relay/refusal-log.ts';

function logInto(format: 'json' | 'words', level: LogLevel = 'info') {
  const lines: string[] = [];
  const log = createLog({ format, level, now: () => 0, write: (line) => lines.push(line) });
  return { lines, log };
}

describe('R24: the log', () => {
  test('is one JSON object a line, or words', () => {
    const json = logInto('json');
    json.log('warn', 'another relay fell silent', { relay: 'r', tries: 3, cause: undefined });
    expect(json.lines).toHaveLength(1);
    expect(JSON.parse(json.lines[0] ?? '')).toEqual({
      time: '1970-01-01T00:00:00.000Z',
      level: 'warn',
      event: 'another relay fell silent',
      relay: 'r',
      tries: 3,
    });
    const words = logInto('words');
    words.log('warn', 'another relay fell silent', { relay: 'r' });
    words.log('info', 'draining', { seconds: 10 });
    expect(words.lines).toEqual(['warn: another relay fell silent relay="r"', 'draining seconds=10']);
  });

  test('leaves out what is below its level', () => {
    const { lines, log } = logInto('words', 'warn');
    for (const level of ['debug', 'info', 'warn', 'error'] as const) log(level, level);
    expect(lines).toEqual(['warn: warn', 'error: error']);
  });

  test('prints no text of a peer as it is, and no field replaces what the relay says', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 500 }), fc.constantFrom('json', 'words'), (text, format) => {
        const { lines, log } = logInto(format as 'json' | 'words');
        log('info', 'said', { text, level: text, event: text, time: text });
        expect(lines).toHaveLength(1);
        expect(lines[0]).toMatch(/^[\x20-\x7e]*$/);
        if (format === 'words') return;
        const read = JSON.parse(lines[0] ?? '') as Record<string, string>;
        expect([read['level'], read['event']]).toEqual(['info', 'said']);
        expect((read['text'] ?? '').replace(/…$/, '')).toBe(text.slice(0, 300));
      }),
    );
  });

  test('a flood of refusals is one line in ten seconds for each reason', async () => {
    const { lines, log } = logInto('words', 'debug');
    const clock = createVirtualClock();
    const refused = createRefusalLog(clock, log);
    for (let turn = 0; turn < 100; turn++) refused('origin', 'https://evil.example');
    refused('full', '192.0.2.1');
    await clock.advance(10_000);
    refused('origin', 'https://evil.example');
    expect(lines).toEqual([
      'debug: refused reason="origin" from="https://evil.example"',
      'debug: refused reason="full" from="192.0.2.1"',
      'debug: refused reason="origin" from="https://evil.example" before=99',
    ]);
  });
});
