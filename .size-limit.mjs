import { readFileSync } from 'node:fs';

// What a visitor loads before the page shows anything: the files index.html names. Everything else comes on demand.
const html = readFileSync('dist/index.html', 'utf8');
const named = [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+)"/g)].map(([, path]) => `dist/${path}`);
const first = (ending) => named.filter((path) => path.endsWith(ending));

export default [
  // React with its renderer is 67 kB, markdown with its sanitiser 55. The peer itself (swarm, ledger, engines) comes
  // after the page is drawn, and WebRTC and each engine on demand: a jump here means that one of them slipped in.
  { name: 'first-load JavaScript', path: first('.js'), gzip: true, limit: '160 kB' },
  { name: 'first-load CSS', path: first('.css'), gzip: true, limit: '10 kB' },
  // One of these is the largest thing a page loads besides its model: llama.cpp, ONNX Runtime on the processor or on
  // the graphics processor, web-llm.
  { name: 'engine: wllama', path: 'dist/assets/wllama-*.wasm', gzip: true, limit: '2.5 MB' },
  { name: 'engine: ONNX Runtime', path: 'dist/assets/ort-wasm-simd-threaded-*.wasm', gzip: true, limit: '4 MB' },
  {
    name: 'engine: ONNX Runtime on WebGPU',
    path: 'dist/assets/ort-wasm-simd-threaded.asyncify-*.wasm',
    gzip: true,
    limit: '7 MB',
  },
  { name: 'engine: web-llm', path: 'dist/assets/worker.webllm-*.js', gzip: true, limit: '2.4 MB' },
];
