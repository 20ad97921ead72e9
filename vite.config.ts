import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { isolationHeaders } from './relay/headers.ts';

const endToEndTests = ['test/e2e/**/*.test.ts', 'test/**/*.e2e.test.ts'];
const browserTests = ['test/**/*.browser.test.{ts,tsx}'];

const swarmPackages = [
  'libp2p',
  ...['circuit-relay-v2', 'identify', 'noise', 'peer-id', 'ping', 'utils', 'webrtc', 'websockets', 'yamux'].map(
    (name) => `@libp2p/${name}`,
  ),
  '@libp2p/crypto/keys',
  '@multiformats/multiaddr',
  'multiformats/cid',
  'multiformats/hashes/digest',
];
// Drawn in views that are fetched when they are opened.
const pagePackages = ['uqr'];
const enginePackages = [
  '@mlc-ai/web-llm',
  '@huggingface/tokenizers',
  '@huggingface/jinja',
  'valibot',
  'zustand/vanilla',
  'onnxruntime-web/wasm',
  'onnxruntime-web/webgpu',
  '@bufbuild/protobuf/wire',
];

export default defineConfig(async () => ({
  plugins: [react()],
  build: {
    // The newest features that every browser with WebGPU or wasm threads has.
    target: 'es2023',
    sourcemap: true,
    // The content security policy has no data: for scripts and wasm, and digests in names make files cacheable.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1024,
  },
  worker: { format: 'es' as const },
  // The hot-reload client is an inline script, so the development server goes without the content security policy.
  server: { headers: { ...isolationHeaders } },
  preview: { headers: { ...isolationHeaders } },
  // A build needs neither a browser nor the packages that drive one.
  ...(process.env['VITEST'] === undefined ? {} : { test: { projects: await testProjects() } }),
}));

async function testProjects() {
  const { playwright } = await import('@vitest/browser-playwright');
  const { chromiumFlags, findChromium } = await import('./test/browser/chromium.ts');
  const executablePath = findChromium();
  return [
    {
      extends: true as const,
      test: {
        name: 'node',
        environment: 'node' as const,
        include: ['test/**/*.test.{ts,tsx}'],
        exclude: [...browserTests, ...endToEndTests],
        // Room for a busy machine: some tests start processes.
        testTimeout: 30_000,
      },
    },
    {
      extends: true as const,
      // Loaded by swarm and engines on demand: found only while a test runs, they would make the server reload it.
      optimizeDeps: { include: [...swarmPackages, ...enginePackages, ...pagePackages] },
      test: {
        name: 'browser',
        include: browserTests,
        globalSetup: './test/browser/relay-setup.ts',
        // A model takes seconds to load, and two cores serve all tabs.
        testTimeout: 180_000,
        hookTimeout: 180_000,
        fileParallelism: false,
        browser: {
          enabled: true,
          headless: true,
          screenshotFailures: false,
          provider: playwright({
            launchOptions: {
              ...(executablePath === undefined ? {} : { executablePath }),
              args: ['--headless=new', ...chromiumFlags],
            },
          }),
          instances: [{ browser: 'chromium' as const }],
        },
      },
    },
    {
      extends: true as const,
      test: {
        name: 'e2e',
        environment: 'node' as const,
        include: endToEndTests,
        testTimeout: 300_000,
        hookTimeout: 120_000,
        fileParallelism: false,
      },
    },
  ];
}
