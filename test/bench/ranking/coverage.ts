import { createSeededRandom, randomNormal } from '#vocabulary';
import { type Vote, assignAnswers, rankAnswers, scoredPairWeight } from '#ranking';
import type { BenchRow } from '../bench-row.ts';
import { drawDiscrimination, planPairs, simulateRound } from './simulated-round.ts';

/** How often the 95 % intervals hold the true strength, over simulated sets. */
const SETS = 1_000;
const NOMINAL = 0.95;
const RANGE = { least: 0.93, most: 0.97 };

interface SimulatedSet {
  readonly votes: readonly Vote[];
  readonly strengths: readonly number[];
}

/** The honest judges of the accuracy tables, hard votes on pairs. */
function comparedSet(answers: number, seed: string): SimulatedSet {
  const { ballots, strengths } = simulateRound({ answers, adversary: 'coin', badJudges: 0, seed, plan: planPairs });
  return { votes: ballots.votes, strengths };
}

/** Blur of a scoring judge's view of one answer: of two, that of the logistic noise of one comparison. */
const BLUR = Math.PI / Math.sqrt(6);
const SCORED_ANSWERS = 4;

/** Sets of judges that score answers, each seeing every strength through its own blur. */
function scoredSet(answers: number, seed: string): SimulatedSet {
  const random = createSeededRandom(`bench/coverage/scored/${seed}`);
  const authors = Array.from({ length: answers }, (_, answer) => answer);
  const strengths = authors.map(() => 1.5 * randomNormal(random));
  const plan = assignAnswers({ authors, judgeCount: answers, answersPerJudge: SCORED_ANSWERS, seed });
  if (!plan.ok) throw new Error(plan.error.message);
  const votes = plan.value.flatMap((scored, judge) => {
    const discrimination = drawDiscrimination(random);
    const seen = scored.map((answer) => discrimination * (strengths[answer] as number) + BLUR * randomNormal(random));
    return scored.flatMap((first, i) =>
      scored.slice(i + 1).map((second, offset): Vote => {
        const logOdds = (seen[i] as number) - (seen[i + 1 + offset] as number);
        const outcome = 1 / (1 + Math.exp(-logOdds));
        return { judge, first, second, outcome, weight: scoredPairWeight(scored.length), ordered: false };
      }),
    );
  });
  return { votes, strengths };
}

function coverageOf(answers: number, draw: typeof comparedSet): number {
  let held = 0;
  for (let set = 0; set < SETS; set++) {
    const { votes, strengths } = draw(answers, `${answers}/${set}`);
    const ranking = rankAnswers({ answerCount: answers, judgeCount: answers, votes });
    if (!ranking.ok) throw new Error(ranking.error.message);
    const mean = strengths.reduce((sum, strength) => sum + strength, 0) / answers;
    for (const { answer, low, high } of ranking.value.order) {
      const truth = (strengths[answer] as number) - mean;
      if (truth >= low && truth <= high) held += 1 / (SETS * answers);
    }
  }
  return held;
}

export function measureCoverage(): BenchRow[] {
  const row = (name: string, ours: number): BenchRow => ({
    name: `coverage over ${SETS} sets, ${name}`,
    ours,
    rival: NOMINAL,
    unit: 'share of intervals that hold the truth',
    ratio: ours / NOMINAL,
    target: `${RANGE.least} to ${RANGE.most}`,
    holds: ours >= RANGE.least && ours <= RANGE.most,
  });
  return [
    ...[3, 5, 7, 12, 35].map((n) => row(`judges that compare, n = ${n}`, coverageOf(n, comparedSet))),
    ...[5, 7, 12].map((n) => row(`judges that score, n = ${n}`, coverageOf(n, scoredSet))),
  ];
}
