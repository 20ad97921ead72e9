import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createReplyText } from '../../../src/inference/webllm/reply-text.ts';

const utf8 = new TextEncoder();

function write(pieces: readonly Uint8Array[], stops: readonly string[]): { text: string; hasStopped: boolean } {
  const reply = createReplyText(stops);
  let text = '';
  for (const piece of pieces) text += reply.push(piece);
  text += reply.end();
  return { text, hasStopped: reply.hasStopped() };
}

const pieces = fc.array(fc.uint8Array({ maxLength: 5 }), { maxLength: 20 });
const join = (parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(parts.flatMap((part) => [...part]));
const stop = fc.string({ unit: fc.constantFrom('a', 'b', 'ab', '😀'), minLength: 1, maxLength: 4 });

describe('text of a reply', () => {
  test('R9: whatever bytes the tokens hold, the text is what they are together, and well-formed', () => {
    fc.assert(
      fc.property(pieces, (parts) => {
        const { text } = write(parts, []);
        expect(text).toBe(new TextDecoder('utf-8', { ignoreBOM: true }).decode(join(parts)));
        expect(text.isWellFormed()).toBe(true);
      }),
    );
  });

  test('R5: however a text is cut into tokens, it ends before its first stop string and loses nothing else', () => {
    const texts = fc.string({ unit: fc.constantFrom('a', 'b', '😀', 'é'), maxLength: 30 });
    fc.assert(
      fc.property(
        texts,
        fc.array(stop, { maxLength: 3 }),
        fc.array(fc.nat(4), { maxLength: 30 }),
        (text, stops, cuts) => {
          const bytes = utf8.encode(text);
          const parts: Uint8Array[] = [];
          let from = 0;
          for (const cut of cuts) parts.push(bytes.subarray(from, (from += cut)));
          parts.push(bytes.subarray(from));
          const places = stops.map((each) => text.indexOf(each)).filter((place) => place >= 0);
          const first = Math.min(text.length, ...places);
          const written = write(parts, stops);
          // With tokens cut this way a longer stop may be complete before a shorter one that begins later, never the reverse.
          expect(written.hasStopped).toBe(places.length > 0);
          expect(text.startsWith(written.text)).toBe(true);
          expect(written.text.length).toBeGreaterThanOrEqual(first);
          for (const each of stops) expect(written.text.includes(each)).toBe(false);
          if (places.length === 0) expect(written.text).toBe(text);
        },
      ),
    );
  });

  test('R3: text that cannot be the beginning of a stop string is told at once', () => {
    const reply = createReplyText(['<end>']);
    expect(reply.push(utf8.encode('the <'))).toBe('the ');
    expect(reply.push(utf8.encode('en'))).toBe('');
    expect(reply.push(utf8.encode('t'))).toBe('<ent');
    expect(reply.push(utf8.encode('<e'))).toBe('');
    expect(reply.end()).toBe('<e');
  });

  test('R9: empty and broken stop strings stop nothing', () => {
    expect(write([utf8.encode('a b')], ['', '\ud800'])).toEqual({ text: 'a b', hasStopped: false });
  });
});
