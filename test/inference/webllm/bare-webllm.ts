import { MLCEngine } from '@mlc-ai/web-llm';
import type { ModelPackage } from '#inference';
import { MODEL_URL, createFileCaches } from '../../../src/inference/webllm/file-caches.webllm.ts';

/** web-llm by its public interface, in the page itself, on the same files. */
export async function openBareWebllm({ files }: ModelPackage, contextTokens: number): Promise<MLCEngine> {
  const { caches } = globalThis;
  Object.defineProperty(globalThis, 'caches', { value: createFileCaches(files), configurable: true });
  const engine = new MLCEngine({
    logLevel: 'SILENT',
    appConfig: {
      model_list: [{ model_id: 'tiny', model: MODEL_URL, model_lib: `${MODEL_URL}model.wasm` }],
    },
  });
  await engine.reload('tiny', { context_window_size: contextTokens });
  Object.defineProperty(globalThis, 'caches', { value: caches, configurable: true });
  return engine;
}
