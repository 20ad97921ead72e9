/**
 * Brings numbered messages that may come over several connections back into order, each once. Pure.
 * A message ahead of its turn is held, within limits; one that was delivered already is dropped.
 */
export interface Inbox<T> {
  /** Everything that is now due, in order; undefined when more is missing than can be held. */
  accept(sequence: number, item: T, sizeBytes: number): readonly T[] | undefined;
  /** A message is missing while later ones are here. */
  hasGap(): boolean;
}

/**
 * A move from one connection to another overtakes what the slower one still carries: at most what its transport
 * buffers, a few messages of 256 KiB.
 */
const MAX_HELD_ITEMS = 256;
const MAX_HELD_BYTES = 4 * 1024 * 1024;

export function createInbox<T>(): Inbox<T> {
  const held = new Map<number, { readonly item: T; readonly sizeBytes: number }>();
  let expected = 0;
  let heldBytes = 0;

  return {
    accept(sequence, item, sizeBytes) {
      if (sequence < expected || held.has(sequence)) return [];
      if (sequence > expected) {
        if (held.size >= MAX_HELD_ITEMS || heldBytes + sizeBytes > MAX_HELD_BYTES) return undefined;
        held.set(sequence, { item, sizeBytes });
        heldBytes += sizeBytes;
        return [];
      }
      const due = [item];
      expected++;
      for (let next = held.get(expected); next !== undefined; next = held.get(expected)) {
        held.delete(expected);
        heldBytes -= next.sizeBytes;
        due.push(next.item);
        expected++;
      }
      return due;
    },
    hasGap: () => held.size > 0,
  };
}
