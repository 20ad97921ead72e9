/** A judging course over a model that answers gold at random and reads right answers as the likelier ones. For tests only. */
import { setImmediate } from 'node:timers/promises';
import {
  type CalibrationStore,
  type Gold,
  type GoldItem,
  createJudge,
  createMemoryCalibrationStore,
  loadGold,
} from '#judging';
import type { Engine, GenerateEvent } from '#inference';
import { type Failure, createSeededRandom, createVirtualClock, err, failure, ok } from '#vocabulary';
import { type JudgingCourse, createJudgingCourse } from '../../src/tab/session/judging-course.ts';

const gold = await loadGold();

/** A tenth of a first measurement, of the sources that cost least. */
const small: Gold = {
  ...gold,
  planGold: (seed, size) =>
    size === undefined
      ? gold.planGold(seed, {
          sampled: { fit: 2, 'held-out': 2 },
          written: { fit: 6, 'held-out': 6 },
          procedural: { fit: 4, 'held-out': 4 },
          attack: { fit: 0, 'held-out': 0 },
        })
      : gold.planGold(seed, size),
};

export interface MeasuringStage {
  readonly course: JudgingCourse;
  /** Lets time pass, and what fell due come to its end. */
  pass(ms: number): Promise<void>;
  readonly store: CalibrationStore;
  readonly problems: readonly Failure[];
  /** Requests the engine was asked so far. */
  requests(): number;
  breakEngine(broken: boolean): void;
  /** What the next requests wait for. */
  hold(): () => void;
}

export async function openStage(
  options: {
    readonly modelId?: string;
    readonly store?: CalibrationStore;
    readonly knows?: boolean;
    readonly seed?: string;
    readonly gold?: () => Promise<Gold>;
  } = {},
): Promise<MeasuringStage> {
  const { modelId = 'other-model', store = createMemoryCalibrationStore(), knows = true, seed = 'stage' } = options;
  const clock = createVirtualClock();
  const problems: Failure[] = [];
  let asked = 0;
  let isBroken = false;
  let gate: Promise<void> = Promise.resolve();
  const worth = wordWorth(knows);
  const serve = async <T>(signal: AbortSignal | undefined, value: () => T) => {
    asked += 1;
    await gate;
    if (signal?.aborted === true) return err(failure('aborted', 'Stopped.'));
    return isBroken ? err(failure('engine-crashed', 'The engine stopped.', 'Load the model again.')) : ok(value());
  };
  const engine = {
    countTokens: (text: string) => ok(text.length),
    async *generate({ signal, seed: sample }): AsyncGenerator<GenerateEvent> {
      const served = await serve(signal, () => sample);
      if (!served.ok) return yield { type: 'error', error: served.error as never };
      yield { type: 'text', text: ` It is number ${sample % 7}, I think. `, tokens: 1 };
      yield { type: 'end', reason: 'stop', promptTokens: 1, tokens: 1 };
    },
    score: ({ continuations, signal }) =>
      serve(signal, () =>
        continuations.map(({ text }) => ({ tokens: [1], logProbabilities: [worth(text) - 6], evaluatedTokens: 1 })),
      ),
    predict: ({ prompt, candidates, signal }) =>
      serve(signal, () => ({
        logProbabilities: candidates.map((word) =>
          'plain' in prompt && prompt.plain.trimEnd().endsWith('Question: ?\nAnswer:') ? -12 : worth(word) - 10,
        ),
        floor: -16,
        evaluatedTokens: 1,
      })),
  } as Partial<Engine> as Engine;
  const course = createJudgingCourse(
    {
      clock,
      random: createSeededRandom(seed),
      engine,
      store,
      judgeOver: (scorer, calibration) => createJudge({ scorer, calibration }),
      loadGold: options.gold ?? (async () => small),
    },
    modelId,
  );
  await course.start((problem) => problems.push(problem));
  return {
    course,
    async pass(ms) {
      await clock.advance(ms);
      // A whole measurement is promises only: it is over before the next macrotask.
      await setImmediate();
    },
    store,
    problems,
    requests: () => asked,
    breakEngine(broken) {
      isBroken = broken;
    },
    hold() {
      const { promise, resolve } = Promise.withResolvers<void>();
      gate = promise;
      return resolve;
    },
  };
}

/** Words of right answers are worth more to a model that knows; one that guesses takes any word for as good. */
function wordWorth(knows: boolean): (text: string) => number {
  const known = (item: GoldItem): readonly string[] => (item.source === 'sampled' ? [] : [item.right]);
  const right = knows ? [...'abcdefgh'].flatMap((seed) => gold.planGold(seed).flatMap(known)).join(' ') : '';
  const words = new Set(right.split(/\W+/u));
  return (text) => {
    const own = text.trim().split(/\W+/u);
    const share = own.filter((word) => words.has(word)).length / Math.max(1, own.length);
    return knows ? 4 * share : createSeededRandom(text.trim()).next();
  };
}
