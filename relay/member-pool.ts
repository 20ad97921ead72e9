import { type Random, randomInteger } from '#vocabulary';

/** A set from which a few members are picked at random in time that does not depend on its size. */
export interface Pool<T> extends Iterable<T> {
  readonly size: number;
  has(item: T): boolean;
  add(item: T): void;
  delete(item: T): boolean;
  /** Up to `count` different items, each as likely as any other, without `but`. */
  sample(random: Random, count: number, but?: T): T[];
}

export function createPool<T>(): Pool<T> {
  const items: T[] = [];
  const places = new Map<T, number>();
  return {
    get size() {
      return items.length;
    },
    has: (item) => places.has(item),
    add(item) {
      if (places.has(item)) return;
      places.set(item, items.length);
      items.push(item);
    },
    delete(item) {
      const place = places.get(item);
      if (place === undefined) return false;
      places.delete(item);
      const last = items.pop() as T;
      if (place === items.length) return true;
      items[place] = last;
      places.set(last, place);
      return true;
    },
    sample(random, count, but) {
      const gap = but === undefined ? undefined : places.get(but);
      const others = items.length - (gap === undefined ? 0 : 1);
      const itemAt = (place: number): T => items[gap !== undefined && place >= gap ? place + 1 : place] as T;
      // Floyd's sample (Bentley & Floyd 1987): each step adds one place not chosen yet.
      const chosen = new Set<number>();
      for (let last = Math.max(0, others - count); last < others; last++) {
        const pick = randomInteger(random, last + 1);
        chosen.add(chosen.has(pick) ? last : pick);
      }
      return [...chosen].map(itemAt);
    },
    [Symbol.iterator]: () => items[Symbol.iterator](),
  };
}
