import { type Random, shuffled } from '#vocabulary';
import type { Group } from './plan-cost.ts';

/** Answers in seeded order, and where each judge stands among them. */
export interface Circle {
  /** How many times judges had gone round before this one stood here: it then should go on where those stopped. */
  lapOf(judge: number): number;
  /** Groups of offsets as groups of answers, without those that have an answer of the judge's own. */
  turn(judge: number, groups: readonly Group[]): Group[];
}

/** A judge stands at its own answer, or at the first of several on the circle; judges without one at equal distances. */
export function createCircle(authors: readonly number[], judgeCount: number, random: Random): Circle {
  const answers = shuffled(random, [...authors.keys()]);
  const judges = Array.from({ length: judgeCount }, (_, judge) => judge);
  const isAuthor = judges.map((judge) => authors.includes(judge));
  const guests = shuffled(
    random,
    judges.filter((judge) => isAuthor[judge] === false),
  );
  const authorLaps = isAuthor.includes(true) ? 1 : 0;
  const guestLap = (judge: number): number => Math.floor(guests.indexOf(judge) / answers.length);
  const positionOf = (judge: number): number => {
    const own = answers.findIndex((answer) => authors[answer] === judge);
    if (own >= 0) return own;
    const lapStart = guestLap(judge) * answers.length;
    const companions = Math.min(answers.length, guests.length - lapStart);
    return Math.floor(((guests.indexOf(judge) - lapStart) * answers.length) / companions);
  };
  return {
    lapOf: (judge) => (isAuthor[judge] === true ? 0 : authorLaps + guestLap(judge)),
    turn(judge, groups) {
      const start = positionOf(judge);
      return groups
        .map((group) => group.map((offset) => answers[(start + offset) % answers.length] as number))
        .filter((group) => group.every((answer) => authors[answer] !== judge));
    },
  };
}
