import { Wllama } from '@wllama/wllama';
import wasmUrl from '@wllama/wllama/esm/wasm/wllama.wasm?url';
import { type Side, modelFile, timeTexts } from './side.ts';

/** llama.cpp by its own library. */
export function createBareWllama(): Side {
  let library: Wllama | undefined;
  return {
    async load({ threads, contextTokens }) {
      library = new Wllama({ default: wasmUrl }, { suppressNativeLog: true });
      library.setCompat(null);
      await library.loadModel([modelFile()], { n_gpu_layers: 0, n_threads: threads, n_ctx: contextTokens });
    },
    write: ({ question, maxTokens }) =>
      timeTexts(async function* read() {
        if (library === undefined) throw new Error('Load the model first.');
        const stream = await library.createChatCompletion({
          messages: [{ role: 'user', content: question }],
          max_tokens: maxTokens,
          temperature: 0,
          stream: true,
        });
        let tokens = 0;
        for await (const chunk of stream) {
          const text = chunk.choices[0]?.delta.content ?? '';
          if (text !== '') tokens++;
          yield { text, tokens };
        }
      }),
    async unload() {
      await library?.exit();
      library = undefined;
    },
  };
}
