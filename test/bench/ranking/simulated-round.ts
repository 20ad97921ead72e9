import { type Random, createSeededRandom, randomInteger, randomNormal, shuffled } from '#vocabulary';
import { type Ballots, type Vote, assignPairs } from '#ranking';

/** Judges that do not judge. The others are honest: they see the strengths through logistic noise. */
export const adversaries = ['coin', 'colluders', 'lazy', 'length', 'sybils', 'injected'] as const;
export type Adversary = (typeof adversaries)[number];

export const adversaryTitles: Readonly<Record<Adversary, string>> = {
  coin: 'coin flippers',
  colluders: 'colluders promoting the worst',
  lazy: 'lazy first-position voters',
  length: 'length lovers',
  sybils: 'Sybil copies of one invented order',
  injected: 'judges obeying an injected answer',
};

export interface SimulatedRound {
  readonly ballots: Ballots;
  /** True strengths; the answer with the highest is the best. */
  readonly strengths: readonly number[];
  /** Extracted final answers: right ones agree, wrong ones scatter over four. */
  readonly finals: readonly string[];
}

/** For each judge the ordered pairs it compares. */
export type PairPlan = readonly (readonly (readonly [number, number])[])[];

/** As many pairs a judge as Fortytwo's graph has, fewer where recusal leaves fewer. */
export function planPairs(authors: readonly number[], seed: string): PairPlan {
  const pairsPerJudge = authors.length - 1 + Math.floor(authors.length / 2);
  const planned = assignPairs({ authors, judgeCount: authors.length, pairsPerJudge, seed });
  if (!planned.ok) throw new Error(planned.error.message);
  return planned.value;
}

export interface RoundSetting {
  /** Answers, each by one of as many judges. */
  readonly answers: number;
  readonly adversary: Adversary;
  /** How many of the judges are adversaries; seeded which. */
  readonly badJudges: number;
  readonly seed: string;
  /** For each judge the ordered pairs it compares. */
  readonly plan: (authors: readonly number[], seed: string) => PairPlan;
}

/** Standard deviation of true strengths, the prior's. */
const STRENGTH_DEVIATION = 1.5;
/** Logits by which typical judges favour what they see first, and how much judges differ in it. */
const POSITION_BIAS = { mean: 0.8, deviation: 0.5 };
/** Honest judges differ in how well they see. */
const DISCRIMINATION = { mean: 1, deviation: 0.3, least: 0.3 };
/** Adversaries rarely slip. */
const RESOLVE = 3;

export function simulateRound(setting: RoundSetting): SimulatedRound {
  const { answers, adversary, badJudges, seed, plan } = setting;
  const random = createSeededRandom(`bench/ranking/${seed}`);
  const draw = (count: number, deviation: number): number[] =>
    Array.from({ length: count }, () => deviation * randomNormal(random));
  const strengths = draw(answers, STRENGTH_DEVIATION);
  const lengths = draw(answers, 1);
  const invented = draw(answers, STRENGTH_DEVIATION);
  const worst = strengths.indexOf(Math.min(...strengths));
  const best = strengths.indexOf(Math.max(...strengths));
  const injected = (best + 1 + randomInteger(random, answers - 1)) % answers;
  const judges = Array.from({ length: answers }, (_, judge) => judge);
  const bad = new Set(shuffled(random, judges).slice(0, badJudges));
  const finals = strengths.map((strength) =>
    random.next() < logistic(strength) ? 'right' : `wrong ${randomInteger(random, 4)}`,
  );

  const honest = judges.map(() => ({
    discrimination: drawDiscrimination(random),
    position: POSITION_BIAS.mean + POSITION_BIAS.deviation * randomNormal(random),
  }));
  const promote = (target: number, a: number, b: number): number =>
    target === a ? RESOLVE : target === b ? -RESOLVE : 0;
  const logOdds = (judge: number, a: number, b: number): number => {
    const gap = (strengths[a] as number) - (strengths[b] as number);
    const { discrimination, position } = honest[judge] as (typeof honest)[number];
    const sincere = discrimination * gap + position;
    if (!bad.has(judge)) return sincere;
    switch (adversary) {
      case 'coin':
        return 0;
      case 'colluders':
        return promote(worst, a, b) || -gap;
      case 'lazy':
        return RESOLVE;
      case 'length':
        return RESOLVE * ((lengths[a] as number) - (lengths[b] as number));
      case 'sybils':
        return RESOLVE * ((invented[a] as number) - (invented[b] as number));
      case 'injected':
        return promote(injected, a, b) || sincere;
    }
  };
  const votes = plan(judges, seed).flatMap((pairs, judge) =>
    pairs.map(([first, second]): Vote => {
      const outcome = castVote(random, logOdds(judge, first, second));
      return { judge, first, second, outcome, weight: 1, ordered: true };
    }),
  );
  return { ballots: { answerCount: answers, judgeCount: answers, votes, style: lengths }, strengths, finals };
}

/** How well an honest judge sees. */
export function drawDiscrimination(random: Random): number {
  const { mean, deviation, least } = DISCRIMINATION;
  return Math.max(least, mean + deviation * randomNormal(random));
}

function castVote(random: Random, logOdds: number): number {
  return random.next() < logistic(logOdds) ? 1 : 0;
}

function logistic(x: number): number {
  return 1 / (1 + Math.exp(-x));
}
