import type { Vote } from '#ranking';
import { planWave } from '../../../src/ranking/assignment/active-wave.ts';
import { type OrderedPair, assignPairs } from '../../../src/ranking/assignment/pairs-per-judge.ts';
import { type Group, type Plan, pairIndex } from '../../../src/ranking/assignment/plan-cost.ts';
import { isDecided, savingOf } from '../../../src/ranking/assignment/stop-rule.ts';
import { drawStrengths } from '../../../src/ranking/assignment/strength-draws.ts';
import { countBallots } from '../../../src/ranking/ballots.ts';
import { bestChances } from '../../../src/ranking/fit/posterior.ts';
import { fitCells } from '../../../src/ranking/fit/fit-cells.ts';
import { orderByStrength } from '../../../src/ranking/ranking.ts';
import type { BenchRow } from '../bench-row.ts';
import { comparePaired } from './paired-comparison.ts';
import { simulateRound } from './simulated-round.ts';

/**
 * Votes that active waves save. Every judge is honest (`simulateRound`: differing discrimination and position bias). The
 * full budget is spent at once on a plan of so many pairs a judge. Active rounds begin with a small plan, ask each judge
 * for one more pair a wave and stop once P(best) is certain enough, or at the full budget. Passive rounds do the same with
 * pairs in seeded order, which shows what the choice of pairs adds to the stop rule. A judge says the same of a pair in all
 * three. Certainties are such that on other seeds than these the best answer was found at least as often as with the full
 * budget.
 */
const SETTINGS: readonly Setting[] = [
  { answers: 5, pairsPerJudge: 6, firstWave: 1, certainty: 0.85, most: 1 },
  { answers: 7, pairsPerJudge: 5, firstWave: 1, certainty: 0.5, most: 0.6 },
  { answers: 7, pairsPerJudge: 15, firstWave: 2, certainty: 0.85, most: 0.75 },
  { answers: 12, pairsPerJudge: 10, firstWave: 2, certainty: 0.6, most: 0.6 },
  { answers: 12, pairsPerJudge: 20, firstWave: 2, certainty: 0.75, most: 0.6 },
  { answers: 12, pairsPerJudge: 55, firstWave: 2, certainty: 0.9, most: 0.6 },
  { answers: 35, pairsPerJudge: 10, firstWave: 2, certainty: 0.5, most: 0.6 },
];
const ROUNDS = 400;
/** Standard errors by which a rate may be lower and still count as equal. */
const NOISE = 2;

interface Setting {
  readonly answers: number;
  /** Of the full budget; with n answers there are (n-1)(n-2)/2. */
  readonly pairsPerJudge: number;
  readonly firstWave: number;
  readonly certainty: number;
  /** Share of the full budget that active waves may need. */
  readonly most: number;
}

interface Course {
  readonly votes: number;
  /** Whether the best answer was found. */
  readonly found: boolean;
}

export function measureWaves(): BenchRow[] {
  return SETTINGS.flatMap((setting) => {
    const rounds = Array.from({ length: ROUNDS }, (_, index) => playRound(setting, index));
    const foundBy = (courses: readonly Course[]): number[] => courses.map(({ found }) => Number(found));
    const votesOf = (courses: readonly Course[]): number => courses.reduce((sum, { votes }) => sum + votes, 0) / ROUNDS;
    const active = rounds.map((round) => round.active);
    const passive = rounds.map((round) => round.passive);
    const rates = comparePaired(foundBy(active), foundBy(rounds.map((round) => round.full)));
    const passiveRates = comparePaired(foundBy(active), foundBy(passive));

    const budget = setting.answers * setting.pairsPerJudge;
    const { votes, saved } = savingOf(votesOf(active), budget);
    const title = `${setting.answers} answers, ${setting.pairsPerJudge} pairs a judge, stop at ${setting.certainty}`;
    const rate = (share: number): string => share.toFixed(3);
    return [
      {
        name: `${title}: active waves (best found ${rate(rates.ours)}) against the full budget (${rate(rates.theirs)})`,
        ours: votes,
        rival: budget,
        unit: 'votes',
        ratio: 1 - saved,
        target: `<= ${setting.most}, best found as often (z = ${rates.z.toFixed(1)})`,
        holds: 1 - saved <= setting.most && rates.z > -NOISE,
      },
      {
        name: `${title}: active waves (best found ${rate(rates.ours)}) against passive ones (${rate(passiveRates.theirs)})`,
        ours: votes,
        rival: votesOf(passive),
        unit: 'votes',
        ratio: votes / votesOf(passive),
        target: `<= 1, best found as often (z = ${passiveRates.z.toFixed(1)})`,
        holds: votes <= votesOf(passive) && passiveRates.z > -NOISE,
      },
    ];
  });
}

