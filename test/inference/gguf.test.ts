import { describe, expect, test } from 'vitest';
import { parseGgufHeader, readGgufHeader } from '../../src/inference/gguf/gguf-header.ts';
import { writeTinyGguf } from './tiny-gguf.ts';

const bytesOf = async (file: Blob): Promise<Uint8Array> => new Uint8Array(await file.arrayBuffer());

describe('GGUF headers', () => {
  test('R12: metadata is read, the weights are not', async () => {
    const header = await readGgufHeader(writeTinyGguf());
    if (!header.ok) throw new Error(header.error.message);
    const { version, tensorCount, metadata } = header.value;
    expect([version, tensorCount]).toEqual([3, 21]);
    expect(metadata.get('general.architecture')).toBe('llama');
    expect(metadata.get('llama.attention.layer_norm_rms_epsilon')).toBeCloseTo(1e-5, 9);
    expect(metadata.get('tokenizer.ggml.add_bos_token')).toBe(true);
    const tokens = metadata.get('tokenizer.ggml.tokens');
    expect(Array.isArray(tokens) && tokens.slice(0, 4)).toEqual(['<unk>', '<s>', '</s>', '<0x00>']);
  });

  test('R12: a file that ends inside its header is no model', async () => {
    const file = writeTinyGguf();
    for (const lengthBytes of [0, 3, 4, 12, 24, 100, 5000])
      expect(await readGgufHeader(file.slice(0, lengthBytes))).toMatchObject({ error: { type: 'not-a-model' } });
  });

  test('R12: another file is no model', async () => {
    const html = new Blob(['<!doctype html><html><body>Not found</body></html>']);
    expect(await readGgufHeader(html)).toMatchObject({ ok: false, error: { type: 'not-a-model' } });
  });

  test('R12: announced lengths beyond the limits are refused, not reserved', async () => {
    const bytes = await bytesOf(writeTinyGguf());
    const view = new DataView(bytes.buffer);
    for (const [offset, what] of [
      [8, 'tensors'],
      [16, 'metadata entries'],
      [24, 'bytes of text'],
    ] as const) {
      const before = view.getBigUint64(offset, true);
      view.setBigUint64(offset, 2n ** 63n, true);
      const header = parseGgufHeader(bytes);
      expect(header.ok ? '' : header.error.message).toContain(what);
      view.setBigUint64(offset, before, true);
    }
    expect(parseGgufHeader(bytes).ok).toBe(true);
  });
});
