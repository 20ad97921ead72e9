import { describe, expect, test, vi } from 'vitest';
import { type findMlcManifest, canRun, defaultModel, offerModels, sizeOfModel } from '#inference';
import { ok } from '#vocabulary';
import { devices } from './device/devices.ts';

const find = vi.fn<typeof findMlcManifest>(async () => ok(defaultModel));
const offered = offerModels(find);

describe('R62: models that are offered', () => {
  test('have names of their own, and are described well enough to say whether they run before anything is asked of a hub', () => {
    expect(new Set(offered.map(({ manifest }) => manifest.id)).size).toBe(offered.length);
    expect(offered[0]).toEqual({ manifest: defaultModel });
    const runnable = offered.filter(({ manifest }) => canRun(manifest, 'webllm', devices.desktop).ok);
    expect(runnable.length).toBeGreaterThan(20);
    expect(find).not.toHaveBeenCalled();
  });

  test('of which only an outline is known take no more room than memory, and are looked up when wanted', async () => {
    for (const { manifest, resolve } of offered.slice(1)) {
      expect(resolve).toBeDefined();
      expect(sizeOfModel(manifest)).toBeGreaterThan(10e6);
      expect(sizeOfModel(manifest)).toBeLessThanOrEqual(manifest.memoryBytes.webllm ?? 0);
    }
    const { signal } = new AbortController();
    expect(await offered[1]?.resolve?.(signal)).toEqual(ok(defaultModel));
    expect(find).toHaveBeenCalledWith(expect.objectContaining({ id: offered[1]?.manifest.id }), signal);
  });
});
