/** The engine's library without Peerage around it: what a benchmark compares with. */
import { Wllama } from '@wllama/wllama';
import wasmUrl from '@wllama/wllama/esm/wasm/wllama.wasm?url';

export interface BareEngine {
  load(options: { readonly threads: number; readonly contextTokens: number }): Promise<void>;
  /** Milliseconds from the call to the first piece of text. */
  timeFirstToken(question: string): Promise<number>;
}

let library: Wllama | undefined;

const bare: BareEngine = {
  async load({ threads, contextTokens }) {
    const file = document.querySelector('input')?.files?.[0];
    if (file === undefined) throw new Error('No model file was given.');
    library = new Wllama({ default: wasmUrl }, { suppressNativeLog: true });
    library.setCompat(null);
    await library.loadModel([file], { n_gpu_layers: 0, n_threads: threads, n_ctx: contextTokens });
  },
  async timeFirstToken(question) {
    if (library === undefined) throw new Error('Load the model first.');
    const stop = new AbortController();
    const startedMs = performance.now();
    const stream = await library.createChatCompletion({
      messages: [{ role: 'user', content: question }],
      max_tokens: 2,
      temperature: 0.8,
      top_p: 0.95,
      stream: true,
      abortSignal: stop.signal,
    });
    let firstMs: number | undefined;
    for await (const chunk of stream) {
      if ((chunk.choices[0]?.delta.content ?? '') !== '') firstMs ??= performance.now() - startedMs;
    }
    if (firstMs === undefined) throw new Error('The engine wrote nothing.');
    return firstMs;
  },
};
Object.assign(globalThis, { bare });
