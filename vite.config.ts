import react from '@vitejs/plugin-react';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { isolationHeaders } from './relay/headers.ts';
import { chromiumFlags, findChromium } from './test/browser/chromium.ts';

const endToEndTests = ['test/e2e/**/*.test.ts', 'test/**/*.e2e.test.ts'];
const browserTests = ['test/**/*.browser.test.{ts,tsx}'];

export default defineConfig({
  plugins: [react()],
  // Only the newest features every browser with WebGPU or wasm threads has.
  build: { target: 'es2023', sourcemap: true, assetsInlineLimit: 0, chunkSizeWarningLimit: 1024 },
  worker: { format: 'es' },
  // The hot-reload client is an inline script, so the development server goes without the content security policy.
  server: { headers: isolationHeaders },
  preview: { headers: isolationHeaders },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'node',
          environment: 'node',
          include: ['test/**/*.test.{ts,tsx}'],
          exclude: [...browserTests, ...endToEndTests],
        },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          include: browserTests,
          // A model takes seconds to load; two cores serve all tabs.
          testTimeout: 60_000,
          hookTimeout: 60_000,
          fileParallelism: false,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({
              launchOptions: { executablePath: findChromium() ?? '', args: ['--headless=new', ...chromiumFlags] },
            }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          environment: 'node',
          include: endToEndTests,
          testTimeout: 300_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
