/** Asks a model what a plan lists and tells what it read, item by item. */
import { type Failure, type Result, err, failure, ok } from '#vocabulary';
import { isRight } from '../gold/checkable.ts';
import type { Judge, JudgedAnswer, ReadingName, Scorer } from '../judge.ts';
import { screenAnswer } from '../screening/screening.ts';
import { PANEL_READINGS } from './calibrate.ts';
import type { Calibration } from './calibration.ts';
import type { GoldItem, SampledGold } from './gold-plan.ts';
import type { GoldAnswer, GoldSlate } from './gold.ts';

/** Lets the model answer, for gold that is checked afterwards. */
export interface Writer {
  write(request: {
    readonly question: string;
    readonly maxTokens: number;
    readonly temperature: number;
    readonly topP: number;
    readonly seed: number;
    readonly signal?: AbortSignal;
  }): Promise<Result<string, Failure>>;
}

export interface GoldPorts {
  readonly scorer: Scorer;
  readonly writer: Writer;
  /** Filled with `createJudge`. */
  readonly judgeOver: (scorer: Scorer, calibration: Calibration) => Judge;
  readonly signal?: AbortSignal;
}

export interface DoneGold {
  readonly id: string;
  /** Without pairs where all answers are right or all wrong; none where the item could not be judged. */
  readonly slates: readonly GoldSlate[];
  /** Why the item was skipped. */
  readonly skipped?: Failure;
}

export type GoldRunError = Failure<'aborted' | 'engine-failed'>;

/** As rounds let a slow model answer (round/parameters.ts): a sentence or two. */
const SAMPLING = { maxTokens: 64, temperature: 0.8, topP: 0.95 };

/** Reads everything any panel may use; what the readings are worth is not known yet. */
const reader: Calibration = {
  version: 'gold',
  modelId: '',
  calibrated: false,
  panels: [{ weights: [...new Set(PANEL_READINGS.flat())].map((name) => ({ name, scale: 1, weight: 1 })) }],
};

/**
 * What the model read of every item not done yet, in the plan's order. It ends with the plan, or with the first failure of the
 * engine or an abort, which is the last thing yielded. An item whose texts the model cannot read is done and says so.
 */
export async function* runGold(
  ports: GoldPorts,
  plan: readonly GoldItem[],
  done: ReadonlySet<string>,
): AsyncGenerator<Result<DoneGold, GoldRunError>, void> {
  for (const item of plan.filter(({ id }) => !done.has(id))) {
    const made = await measureItem(ports, item);
    yield made;
    if (!made.ok) return;
  }
}

async function measureItem(ports: GoldPorts, item: GoldItem): Promise<Result<DoneGold, GoldRunError>> {
  const answers = item.source === 'sampled' ? await sampleAnswers(ports, item) : ok(knownAnswers(item));
  if (!answers.ok) return answers;
  const isMixed = answers.value.some(({ right }) => right) && answers.value.some(({ right }) => !right);
  // Without a pair nothing is learnt from reading.
  const read = isMixed ? await readAnswers(ports, item, answers.value) : ok([]);
  if (!read.ok)
    return read.error.type === 'unreadable' ? ok({ id: item.id, slates: [], skipped: read.error }) : err(read.error);
  return ok({ id: item.id, slates: [slateOf(item, answers.value, read.value)] });
}

interface KnownAnswer {
  readonly text: string;
  readonly right: boolean;
}

function knownAnswers({ right, wrong }: Exclude<GoldItem, SampledGold>): KnownAnswer[] {
  return [{ text: right, right: true }, ...wrong.map((text) => ({ text, right: false }))];
}

async function sampleAnswers(
  ports: GoldPorts,
  { question, checkable, seeds }: SampledGold,
): Promise<Result<KnownAnswer[], GoldRunError>> {
  const answers: KnownAnswer[] = [];
  for (const seed of seeds) {
    if (isAborted(ports)) return aborted;
    const written = await ports.writer.write({ question, ...SAMPLING, seed, ...stopOf(ports) });
    if (isAborted(ports)) return aborted;
    if (!written.ok) return engineFailed(written.error);
    answers.push({ text: written.value, right: isRight(checkable, written.value) });
  }
  return ok(answers);
}

async function readAnswers(
  ports: GoldPorts,
  { question }: GoldItem,
  answers: readonly KnownAnswer[],
): Promise<Result<readonly JudgedAnswer[], GoldRunError | Failure<'unreadable'>>> {
  if (isAborted(ports)) return aborted;
  const watched = watchEngine(ports.scorer);
  const judged = await ports
    .judgeOver(watched.scorer, reader)
    .judge({ question, answers: answers.map(({ text }) => text), ...stopOf(ports) });
  if (isAborted(ports)) return aborted;
  if (judged.ok) return ok(judged.value.answers);
  const broken = watched.failed();
  return broken === undefined ? err({ ...judged.error, type: 'unreadable' }) : engineFailed(broken);
}

/** A judge says that it failed, not whether the engine or the texts are at fault; the engine's own answers do. */
function watchEngine(scorer: Scorer): { readonly scorer: Scorer; readonly failed: () => Failure | undefined } {
  let broken: Failure | undefined;
  const watch = <T>(answer: Result<T, Failure>): Result<T, Failure> => {
    if (!answer.ok && answer.error.type !== 'unsupported' && answer.error.type !== 'context-overflow')
      broken = answer.error;
    return answer;
  };
  return {
    failed: () => broken,
    scorer: {
      score: async (request) => watch(await scorer.score(request)),
      predict: async (request) => watch(await scorer.predict(request)),
      countTokens: (text) => scorer.countTokens(text),
    },
  };
}

function slateOf(item: GoldItem, answers: readonly KnownAnswer[], read: readonly JudgedAnswer[]): GoldSlate {
  const { question, source, family, split, difficulty } = item;
  const form = item.source === 'sampled' ? undefined : item.form;
  return {
    question,
    source,
    family,
    split,
    difficulty,
    ...(form === undefined ? {} : { form }),
    answers: answers.map(({ text, right }, index): GoldAnswer => {
      const screening = read[index]?.screening ?? screenAnswer(question, text);
      return {
        right,
        words: text.split(/\s+/u).length,
        screened: !screening.genuine,
        readings: readingsOf(read[index]),
      };
    }),
  };
}

function readingsOf(answer: JudgedAnswer | undefined): GoldAnswer['readings'] {
  const readings: Partial<Record<ReadingName, number>> = {};
  for (const { name, value } of answer?.readings ?? []) readings[name] = value;
  return readings;
}

const isAborted = ({ signal }: GoldPorts): boolean => signal?.aborted === true;

const stopOf = ({ signal }: GoldPorts): { readonly signal?: AbortSignal } => (signal === undefined ? {} : { signal });

const aborted = err(failure('aborted', 'Measuring was stopped.'));

function engineFailed({ message, remedy }: Failure): { readonly ok: false; readonly error: GoldRunError } {
  return err(failure('engine-failed', message, remedy));
}
