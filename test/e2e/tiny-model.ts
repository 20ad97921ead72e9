import type { BrowserContext } from 'playwright-core';
import { defaultModelFile } from '../../src/inference/catalogue.ts';
import { sha256Hex } from '#vocabulary';
import { writeTinyGguf } from '../inference/tiny-gguf.ts';

/**
 * Puts a random model of under a megabyte in the place of the default one, for machines where that cannot be had: the
 * server's answers are changed on their way to the tabs, catalogue digest and file alike. The product knows nothing of
 * it. Whatever such tabs answer means nothing; that they do it together is still tested.
 */
export async function substituteTinyModel(context: BrowserContext): Promise<void> {
  const file = Buffer.from(await writeTinyGguf().arrayBuffer());
  await context.route('**/assets/*.js', async (route) => {
    const response = await route.fetch();
    const script = await response.text();
    if (!script.includes(defaultModelFile.sha256)) return route.fulfill({ response });
    const body = script
      .replaceAll(defaultModelFile.sha256, sha256Hex(file))
      .replaceAll(String(defaultModelFile.sizeBytes), String(file.length));
    return route.fulfill({ response, body });
  });
  await context.route('**/models/**', (route) =>
    route.fulfill({
      body: file,
      contentType: 'application/octet-stream',
      headers: { 'Cross-Origin-Resource-Policy': 'same-origin' },
    }),
  );
}
