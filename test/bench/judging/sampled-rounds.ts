import { type JudgedAnswer, defaultCalibration } from '#judging';
import { assignAnswers, rankAnswers, scoredPairWeight } from '#ranking';
import { createSeededRandom, shuffled } from '#vocabulary';
import { comparePairs } from '../../../src/judging/panel/panel.ts';
import { readablePanels } from '../../../src/judging/panel/plan.ts';
import { proportion } from '../../../src/judging/calibration/metrics.ts';
import type { ReadingWeight } from '../../../src/judging/calibration/calibration.ts';
import { answerWords, readAgreement } from '../../../src/judging/readings/cloze.ts';
import type { GoldAnswer } from '../../../src/judging/calibration/gold.ts';
import { type RecordedAnswer, type RecordedQuestion, slateOf } from '../../judging/recorded-gold.ts';
import type { BenchRow } from '../bench-row.ts';

/**
 * Rounds as they are played: n peers of the default model answer a checkable question, each judges answers of others by the
 * shipped calibration, and the votes are ranked. Questions are of kinds that nothing was fitted on.
 */
const SIZES = [3, 5, 7] as const;
/** Rounds drawn of each question's eight answers; the mean of them is one trial. */
const DRAWS = 4;
/** As `chooseParameters` sets it for a slow swarm, and for one of GPUs. */
const ANSWERS_PER_JUDGE = { 3: 3, 5: 3, 7: 5 } as const;

interface Interval {
  readonly low: number;
  readonly high: number;
}

interface Outcome {
  readonly swarm: number;
  readonly oneSample: number;
  readonly greedy: number;
  readonly majority: number;
  /** The answer whose words the others share most, whatever they mean. */
  readonly consensus: number;
  readonly ceiling: number;
}

export function measureSampledRounds(
  recording: readonly RecordedQuestion[],
  report: (line: string) => void,
): BenchRow[] {
  const questions = recording.filter(({ source, split }) => source === 'sampled' && split === 'held-out');
  const kinds = new Set(questions.map(({ family }) => family)).size;
  report(`Sampled rounds: ${questions.length} questions of ${kinds} kinds, ${DRAWS} draws of each.`);
  const weights = readablePanels(defaultCalibration, {}).at(-1)?.weights ?? [];
  const withStates = defaultCalibration.panels.at(-1)?.weights ?? [];
  return SIZES.flatMap((size) => {
    const outcomes = questions.map((question) => meanOutcome(question, size, weights));
    const [swarm, one, greedy, majority, consensus, ceiling] = (
      ['swarm', 'oneSample', 'greedy', 'majority', 'consensus', 'ceiling'] as const
    ).map((who) => {
      const share = mean(outcomes.map((outcome) => outcome[who]));
      const { low, high } = proportion(share, outcomes.length);
      report(`  n = ${size}  ${who.padEnd(15)}${share.toFixed(3)}  ${low.toFixed(3)}-${high.toFixed(3)}`);
      return share;
    }) as [number, number, number, number, number, number];
    const seen = questions.map((question) => meanOutcome(question, size, withStates).swarm);
    const gain = pairedInterval(seen.map((share, index) => share - (outcomes[index]?.swarm as number)));
    const way = (swarm - one) / (ceiling - one);
    const ahead = (who: 'majority' | 'consensus'): Interval =>
      pairedInterval(outcomes.map((outcome) => outcome.swarm - outcome[who]));
    const right = `n = ${size}: winner right`;
    return [
      {
        ...shareRow(`${right}, against one sample; ${(100 * way).toFixed(0)} % of the way to the ceiling`, swarm, one),
        target: 'half of the way',
        holds: way >= 0.5,
      },
      leadRow(`${right}, against majority, told what may answer`, swarm, majority, ahead('majority')),
      leadRow(`${right}, against consensus of words`, swarm, consensus, ahead('consensus')),
      { ...shareRow(`${right}, against greedy decoding`, swarm, greedy), target: '> 1', holds: swarm > greedy },
      leadRow(`${right}, by states too, against without`, mean(seen), swarm, gain),
      letterRow(questions, size, outcomes),
    ];
  });
}

function shareRow(name: string, ours: number, rival: number): Omit<BenchRow, 'target' | 'holds'> {
  return { name, ours, rival, unit: 'share of questions', ratio: ours / rival };
}

function leadRow(name: string, ours: number, rival: number, { low, high }: Interval): BenchRow {
  return {
    ...shareRow(`${name} (lead ${low.toFixed(3)} to ${high.toFixed(3)})`, ours, rival),
    target: 'a lead whose interval excludes 0',
    holds: low > 0,
  };
}

