import moduleUrl from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.mjs?url';
import wasmUrl from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url';
import type * as Library from 'onnxruntime-web/webgpu';

/** ONNX Runtime on the graphics processor (27 MB of wasm). */
export async function loadOrtGpu(): Promise<typeof Library> {
  const library = await import('onnxruntime-web/webgpu');
  const { wasm } = library.env;
  wasm.wasmPaths = { mjs: moduleUrl, wasm: wasmUrl };
  // What is left to the processor are a few small steps.
  wasm.numThreads = 1;
  library.env.logLevel = 'fatal';
  return library;
}
