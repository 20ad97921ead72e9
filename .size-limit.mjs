import { readFileSync } from 'node:fs';

// What a visitor loads before the page shows anything: the files index.html names. Everything else comes on demand.
const html = readFileSync('dist/index.html', 'utf8');
const named = [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+)"/g)].map(([, path]) => `dist/${path}`);
const first = (ending) => named.filter((path) => path.endsWith(ending));

export default [
  // React with its renderer is 67 kB, markdown with its sanitiser 55, the libp2p core with its cryptography 60.
  // WebRTC, circuits and the engine come later, as chunks of their own; a jump here means one of them slipped in.
  { name: 'first-load JavaScript', path: first('.js'), gzip: true, limit: '250 kB' },
  { name: 'first-load CSS', path: first('.css'), gzip: true, limit: '10 kB' },
  // llama.cpp as one module; the largest thing the page loads besides the model.
  { name: 'engine', path: 'dist/assets/*.wasm', gzip: true, limit: '2.5 MB' },
];
