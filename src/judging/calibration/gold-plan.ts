/** What a calibration asks and in which order, as a function of its seed. */
import { createSeededRandom, randomInteger, shuffled } from '#vocabulary';
import { attacksOn } from '../gold/attacks.ts';
import type { CheckableQuestion } from '../gold/checkable.ts';
import { type RegisteredFamily, questionFamilies } from '../gold/families/registry.ts';
import { type WrittenPair, writtenPairs } from '../gold/written-pairs.ts';
import type { GoldSource } from './calibration.ts';
import type { Split } from './gold.ts';

interface PlannedGold {
  /** One a plan. */
  readonly id: string;
  /** Kind of question, subject or attack. */
  readonly family: string;
  readonly split: Split;
  readonly question: string;
  readonly difficulty: 1 | 2 | 3;
}

/** The model answers the question itself, and its answers are checked: the mistakes that rounds are made of. */
export interface SampledGold extends PlannedGold {
  readonly source: 'sampled';
  readonly checkable: CheckableQuestion;
  /** Of each answer to write. */
  readonly seeds: readonly number[];
}

/** Answers whose worth is known beforehand: right ones before wrong ones. */
export interface KnownGold extends PlannedGold {
  readonly source: 'written' | 'procedural' | 'attack';
  readonly form?: 'sentence' | 'passage';
  readonly right: string;
  readonly wrong: readonly string[];
}

export type GoldItem = SampledGold | KnownGold;

/** Questions of each source and split; one attacked question stands for an item with every attack. */
export type GoldSize = Readonly<Record<GoldSource, Readonly<Record<Split, number>>>>;

/**
 * What a tab measures before its votes may carry weight: some 90 minutes of two slow cores while nothing else is to do. About
 * half of the sampled questions have both a right and a wrong answer; of those held out it takes some thirty until a judge
 * that is right in four of five can be told from one at 0.6, so two of three sampled questions are held out.
 */
export const TAB_GOLD_SIZE: GoldSize = {
  sampled: { fit: 32, 'held-out': 64 },
  written: { fit: 24, 'held-out': 24 },
  procedural: { fit: 15, 'held-out': 15 },
  attack: { fit: 3, 'held-out': 3 },
};

/** What a tab goes on with once it is calibrated: mostly what tells most, and some more than a refit needs (refresh.ts). */
export const REFRESH_GOLD_SIZE: GoldSize = {
  sampled: { fit: 8, 'held-out': 14 },
  written: { fit: 2, 'held-out': 2 },
  procedural: { fit: 2, 'held-out': 2 },
  attack: { fit: 0, 'held-out': 0 },
};

/** Answers that a judge of a round typically reads together. */
const SAMPLES = 4;

/** The same seed and size give the same plan. */
export function planGold(seed: string, size: GoldSize = TAB_GOLD_SIZE): readonly GoldItem[] {
  return interleave(
    (['fit', 'held-out'] as const).flatMap((split) => {
      const families = questionFamilies.filter((one) => one.split === split);
      const own = writtenPairs.filter((pair) => pair.split === split);
      return [
        planSampled(seed, families, split, size.sampled[split]),
        planWritten(seed, own, size.written[split]),
        planProcedural(seed, families, split, size.procedural[split]),
        planAttacks(seed, own, split, size.attack[split]),
      ];
    }),
  );
}

/** Every list spread evenly over the whole, the first of each at its beginning: whatever comes first holds some of all. */
function interleave(lists: readonly (readonly GoldItem[])[]): GoldItem[] {
  return lists
    .flatMap((list) => list.map((item, index) => ({ item, place: index / list.length })))
    .toSorted((a, b) => a.place - b.place)
    .map(({ item }) => item);
}

type Drawn = readonly { readonly family: RegisteredFamily['family']; readonly checkable: CheckableQuestion }[];

/** Families take turns; one that has no more questions is passed over. */
function drawQuestions(seed: string, families: readonly RegisteredFamily[], count: number): Drawn {
  const order = shuffled(createSeededRandom(`${seed}/families`), families);
  const turns = Math.ceil(count / Math.max(1, order.length)) + 1;
  const made = order.map(({ family }) =>
    family
      .make(createSeededRandom(`${seed}/${family.name}`), turns)
      .map((checkable) => ({ family, checkable, difficulty: family.difficulty })),
  );
  return Array.from({ length: turns }, (_, turn) => made.flatMap((questions) => questions.slice(turn, turn + 1)))
    .flat()
    .slice(0, count);
}

function planSampled(seed: string, families: readonly RegisteredFamily[], split: Split, count: number): SampledGold[] {
  const random = createSeededRandom(`${seed}/sampled/${split}`);
  return drawQuestions(`${seed}/sampled`, families, count).map(({ family, checkable }, index) => ({
    id: `sampled/${split}/${index}`,
    source: 'sampled',
    family: family.name,
    split,
    question: checkable.question,
    difficulty: family.difficulty,
    checkable,
    seeds: Array.from({ length: SAMPLES }, () => randomInteger(random, 2 ** 31)),
  }));
}

function planProcedural(seed: string, families: readonly RegisteredFamily[], split: Split, count: number): KnownGold[] {
  return drawQuestions(`${seed}/procedural`, families, count).map(({ family, checkable }, index) => ({
    id: `procedural/${split}/${index}`,
    source: 'procedural',
    family: family.name,
    split,
    question: checkable.question,
    difficulty: family.difficulty,
    right: checkable.right,
    wrong: checkable.slips,
  }));
}

function planWritten(seed: string, pairs: readonly WrittenPair[], count: number): KnownGold[] {
  return shuffled(createSeededRandom(`${seed}/written`), pairs)
    .slice(0, count)
    .map((pair) => ({
      id: `written/${pair.id}`,
      source: 'written',
      family: pair.subject,
      split: pair.split,
      question: pair.question,
      difficulty: pair.difficulty,
      form: pair.form,
      right: pair.better,
      wrong: [pair.worse],
    }));
}

/**
 * One item an attack: judged together, attacks would agree with each other, and a dozen at once would be too long a piece of
 * work to be left for every round and begun again.
 */
function planAttacks(seed: string, pairs: readonly WrittenPair[], split: Split, count: number): KnownGold[] {
  const sentences = shuffled(createSeededRandom(`${seed}/attack`), pairs).filter(({ form }) => form === 'sentence');
  return sentences.slice(0, count).flatMap((pair, turn) => {
    const { question, better: right, worse: wrong, difficulty } = pair;
    const trueElsewhere = (sentences[(turn + 1) % sentences.length] as WrittenPair).better;
    return attacksOn({ question, right, wrong, trueElsewhere }, split, turn).map(({ family, text }): KnownGold => ({
      id: `attack/${pair.id}/${family}`,
      source: 'attack',
      family,
      split,
      question,
      difficulty,
      form: 'sentence',
      right,
      wrong: [text],
    }));
  });
}
