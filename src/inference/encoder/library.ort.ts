import moduleUrl from 'onnxruntime-web/ort-wasm-simd-threaded.mjs?url';
import wasmUrl from 'onnxruntime-web/ort-wasm-simd-threaded.wasm?url';
import type * as Library from 'onnxruntime-web/wasm';

export type { Library };

/** ONNX Runtime on the processor (14 MB of wasm). Threads need a page that is isolated from other origins. */
export async function loadOrt(threads: number): Promise<typeof Library> {
  const library = await import('onnxruntime-web/wasm');
  const { wasm } = library.env;
  wasm.wasmPaths = { mjs: moduleUrl, wasm: wasmUrl };
  wasm.numThreads = threads;
  library.env.logLevel = 'fatal';
  return library;
}
