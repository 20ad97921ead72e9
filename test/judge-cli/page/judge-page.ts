/** The product's engine and judge in a tab, one pair at a time: what `npm run judge` drives. */
import { type Engine, createAnyEngine, packGguf } from '#inference';
import { type Calibration, type Judge, type ReadingName, type Reasoner, createJudge } from '#judging';
import { type Failure, type ModelId, type Result, err, failure, ok } from '#vocabulary';
import type { Pair } from '../pair.ts';
import { type PairResult, resultOf } from '../pair-result.ts';

export interface JudgeSettings {
  readonly modelId: ModelId;
  readonly threads: number;
  readonly contextTokens: number;
  readonly calibration: Calibration;
}

export interface JudgePage {
  /** Loads the model of the file that the page was given. */
  load(settings: JudgeSettings): Promise<Result<void, Failure>>;
  /** A pair that cannot be judged is a result; an error is that no further pair can. */
  judge(pair: Pair): Promise<Result<PairResult, Failure>>;
}

const engine = createAnyEngine();
let judge: Judge | undefined;
let names: readonly ReadingName[] = [];

const judgePage: JudgePage = {
  async load({ modelId, threads, contextTokens, calibration }) {
    const weights = document.querySelector('input')?.files?.[0];
    if (weights === undefined) return err(failure('no-model', 'No model file was given.'));
    const loaded = await engine.load({ modelId, engine: 'wllama', model: packGguf(weights), threads, contextTokens });
    if (!loaded.ok) return loaded;
    judge = createJudge({ scorer: engine, reasoner: createReasoner(engine), calibration });
    names = calibration.panels.flatMap((panel) => panel.weights.map(({ name }) => name));
    return ok(undefined);
  },
  async judge({ question, better, worse }) {
    if (judge === undefined) return err(failure('not-loaded', 'Load the model first.'));
    const startedMs = performance.now();
    const judged = await judge.judge({ question, answers: [better, worse] });
    if (judged.ok) return ok(resultOf(judged.value, names, performance.now() - startedMs));
    // An engine that died has forgotten its model.
    return engine.facts() === undefined ? judged : ok({ failed: judged.error.message });
  },
};
Object.assign(globalThis, { judgePage });

/** Writes greedily, so that the same pair gets the same thoughts. */
function createReasoner(writer: Engine): Reasoner {
  return {
    async write({ prompt, maxTokens, signal }) {
      if ('plain' in prompt) return err(failure('unsupported', 'The engine writes in conversations only.'));
      const stop = signal === undefined ? {} : { signal };
      let text = '';
      const request = { messages: prompt, maxTokens, temperature: 0, topP: 1, seed: 0, ...stop };
      for await (const event of writer.generate(request)) {
        if (event.type === 'error') return err(event.error);
        if (event.type === 'text') text += event.text;
        else return ok({ text, evaluatedTokens: event.promptTokens + event.tokens });
      }
      return err(failure('engine-crashed', 'The engine stopped writing without an end.'));
    },
  };
}
