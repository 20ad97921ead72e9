/** The product's engine, judge and gold run in a tab, one item at a time: what `npm run calibrate` drives. */
import { createAnyEngine, packGguf } from '#inference';
import { type GoldItem, type GoldPorts, createJudge, loadGold } from '#judging';
import { type Failure, type ModelId, type Result, err, failure, ok } from '#vocabulary';
import { createEngineWriter } from '../../../src/tab/session/engine-writer.ts';
import type { MeasuredItem } from '../measured-item.ts';
import { countTokens } from './counted-engine.ts';

export interface CalibrateSettings {
  readonly modelId: ModelId;
  readonly threads: number;
  readonly contextTokens: number;
}

export interface CalibratePage {
  /** Loads the model of the file that the page was given. */
  load(settings: CalibrateSettings): Promise<Result<void, Failure>>;
  /** An item whose texts the model cannot read is measured and says so; an error is that no further item can be. */
  measure(item: GoldItem): Promise<Result<MeasuredItem, Failure>>;
}

const { engine, tokens } = countTokens(createAnyEngine());
const ports: GoldPorts = {
  scorer: engine,
  writer: createEngineWriter(engine),
  judgeOver: (scorer, calibration) => createJudge({ scorer, calibration }),
};

const calibratePage: CalibratePage = {
  async load(settings) {
    const weights = document.querySelector('input')?.files?.[0];
    if (weights === undefined) return err(failure('no-model', 'No model file was given.'));
    const loaded = await engine.load({ ...settings, engine: 'wllama', model: packGguf(weights) });
    return loaded.ok ? ok(undefined) : loaded;
  },
  async measure(item) {
    const { runGold } = await loadGold();
    const startedMs = performance.now();
    const before = tokens();
    for await (const step of runGold(ports, [item], new Set()))
      return step.ok ? ok({ ...step.value, tokens: tokens() - before, ms: performance.now() - startedMs }) : step;
    return err(failure('not-measured', 'The gold run ended without a word.'));
  },
};
Object.assign(globalThis, { calibratePage });
