import { createSeededRandom, randomNormal } from '#vocabulary';
import { type Vote, assignAnswers, assignPairs, rankAnswers, scoredPairWeight } from '#ranking';
import type { BenchRow } from '../bench-row.ts';

/** How often the 95 % intervals hold the true strength, over simulated sets. */
const SETS = 1_000;
const NOMINAL = 0.95;
const RANGE = { least: 0.93, most: 0.97 };

/** Sets drawn as the model supposes: strengths, discrimination and position bias from its priors, hard votes. */
function comparedSet(answers: number, seed: string): { votes: Vote[]; strengths: number[] } {
  const random = createSeededRandom(`bench/coverage/${seed}`);
  const authors = Array.from({ length: answers }, (_, answer) => answer);
  const strengths = authors.map(() => 1.5 * randomNormal(random));
  const common = randomNormal(random);
  const plan = assignPairs({ authors, judgeCount: answers, pairsPerJudge: answers - 1 + (answers >> 1), seed });
  if (!plan.ok) throw new Error(plan.error.message);
  const votes = plan.value.flatMap((pairs, judge) => {
    const discrimination = Math.max(0, 1 + 0.4 * randomNormal(random));
    const position = common + 0.5 * randomNormal(random);
    return pairs.map(([first, second]): Vote => {
      const gap = (strengths[first] as number) - (strengths[second] as number);
      const p = 1 / (1 + Math.exp(-(discrimination * gap + position)));
      return { judge, first, second, outcome: random.next() < p ? 1 : 0, weight: 1, ordered: true };
    });
  });
  return { votes, strengths };
}

/** Blur of a scoring judge's view of one answer: of two, that of the logistic noise of one comparison. */
const BLUR = Math.PI / Math.sqrt(6);
const SCORED_ANSWERS = 4;

/** Sets of judges that score answers, each seeing every strength through its own blur. */
function scoredSet(answers: number, seed: string): { votes: Vote[]; strengths: number[] } {
  const random = createSeededRandom(`bench/coverage/scored/${seed}`);
  const authors = Array.from({ length: answers }, (_, answer) => answer);
  const strengths = authors.map(() => 1.5 * randomNormal(random));
  const plan = assignAnswers({ authors, judgeCount: answers, answersPerJudge: SCORED_ANSWERS, seed });
  if (!plan.ok) throw new Error(plan.error.message);
  const votes = plan.value.flatMap((scored, judge) => {
    const discrimination = Math.max(0, 1 + 0.4 * randomNormal(random));
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
