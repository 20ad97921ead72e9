import type { Vote } from './vote.ts';

/**
 * Votes added up, in columns: one cell for each judge, pair and order it was shown in. Every likelihood here is linear in
 * the outcome, so cells are sufficient: `firstWins` = sum of weight x outcome, `secondWins` = sum of weight x (1 - outcome).
 * Cells ascend by judge, then first, then second, then ordered.
 */
export interface VoteCells {
  readonly itemCount: number;
  readonly judgeCount: number;
  /** Votes that were added, weight aside. */
  readonly voteCount: number;
  readonly judges: Uint32Array;
  readonly firsts: Uint32Array;
  readonly seconds: Uint32Array;
  /** 1 where the judge saw the pair in this order; unordered cells have first < second. */
  readonly ordered: Uint8Array;
  readonly firstWins: Float64Array;
  readonly secondWins: Float64Array;
}

/** Adds votes one at a time in memory proportional to the number of distinct cells, however many votes there are. */
export interface VoteCounter {
  add(vote: Vote): void;
  /** The cells so far. Items and judges that no vote names are counted when the counts given are larger. */
  cells(itemCount?: number, judgeCount?: number): VoteCells;
}

const FIRST_CAPACITY = 64;

export function createVoteCounter(): VoteCounter {
  let capacity = FIRST_CAPACITY;
  let size = 0;
  let voteCount = 0;
  let itemCount = 0;
  let judgeCount = 0;
  let judges = new Uint32Array(capacity);
  let firsts = new Uint32Array(capacity);
  let seconds = new Uint32Array(capacity);
  let ordered = new Uint8Array(capacity);
  let firstWins = new Float64Array(capacity);
  let secondWins = new Float64Array(capacity);
  /** Open addressing: cell index + 1, or 0. Twice as many slots as cells keeps probes short. */
  let slots = new Uint32Array(2 * capacity);

  const slotOf = (judge: number, first: number, second: number, order: number): number => {
    const mask = slots.length - 1;
    let slot = hashCell(judge, first, second, order) & mask;
    for (;;) {
      const cell = (slots[slot] as number) - 1;
      if (cell < 0) return slot;
      if (judges[cell] === judge && firsts[cell] === first && seconds[cell] === second && ordered[cell] === order)
        return slot;
      slot = (slot + 1) & mask;
    }
  };

  const grow = (): void => {
    capacity *= 2;
    judges = widened(judges, new Uint32Array(capacity));
    firsts = widened(firsts, new Uint32Array(capacity));
    seconds = widened(seconds, new Uint32Array(capacity));
    ordered = widened(ordered, new Uint8Array(capacity));
    firstWins = widened(firstWins, new Float64Array(capacity));
    secondWins = widened(secondWins, new Float64Array(capacity));
    slots = new Uint32Array(2 * capacity);
    for (let cell = 0; cell < size; cell++) {
      const slot = slotOf(
        judges[cell] as number,
        firsts[cell] as number,
        seconds[cell] as number,
        ordered[cell] as number,
      );
      slots[slot] = cell + 1;
    }
  };

  return {
    add(vote) {
      const turned = !vote.ordered && vote.first > vote.second;
      const first = turned ? vote.second : vote.first;
      const second = turned ? vote.first : vote.second;
      const outcome = turned ? 1 - vote.outcome : vote.outcome;
      const order = vote.ordered ? 1 : 0;
      if (size === capacity) grow();
      const slot = slotOf(vote.judge, first, second, order);
      let cell = (slots[slot] as number) - 1;
      if (cell < 0) {
        cell = size++;
        slots[slot] = size;
        judges[cell] = vote.judge;
        firsts[cell] = first;
        seconds[cell] = second;
        ordered[cell] = order;
        itemCount = Math.max(itemCount, first + 1, second + 1);
        judgeCount = Math.max(judgeCount, vote.judge + 1);
      }
      firstWins[cell]! += vote.weight * outcome;
      secondWins[cell]! += vote.weight * (1 - outcome);
      voteCount += 1;
    },

    cells(items = 0, judgesKnown = 0) {
      const at = (column: Uint32Array | Uint8Array, cell: number): number => column[cell] as number;
      const order = Uint32Array.from({ length: size }, (_, cell) => cell).sort(
        (x, y) =>
          at(judges, x) - at(judges, y) ||
          at(firsts, x) - at(firsts, y) ||
          at(seconds, x) - at(seconds, y) ||
          at(ordered, x) - at(ordered, y),
      );
      return {
        itemCount: Math.max(items, itemCount),
        judgeCount: Math.max(judgesKnown, judgeCount),
        voteCount,
        judges: order.map((cell) => at(judges, cell)),
        firsts: order.map((cell) => at(firsts, cell)),
        seconds: order.map((cell) => at(seconds, cell)),
        ordered: Uint8Array.from(order, (cell) => at(ordered, cell)),
        firstWins: Float64Array.from(order, (cell) => firstWins[cell] as number),
        secondWins: Float64Array.from(order, (cell) => secondWins[cell] as number),
      };
    },
  };
}

function widened<T extends Uint32Array | Uint8Array | Float64Array>(old: T, wider: T): T {
  wider.set(old);
  return wider;
}

/** Mixes four small integers (multipliers of Murmur3's finaliser, Appleby 2011). */
function hashCell(judge: number, first: number, second: number, order: number): number {
  let hash = Math.imul(judge + 1, 0x9e37_79b1);
  hash = Math.imul(hash ^ (hash >>> 15) ^ (first * 2 + order), 0x85eb_ca6b);
  hash = Math.imul(hash ^ (hash >>> 13) ^ second, 0xc2b2_ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
