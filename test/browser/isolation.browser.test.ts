import { expect, test } from 'vitest';

test('the browser project runs in a cross-origin isolated page with wasm threads', () => {
  expect(crossOriginIsolated).toBe(true);
  expect(new SharedArrayBuffer(8).byteLength).toBe(8);
});

test('WebGPU is there, be it on the software adapter', async () => {
  const { gpu } = navigator as unknown as { readonly gpu?: { requestAdapter(): Promise<object | null> } };
  // Null when the flag that allows the software adapter got lost.
  expect(await gpu?.requestAdapter()).toBeTypeOf('object');
  expect(await gpu?.requestAdapter()).not.toBeNull();
});

test('subpath imports and TypeScript sources load', async () => {
  const { sha256Hex } = await import('#vocabulary');
  expect(sha256Hex(new Uint8Array())).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
});
