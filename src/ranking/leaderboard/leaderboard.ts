import { type Result, err, failure, ok } from '#vocabulary';
import type { VoteCells } from '../vote-cells.ts';
import type { LeaderboardError } from './errors.ts';
import { type JudgedPairs, type LeaderboardStatistics, countPairs } from './pair-statistics.ts';

/** Statistics with the names of their items and judges: what two holders of votes exchange and add up. */
export interface Leaderboard {
  /** Distinct, ascending by UTF-16 code units, the same order in every locale. */
  readonly items: readonly string[];
  readonly judges: readonly string[];
  readonly statistics: LeaderboardStatistics;
}

/** Names the items and judges of cells by their index. The names come in any order and are put into the canonical one. */
export function createLeaderboard(
  items: readonly string[],
  judges: readonly string[],
  cells: VoteCells,
): Result<Leaderboard, LeaderboardError> {
  for (const [names, count, noun] of [
    [items, cells.itemCount, 'items'],
    [judges, cells.judgeCount, 'judges'],
  ] as const) {
    if (names.length !== count)
      return err(failure('bad-names', `${names.length} names for ${count} ${noun}; there must be one for each.`));
    if (new Set(names).size !== count)
      return err(failure('bad-names', `Two of the ${noun} have the same name; names must be distinct.`));
  }
  return ok(addNamed([{ items, judges, cells }]));
}

/**
 * The leaderboard of the votes of both: names are united, wins added. Judges of one name are one judge. Commutative to the
 * byte, associative up to rounding and exact for whole numbers; a leaderboard without votes is neutral.
 */
export function mergeLeaderboards(x: Leaderboard, y: Leaderboard): Leaderboard {
  return addNamed([x, y].map(({ items, judges, statistics }) => ({ items, judges, cells: cellsOf(statistics) })));
}

interface NamedCells {
  readonly items: readonly string[];
  readonly judges: readonly string[];
  readonly cells: JudgedPairs;
}

function addNamed(parts: readonly NamedCells[]): Leaderboard {
  const items = uniteNames(parts.map((part) => part.items));
  const judges = uniteNames(parts.map((part) => part.judges));
  const size = parts.reduce((sum, { cells }) => sum + cells.judges.length, 0);
  const judgeColumn = new Uint32Array(size);
  const firsts = new Uint32Array(size);
  const seconds = new Uint32Array(size);
  const firstWins = new Float64Array(size);
  const secondWins = new Float64Array(size);
  let row = 0;
  for (const part of parts) {
    const itemOf = indicesIn(items, part.items);
    const judgeOf = indicesIn(judges, part.judges);
    const { cells } = part;
    for (let cell = 0; cell < cells.judges.length; cell++, row++) {
      judgeColumn[row] = judgeOf[cells.judges[cell] as number] as number;
      firsts[row] = itemOf[cells.firsts[cell] as number] as number;
      seconds[row] = itemOf[cells.seconds[cell] as number] as number;
      firstWins[row] = cells.firstWins[cell] as number;
      secondWins[row] = cells.secondWins[cell] as number;
    }
  }
  // Sorting is stable, so a judge's cells keep the order of the parts; each part has at most one of a pair and order.
  const order = judgeColumn.map((_, index) => index);
  order.sort((a, b) => (judgeColumn[a] as number) - (judgeColumn[b] as number) || a - b);
  const statistics = countPairs({
    itemCount: items.length,
    judgeCount: judges.length,
    judges: order.map((index) => judgeColumn[index] as number),
    firsts: order.map((index) => firsts[index] as number),
    seconds: order.map((index) => seconds[index] as number),
    firstWins: Float64Array.from(order, (index) => firstWins[index] as number),
    secondWins: Float64Array.from(order, (index) => secondWins[index] as number),
  });
  return { items, judges, statistics };
}

function cellsOf({ pairs, judges }: LeaderboardStatistics): JudgedPairs {
  const judgeColumn = new Uint32Array(judges.pairs.length);
  for (let judge = 0; judge < judges.judgeCount; judge++)
    judgeColumn.fill(judge, judges.starts[judge], judges.starts[judge + 1]);
  return {
    itemCount: pairs.itemCount,
    judgeCount: judges.judgeCount,
    judges: judgeColumn,
    firsts: judges.pairs.map((pair) => pairs.firsts[pair] as number),
    seconds: judges.pairs.map((pair) => pairs.seconds[pair] as number),
    firstWins: judges.firstWins,
    secondWins: judges.secondWins,
  };
}

function uniteNames(lists: readonly (readonly string[])[]): string[] {
  return [...new Set(lists.flat())].sort();
}

function indicesIn(united: readonly string[], names: readonly string[]): number[] {
  const indexByName = new Map(united.map((name, index) => [name, index]));
  return names.map((name) => indexByName.get(name) as number);
}