function playRound(setting: Setting, index: number): Record<'active' | 'passive' | 'full', Course> {
  const { answers, pairsPerJudge, firstWave, certainty } = setting;
  const authors = Array.from({ length: answers }, (_, answer) => answer);
  const seed = `saved votes/${answers}/${pairsPerJudge}/${index}`;
  const plan = (pairs: number): readonly (readonly OrderedPair[])[] => {
    const assigned = assignPairs({ authors, judgeCount: answers, pairsPerJudge: pairs, seed });
    if (!assigned.ok) throw new Error(assigned.error.message);
    return assigned.value;
  };
  const everyPair = plan(answers * answers);
  const { ballots, strengths } = simulateRound({
    answers,
    adversary: 'coin',
    badJudges: 0,
    seed,
    plan: () => everyPair,
  });
  const opinions = new Map(ballots.votes.map((vote) => [opinionKey(vote.judge, [vote.first, vote.second]), vote]));
  const best = strengths.indexOf(Math.max(...strengths));

  const fit = (asked: Plan) => {
    const votes = asked.flatMap((pairs, judge) => pairs.map((pair) => opinions.get(opinionKey(judge, pair)) as Vote));
    const counted = countBallots({ answerCount: answers, judgeCount: answers, votes });
    if (!counted.ok) throw new Error(counted.error.message);
    const { judges, ...fitted } = fitCells(counted.value, {});
    const posterior = fitted.posterior();
    const found = orderByStrength(posterior.strengths)[0] === best;
    return { posterior, judges, pBest: bestChances(posterior), course: { votes: votes.length, found } };
  };
  type Fitted = ReturnType<typeof fit>;

  const playWaves = (next: (fitted: Fitted, asked: Plan) => readonly Group[]): Course => {
    let asked: Plan = plan(firstWave);
    for (;;) {
      const fitted = fit(asked);
      if (fitted.course.votes >= answers * pairsPerJudge || isDecided(fitted.pBest, certainty)) return fitted.course;
      const wave = next(fitted, asked);
      if (wave.every((group) => group.length === 0)) return fitted.course;
      asked = asked.map((groups, judge) => [...groups, ...(wave[judge]?.length === 0 ? [] : [wave[judge] as Group])]);
    }
  };

  return {
    active: playWaves(({ posterior, judges, course }, asked) => {
      const wave = planWave({
        authors,
        judgeCount: answers,
        seed: `${seed}/${course.votes}`,
        draws: drawStrengths(posterior, `${seed}/${course.votes}`),
        asked,
        budget: answers * pairsPerJudge - course.votes,
        discriminations: judges.map(({ discrimination }) => discrimination),
      });
      if (!wave.ok) throw new Error(wave.error.message);
      return wave.value;
    }),
    passive: playWaves((_, asked) =>
      everyPair.map((pairs, judge) => {
        const known = new Set(asked[judge]?.map((pair) => opinionKey(judge, pair)));
        return pairs.find((pair) => !known.has(opinionKey(judge, pair))) ?? [];
      }),
    ),
    full: fit(plan(pairsPerJudge)).course,
  };
}

function opinionKey(judge: number, pair: Group): string {
  return `${judge}/${pairIndex(pair[0] as number, pair[1] as number)}`;
}
