/** Engines of the product and their libraries alone, side by side in one page: what `npm run bench -- inference` drives. */
import { type ModelPackage, packGguf } from '#inference';
import { createBareOrt } from './bare-ort.ts';
import { createBareWebllm } from './bare-webllm.ts';
import { createBareWllama } from './bare-wllama.ts';
import { countJudgements, scoreAnswer } from './reading.ts';
import { createOurs } from './ours.ts';
import { type Side, modelFile } from './side.ts';

const sides = {
  'ours/wllama': createOurs('wllama', async () => packGguf(modelFile())),
  'ours/ort': createOurs('ort', async () => packGguf(modelFile())),
  'ours/webllm': createOurs('webllm', openToyModel),
  'bare/wllama': createBareWllama(),
  'bare/ort': createBareOrt(),
  'bare/webllm': createBareWebllm(),
} satisfies Record<string, Side>;

export type SideName = keyof typeof sides;
export const enginesPage = { sides, scoreAnswer, countJudgements, memoryBytes };
export type EnginesPage = typeof enginesPage;

/** The files that the bench serves for web-llm's own loader, as the product's store would hand them over. */
async function openToyModel(): Promise<ModelPackage> {
  const names = (await (await fetch('/mlc/files.json')).json()) as readonly string[];
  const files = names.map(async (name): Promise<[string, Blob]> => [
    name,
    await (await fetch(`/mlc/resolve/main/${name}`)).blob(),
  ]);
  return { format: 'mlc', files: new Map(await Promise.all(files)) };
}

/** Of this page with its workers, after rubbish was collected; WebAssembly's memory is part of it. */
async function memoryBytes(): Promise<number> {
  const measured = performance as unknown as { measureUserAgentSpecificMemory(): Promise<{ readonly bytes: number }> };
  return (await measured.measureUserAgentSpecificMemory()).bytes;
}

Object.assign(globalThis, { enginesPage });
