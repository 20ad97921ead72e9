import { type Random, shuffled } from '#vocabulary';

// A design says what the judge at position 0 of the circle (`circle.ts`) gets, as offsets; the judge at position p gets the
// same, turned by p. With one answer a judge every answer is then shown equally often, and neighbours, whom every design
// joins, make a ring that one missing judge cannot break. Offset 0, the own answer, comes last: only a judge without an
// answer gets that far.

/**
 * Offsets in the order in which a judge scores more of them. Differences repeat as little as can be, as on a Golomb
 * ruler: runs of neighbours would compare near answers again and again and leave far ones many steps apart.
 */
export function subsetDesign(count: number): number[] {
  // The neighbour first: the ring is made of it.
  const offsets = rangeTo(Math.min(3, count));
  const uses = new Int32Array(count + 1);
  const use = (difference: number): void => {
    uses[difference]! += 1;
    uses[count - difference]! += 1;
  };
  use(1);
  for (let left = rangeTo(count).slice(2); left.length > 0;) {
    const repeatsOf = (offset: number): number =>
      offsets.reduce((sum, chosen) => sum + (uses[Math.abs(offset - chosen)] as number), 0);
    const next = leastBy(left, repeatsOf);
    for (const chosen of offsets) use(Math.abs(next - chosen));
    offsets.push(next);
    left = left.filter((offset) => offset !== next);
  }
  return [...offsets, 0];
}

/** Pairs of offsets in the order in which a judge compares more of them: no pair repeats before judges have had all. */
export function pairDesign(count: number, random: Random): [number, number][] {
  const half = count / 2;
  const startsOf = new Map<number, number[]>();
  for (const difference of differencesOf(count)) {
    const starts = rangeTo(difference === half ? half : count).filter((start) => start + difference !== count);
    startsOf.set(difference, shuffled(random, starts));
  }
  const pairs: [number, number][] = [];
  for (let turn = 0; turn < count - 2; turn++)
    for (const [difference, starts] of startsOf) {
      // All judges together meet opposite answers twice a turn, others once.
      if (difference === half && turn % 2 === 1) continue;
      const start = starts[difference === half ? turn / 2 : turn] as number;
      pairs.push([start, (start + difference) % count]);
    }
  return [...pairs, ...rangeTo(count).map((offset): [number, number] => [0, offset])];
}

/** 1, then whichever difference brings all answers nearest to each other, so that strengths are compared over few steps. */
function differencesOf(count: number): number[] {
  const differences = [1];
  for (let left = rangeTo(Math.floor(count / 2) + 1).slice(1); left.length > 0;) {
    const next = leastBy(left, (difference) => distancesOver([...differences, difference], count));
    differences.push(next);
    left = left.filter((difference) => difference !== next);
  }
  return differences;
}

/** Sum of the steps from one answer to each of the others. */
function distancesOver(differences: readonly number[], count: number): number {
  const steps = new Int32Array(count).fill(-1);
  const reached = [0];
  steps[0] = 0;
  let sum = 0;
  for (const position of reached)
    for (const difference of differences)
      for (const neighbour of [(position + difference) % count, (position + count - difference) % count]) {
        if (steps[neighbour] !== -1) continue;
        const distance = (steps[position] as number) + 1;
        steps[neighbour] = distance;
        sum += distance;
        reached.push(neighbour);
      }
  return sum;
}

/** The first of those for which the figure is least. */
function leastBy(numbers: readonly number[], figureOf: (number: number) => number): number {
  let best = numbers[0] as number;
  let least = Infinity;
  for (const number of numbers) {
    const figure = figureOf(number);
    if (figure >= least) continue;
    best = number;
    least = figure;
  }
  return best;
}

/** 1 to end - 1. */
function rangeTo(end: number): number[] {
  return Array.from({ length: Math.max(0, end - 1) }, (_, index) => index + 1);
}
