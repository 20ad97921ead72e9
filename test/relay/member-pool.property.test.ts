import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createSeededRandom } from '#vocabulary';
import { createPool } from '../../relay/member-pool.ts';

const step = fc.record({ add: fc.boolean(), item: fc.nat(30) });

test('R9: a pool is a set, whatever is added and taken out', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const [pool, set] = [createPool<number>(), new Set<number>()];
      for (const { add, item } of steps) {
        if (add) {
          pool.add(item);
          set.add(item);
        } else expect(pool.delete(item)).toBe(set.delete(item));
      }
      expect([...pool].sort()).toEqual([...set].sort());
      expect(pool.size).toBe(set.size);
      for (let item = 0; item <= 30; item++) expect(pool.has(item)).toBe(set.has(item));
    }),
  );
});

test('R9: a sample has as many different members as there are, up to the number asked for, and not the one left out', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.nat(100), { maxLength: 60 }),
      fc.nat(80),
      fc.nat(100),
      fc.string(),
      (items, count, but, seed) => {
        const pool = createPool<number>();
        for (const item of items) pool.add(item);
        const others = items.filter((item) => item !== but);
        const sample = pool.sample(createSeededRandom(seed), count, but);
        expect(new Set(sample).size).toBe(Math.min(count, others.length));
        expect(sample.every((item) => others.includes(item))).toBe(true);
      },
    ),
  );
});
