import { CreateWebWorkerMLCEngine, type WebWorkerMLCEngine } from '@mlc-ai/web-llm';
import { type Side, timeTexts } from './side.ts';

const MODEL_ID = 'toy';

/** MLC's models by their own library, in a worker of its own; the bench serves the model under /mlc/. */
export function createBareWebllm(): Side {
  let library: WebWorkerMLCEngine | undefined;
  return {
    async load() {
      const worker = new Worker(new URL('./bare-webllm-worker.ts', import.meta.url), { type: 'module' });
      const model = new URL('/mlc/', location.href).href;
      const record = { model_id: MODEL_ID, model, model_lib: new URL('resolve/main/model.wasm', model).href };
      library = await CreateWebWorkerMLCEngine(worker, MODEL_ID, { appConfig: { model_list: [record] } });
    },
    write: ({ question, maxTokens }) =>
      timeTexts(async function* read() {
        if (library === undefined) throw new Error('Load the model first.');
        const stream = await library.chat.completions.create({
          messages: [{ role: 'user', content: question }],
          max_tokens: maxTokens,
          temperature: 0,
          repetition_penalty: 1,
          frequency_penalty: 0,
          presence_penalty: 0,
          stream: true,
          stream_options: { include_usage: true },
        });
        let tokens = 0;
        for await (const chunk of stream) {
          const text = chunk.choices[0]?.delta.content ?? '';
          tokens = chunk.usage?.completion_tokens ?? tokens;
          yield { text, tokens };
        }
      }),
    async unload() {
      await library?.unload();
      library = undefined;
    },
  };
}
