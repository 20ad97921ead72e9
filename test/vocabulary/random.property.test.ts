import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createSeededRandom, randomInteger, randomNormal, shuffled } from '#vocabulary';

test('R3: a stream depends on its seed alone', () => {
  fc.assert(
    fc.property(fc.string(), (seed) => {
      const once = createSeededRandom(seed);
      const again = createSeededRandom(new TextEncoder().encode(seed));
      expect(Array.from({ length: 20 }, () => once.next())).toEqual(Array.from({ length: 20 }, () => again.next()));
    }),
  );
});

test('R3: the stream of a seed is the one published', () => {
  const random = createSeededRandom('peerage');
  expect([...random.bytes(8)]).toEqual([16, 234, 133, 193, 251, 118, 175, 250]);
});

test('a shuffle keeps every item', () => {
  fc.assert(
    fc.property(fc.string(), fc.array(fc.integer()), (seed, items) => {
      const result = shuffled(createSeededRandom(seed), items);
      expect(result.toSorted((a, b) => a - b)).toEqual(items.toSorted((a, b) => a - b));
    }),
  );
});

test('integers stay below their bound and reach all of it', () => {
  const random = createSeededRandom('dice');
  const seen = new Set(Array.from({ length: 500 }, () => randomInteger(random, 6)));
  expect([...seen].toSorted()).toEqual([0, 1, 2, 3, 4, 5]);
});

test('normal deviates have mean 0 and variance 1 within four standard errors', () => {
  const random = createSeededRandom('normal');
  const draws = Array.from({ length: 20_000 }, () => randomNormal(random));
  const mean = draws.reduce((sum, x) => sum + x, 0) / draws.length;
  const variance = draws.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (draws.length - 1);
  expect(Math.abs(mean)).toBeLessThan(4 / Math.sqrt(draws.length));
  expect(Math.abs(variance - 1)).toBeLessThan(4 * Math.sqrt(2 / draws.length));
});
