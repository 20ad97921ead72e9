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
  // llama.cpp as one module; the largest thing the page loads besides the model.
  { name: 'engine', path: 'dist/assets/*.wasm', gzip: true, limit: '2.5 MB' },
];
