import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bytesToHex, createSeededRandom, randomInteger, randomNormal, shuffled, systemRandom } from '#vocabulary';

describe('R5: seeded randomness', () => {
  test('golden bytes: every machine draws the same', () => {
    expect(bytesToHex(createSeededRandom('peerage').bytes(16))).toBe('10ea85c1fb76affa46b30c9318281204');
  });

  test('a seed as text and as its bytes is the same seed, another seed another stream', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (seed, other) => {
        const bytes = createSeededRandom(seed).bytes(16);
        expect(createSeededRandom(new TextEncoder().encode(seed)).bytes(16)).toEqual(bytes);
        if (other !== seed) expect(createSeededRandom(other).bytes(16)).not.toEqual(bytes);
      }),
    );
  });
});

test.each([
  ['seeded', createSeededRandom('x')],
  ['system', systemRandom],
])('R5: %s randomness keeps its ranges', (_name, random) => {
  for (let draw = 0; draw < 1_000; draw++) {
    const value = random.next();
    expect(value >= 0 && value < 1).toBe(true);
    expect([0, 1, 2]).toContain(randomInteger(random, 3));
  }
  expect(random.bytes(9)).toHaveLength(9);
  expect(random.bytes(16)).not.toEqual(random.bytes(16));
});

test('R5: shuffling keeps the items and leaves its input alone', () => {
  fc.assert(
    fc.property(fc.string(), fc.array(fc.integer()), (seed, items) => {
      const before = [...items];
      const result = shuffled(createSeededRandom(seed), items);
      expect(items).toEqual(before);
      expect(result.toSorted((a, b) => a - b)).toEqual(items.toSorted((a, b) => a - b));
      expect(shuffled(createSeededRandom(seed), items)).toEqual(result);
    }),
  );
});

test('R5: shuffling favours no place: each of three items stands first about equally often', () => {
  const random = createSeededRandom('fair');
  const first = [0, 0, 0];
  for (let draw = 0; draw < 3_000; draw++) {
    const [item] = shuffled(random, [0, 1, 2]) as [number];
    first[item] = (first[item] as number) + 1;
  }
  // Four standard deviations of a binomial with n = 3000, p = 1/3.
  for (const count of first) expect(Math.abs(count - 1_000)).toBeLessThan(4 * Math.sqrt(3_000 * (1 / 3) * (2 / 3)));
});

test('R5: normal deviates have mean 0 and variance 1', () => {
  const random = createSeededRandom('normal');
  const draws = Array.from({ length: 4_000 }, () => randomNormal(random));
  const mean = draws.reduce((sum, draw) => sum + draw, 0) / draws.length;
  const variance = draws.reduce((sum, draw) => sum + (draw - mean) ** 2, 0) / draws.length;
  expect(Math.abs(mean)).toBeLessThan(4 / Math.sqrt(4_000));
  expect(Math.abs(variance - 1)).toBeLessThan(4 * Math.sqrt(2 / 4_000));
});
