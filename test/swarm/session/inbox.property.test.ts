import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createInbox } from '../../../src/swarm/session/inbox.ts';

test('R3: whatever the order and however often they come, messages are delivered in order and once', () => {
  const arrivals = fc.integer({ min: 1, max: 60 }).chain((count) =>
    fc.tuple(
      fc.constant(count),
      fc.shuffledSubarray(
        Array.from({ length: count }, (_, index) => index),
        { minLength: count },
      ),
      fc.array(fc.nat(count - 1), { maxLength: 30 }),
    ),
  );
  fc.assert(
    fc.property(arrivals, fc.nat(), ([count, order, copies], at) => {
      const inbox = createInbox<number>();
      const delivered: number[] = [];
      const split = at % count;
      for (const sequence of [...order.slice(0, split), ...copies, ...order.slice(split)])
        delivered.push(...(inbox.accept(sequence, sequence, 10) ?? []));
      expect(delivered).toEqual(Array.from({ length: count }, (_, index) => index));
      expect(inbox.hasGap()).toBe(false);
    }),
  );
});

test('R3: what is ahead of its turn is held within limits', () => {
  const inbox = createInbox<number>();
  let held = 0;
  while (inbox.accept(held + 1, held, 1) !== undefined) held++;
  expect(held).toBe(256);
  const large = createInbox<number>();
  expect(large.accept(1, 1, 4 * 1024 * 1024)).toEqual([]);
  expect(large.accept(2, 2, 1)).toBeUndefined();
  expect(large.accept(0, 0, 1)).toEqual([0, 1]);
});
