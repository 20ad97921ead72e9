import type { BenchRow } from '../bench-row.ts';
import type { EnginesStage } from './engines-tab.ts';
import { compareTurns } from './figures.ts';
import { QUESTIONS } from './questions.ts';

const OPTIONS = { threads: 1, contextTokens: 1_024 };

/** Memory of a page that holds the default model and has answered once, by engine, against llama.cpp's library alone. */
export async function measureMemory(stage: EnginesStage, report: (line: string) => void): Promise<BenchRow[]> {
  report('Memory with the default model …');
  const [question] = QUESTIONS;
  const measure = (side: 'ours/wllama' | 'ours/ort' | 'bare/wllama'): Promise<number> =>
    stage.inTab(async (tab) => {
      await tab.load(side, OPTIONS);
      await tab.write(side, { question, maxTokens: 8 });
      return (await tab.memoryBytes()) / 1e6;
    });
  const rival = await measure('bare/wllama');
  const row = async (side: 'ours/wllama' | 'ours/ort', words: string): Promise<BenchRow> =>
    compareTurns(
      { name: `memory of a page with the default model, ${words} against wllama alone`, unit: 'MB' },
      [{ ours: await measure(side), rival }],
      {},
    );
  return [await row('ours/wllama', 'wllama'), await row('ours/ort', 'ONNX Runtime')];
}