/** A single judge that names letters, one order a pair, the winner meeting the next answer; recorded for some questions. */
function letterRow(questions: readonly RecordedQuestion[], size: number, outcomes: readonly Outcome[]): BenchRow {
  const recorded = questions.flatMap((question, index) => {
    const winner = question.letterWinners?.[size - 2];
    return winner === undefined
      ? []
      : [{ letter: Number(question.answers[winner]?.right), swarm: outcomes[index]?.swarm as number }];
  });
  const lead = pairedInterval(recorded.map(({ letter, swarm }) => swarm - letter));
  return leadRow(
    `n = ${size}: winner right, against a single letter judge on ${recorded.length} questions`,
    mean(recorded.map(({ swarm }) => swarm)),
    mean(recorded.map(({ letter }) => letter)),
    lead,
  );
}

function meanOutcome(question: RecordedQuestion, size: number, weights: readonly ReadingWeight[]): Outcome {
  const random = createSeededRandom(`sampled rounds/${question.question}/${size}`);
  const drawn = Array.from({ length: DRAWS }, () =>
    playRound(question, shuffled(random, question.answers).slice(0, size), weights, random.next()),
  );
  return {
    swarm: mean(drawn.map(({ swarm }) => swarm)),
    oneSample: mean(drawn.map(({ oneSample }) => oneSample)),
    greedy: Number(question.greedyRight),
    majority: mean(drawn.map(({ majority }) => majority)),
    consensus: mean(drawn.map(({ consensus }) => consensus)),
    ceiling: mean(drawn.map(({ ceiling }) => ceiling)),
  };
}

function playRound(
  question: RecordedQuestion,
  answers: readonly RecordedAnswer[],
  weights: readonly ReadingWeight[],
  seed: number,
): Omit<Outcome, 'greedy'> {
  const count = answers.length;
  const authors = [...answers.keys()];
  const plan = assignAnswers({
    authors,
    judgeCount: count,
    answersPerJudge: ANSWERS_PER_JUDGE[count as 3],
    seed: String(seed),
  });
  if (!plan.ok) throw new Error(plan.error.message);
  // Readings of an answer are the same for every judge of one model, and agreement is over all answers of the round.
  const judged = slateOf(question, answers).answers.map(judgedAnswer);
  const votes = plan.value.flatMap((assigned, judge) =>
    comparePairs(
      assigned.map((answer) => judged[answer] as JudgedAnswer),
      [],
      weights,
    ).verdicts.map(({ first, second, outcome }) => ({
      judge,
      first: assigned[first] as number,
      second: assigned[second] as number,
      outcome,
      weight: scoredPairWeight(assigned.length),
      ordered: false,
    })),
  );
  const ranked = rankAnswers({ answerCount: count, judgeCount: count, votes, judgeStanding: authors.map(() => 0.5) });
  if (!ranked.ok) throw new Error(ranked.error.message);
  const right = answers.map((answer) => Number(answer.right));
  return {
    swarm: right[ranked.value.order[0]?.answer as number] as number,
    oneSample: mean(right),
    majority: majorityRight(question, answers),
    consensus: consensusRight(question, answers),
    ceiling: Math.max(...right),
  };
}

function judgedAnswer({ readings, screened }: GoldAnswer): JudgedAnswer {
  if (screened) return { screening: { genuine: false, reason: 'empty' }, readings: [] };
  return {
    screening: { genuine: true },
    readings: Object.entries(readings).map(([name, value]) => ({ name: name as keyof GoldAnswer['readings'], value })),
  };
}

/** The most frequent final answer, found with the question's own list of what may answer it; ties are drawn. */
function majorityRight({ answer }: RecordedQuestion, answers: readonly RecordedAnswer[]): number {
  const counts = new Map<string, number>();
  for (const { final } of answers) if (final !== undefined) counts.set(final, (counts.get(final) ?? 0) + 1);
  const most = Math.max(0, ...counts.values());
  const winners = [...counts].filter(([, count]) => count === most).map(([final]) => final);
  return winners.includes(answer ?? '') ? 1 / winners.length : 0;
}

/** A stand-in for majority where nobody says what may answer: the answer most like the others (mean Jaccard overlap of words). */
function consensusRight({ question }: RecordedQuestion, answers: readonly RecordedAnswer[]): number {
  const agreement = readAgreement(
    answers.map(({ text }) => answerWords(question, text)),
    [],
    new Map(),
  );
  return Number(answers[agreement.indexOf(Math.max(...agreement))]?.right);
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** 95 % interval of a mean of paired differences, one a question. */
function pairedInterval(differences: readonly number[]): Interval {
  const centre = mean(differences);
  const spread = Math.sqrt(mean(differences.map((value) => (value - centre) ** 2)) / differences.length);
  return { low: centre - 1.96 * spread, high: centre + 1.96 * spread };
}
