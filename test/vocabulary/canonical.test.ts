import { describe, expect, test } from 'vitest';
import { type Canonical, bytesToHex, decodeCanonical, encodeCanonical, hexToBytes } from '#vocabulary';
import { MAX_CANONICAL_DEPTH } from '../../src/vocabulary/canonical.ts';

const hexOf = (value: Canonical): string => bytesToHex(encodeCanonical(value));

describe('R1: bytes written', () => {
  const golden: readonly (readonly [string, Canonical, string])[] = [
    ['zero', 0, '00'],
    ['minus zero', -0, '00'],
    ['the last one-byte integer', 23, '17'],
    ['the first two-byte integer', 24, '1818'],
    ['the largest safe integer', Number.MAX_SAFE_INTEGER, '1b001fffffffffffff'],
    ['the smallest safe integer', Number.MIN_SAFE_INTEGER, '3b001ffffffffffffe'],
    ['a half', 0.5, 'fb3fe0000000000000'],
    ['a large whole number', 1e300, 'fb7e37e43c8800759c'],
    ['a text', 'ü', '62c3bc'],
    ['bytes', new Uint8Array([1, 2]), '420102'],
    ['a map, shorter keys first', { bb: 1, c: 2, a: 3 }, 'a361610361630262626201'],
    ['a list', [null, true, false], '83f6f5f4'],
  ];
  test.each(golden)('%s', (_name, value, hex) => {
    expect(hexOf(value)).toBe(hex);
    expect(decodeCanonical(hexToBytes(hex))).toEqual({ ok: true, value: Object.is(value, -0) ? 0 : value });
  });

  test('half a surrogate pair becomes U+FFFD', () => {
    expect(hexOf('\ud83d')).toBe(hexOf('\ufffd'));
    expect(hexOf(`${'x'.repeat(300)}\ud83d`)).toBe(hexOf(`${'x'.repeat(300)}\ufffd`));
  });

  test('a text keeps its leading U+FEFF', () => {
    for (const text of ['\ufeff', '\ufeffa', `\ufeff${'long '.repeat(20)}`])
      expect(decodeCanonical(encodeCanonical(text))).toEqual({ ok: true, value: text });
  });

  test('a key named __proto__ is an ordinary key', () => {
    const decoded = decodeCanonical(hexToBytes('a1695f5f70726f746f5f5fa1616101'));
    expect(decoded.ok && Object.keys(decoded.value as object)).toEqual(['__proto__']);
    expect(decoded.ok && Object.getPrototypeOf(decoded.value)).toBe(Object.prototype);
  });

  test.each([
    ['NaN', Number.NaN],
    ['an infinity', Number.POSITIVE_INFINITY],
    ['undefined', { a: undefined }],
    ['a bigint', 1n],
    ['a Map', new Map()],
    ['a function', () => 1],
    ['an ill-formed key', { '\ud800': 1 }],
  ])('R3: %s is a mistake of ours and throws', (_name, value) => {
    expect(() => encodeCanonical(value as never)).toThrow();
  });
});

describe('R2: bytes refused', () => {
  const deep = (levels: number): string => '81'.repeat(levels) + '00';
  test.each([
    ['nothing', ''],
    ['keys out of order', 'a2616201616100'],
    ['a longer key first', 'a262616101616200'],
    ['a repeated key', 'a2616100616101'],
    ['an integer key', 'a10000'],
    ['an integer of 1 in two bytes', '1801'],
    ['an integer of 1 in nine bytes', '1b0000000000000001'],
    ['a long negative integer', '3800'],
    ['a long text head', '780161'],
    ['a long byte head', '580100'],
    ['a long list head', '9800'],
    ['a long map head', 'b800'],
    ['a half-width float', 'f93800'],
    ['a single-width float', 'fa3f000000'],
    ['a whole number as a float', 'fb3ff0000000000000'],
    ['minus zero', 'fb8000000000000000'],
    ['NaN', 'fb7ff8000000000000'],
    ['an infinity', 'fb7ff0000000000000'],
    ['undefined', 'f7'],
    ['another simple value', 'f0'],
    ['a tag', 'c000'],
    ['a bignum tag', 'c24101'],
    ['an integer beyond 2^53', '1b0020000000000000'],
    ['a negative integer beyond -2^53', '3b001fffffffffffff'],
    ['an indefinite list', '9fff'],
    ['an indefinite text', '7f6161ff'],
    ['a break', 'ff'],
    ['trailing bytes', '0000'],
    ['a list that ends early', '8200'],
    ['a text that ends early', '6261'],
    ['a list that claims 2^32 items', '9affffffff'],
    ['ill-formed UTF-8', '61ff'],
    ['ill-formed UTF-8 of two bytes', '62c328'],
    ['an encoded surrogate', '63eda080'],
    ['a list nested too deep', deep(MAX_CANONICAL_DEPTH + 1)],
    ['a list nested absurdly deep', deep(100_000)],
    ['a map nested too deep', 'a16161'.repeat(MAX_CANONICAL_DEPTH + 1) + '00'],
  ])('%s', (_name, hex) => {
    const decoded = decodeCanonical(hexToBytes(hex));
    expect(decoded.ok).toBe(false);
    expect(!decoded.ok && decoded.error.type).toBe('malformed-cbor');
  });

  test('the deepest nesting allowed is accepted, however many siblings it has', () => {
    expect(decodeCanonical(hexToBytes(deep(MAX_CANONICAL_DEPTH))).ok).toBe(true);
    const wide = Array.from({ length: 2 * MAX_CANONICAL_DEPTH }, () => [[], {}, [1], { a: [] }]);
    expect(decodeCanonical(encodeCanonical(wide))).toEqual({ ok: true, value: wide });
  });
});
