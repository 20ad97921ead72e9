import { describe, expect, test } from 'vitest';
import type { DownloadProgress, ModelManifest, NamedBlob } from '#inference';
import { sha256Hex } from '#vocabulary';
import { createMemoryModelFiles } from '../../../../src/inference/store/model-files.memory.ts';
import { writeTinyGguf } from '../../tiny-gguf.ts';
import { createKeptModelFiles, createRoom, describeFile, describeModel, openShelf, quiet } from '../shelf-bench.ts';
import {
  ggufFiles,
  json,
  mlcFiles,
  onnxFiles,
  onnxGraph,
  replaced,
  wasm,
  weightsBytes,
  without,
} from './own-model-files.ts';

async function importInto(shelf: ReturnType<typeof openShelf>, files: readonly NamedBlob[]): Promise<ModelManifest> {
  const imported = await shelf.importFiles(files, quiet);
  if (!imported.ok) throw new Error(imported.error.message);
  return imported.value;
}

async function refusal(files: readonly NamedBlob[]): Promise<string> {
  const storage = createMemoryModelFiles();
  const refused = await openShelf({ files: storage }).importFiles(files, quiet);
  expect(refused).toMatchObject({ ok: false, error: { type: 'not-a-model' } });
  expect(await storage.names()).toEqual([]);
  return refused.ok ? '' : refused.error.message;
}

describe("a person's own model", () => {
  test('R55: a GGUF file is described by its header and kept', async () => {
    const shelf = openShelf();
    const manifest = await importInto(shelf, ggufFiles('whatever it is called.bin'));
    expect(manifest).toMatchObject({
      name: 'tiny',
      format: 'gguf',
      purpose: 'chat',
      licence: 'unknown',
      contextTokens: 1_024,
      needsF16: false,
      files: [{ name: 'model.gguf', sources: [] }],
    });
    const content = new Uint8Array(await writeTinyGguf().arrayBuffer());
    expect(manifest.files).toMatchObject([{ sha256: sha256Hex(content), sizeBytes: content.length }]);
    // 2 layers of 64 and 128 wide with 2 of 4 heads for keys, and a vocabulary of 384.
    expect(manifest.parameters).toBe(2 * (2 * 64 * 64 + 2 * 64 * 32 + 3 * 64 * 128) + 384 * 64);
    expect(manifest.memoryBytes.wllama).toBeGreaterThan(content.length);
    expect(manifest.id).toMatch(/^own-[0-9a-f]{24}$/);
    expect(await shelf.find(manifest)).toBeDefined();
    expect(await shelf.kept()).toMatchObject([{ manifest, origin: 'own' }]);
  });

  test('R55: the same file is the same model, whatever its name', async () => {
    const shelf = openShelf();
    const first = await importInto(shelf, ggufFiles('a.gguf'));
    const second = await importInto(shelf, ggufFiles('b.gguf'));
    expect(second).toEqual(first);
    expect(await shelf.kept()).toHaveLength(1);
  });

  test('R55: of an MLC folder what web-llm reads is kept', async () => {
    const shelf = openShelf();
    const manifest = await importInto(shelf, mlcFiles());
    expect(manifest).toMatchObject({ name: 'tiny-q0f32-MLC', format: 'mlc', needsF16: false });
    expect(manifest.files.map(({ name }) => name).toSorted()).toEqual([
      'mlc-chat-config.json',
      'model.wasm',
      ...['params_shard_0.bin', 'params_shard_1.bin', 'params_shard_2.bin'].slice(0, manifest.files.length - 5),
      'tensor-cache.json',
      'tokenizer.json',
      'tokenizer_config.json',
    ]);
    expect(manifest.memoryBytes.webllm).toBeGreaterThan(0);
    expect(await importInto(openShelf(), mlcFiles(''))).toMatchObject({ id: manifest.id });
  });

  test('R55: weights of 16 bits need a graphics processor that has them', async () => {
    const config = json({ model_type: 'llama', quantization: 'q4f16_1', context_window_size: 4_096 });
    const manifest = await importInto(openShelf(), replaced(mlcFiles(), 'mlc-chat-config.json', config));
    expect(manifest).toMatchObject({ needsF16: true, contextTokens: 4_096 });
  });

  test('R55: an ONNX graph is kept with its weights, tokeniser and configuration, from wherever they lie', async () => {
    const manifest = await importInto(openShelf(), onnxFiles());
    expect(manifest).toMatchObject({ name: 'smol', format: 'onnx', purpose: 'chat', contextTokens: 4_096 });
    expect(manifest.files.map(({ name }) => name)).toEqual([
      'model.onnx',
      'model.onnx_data',
      'tokenizer.json',
      'config.json',
      'tokenizer_config.json',
    ]);
    expect(manifest.memoryBytes.ort).toBeGreaterThan(weightsBytes);
    expect(Object.keys(manifest.memoryBytes)).toEqual(['ort']);
  });

  test('R55: encoders are told from models that chat', async () => {
    const config = json({ model_type: 'bert', architectures: ['BertModel'], max_position_embeddings: 512 });
    const manifest = await importInto(openShelf(), replaced(onnxFiles(), '/config.json', config));
    expect(manifest).toMatchObject({ purpose: 'embedding', parameters: 28, contextTokens: 512 });
  });

  test('R55: progress goes over all files, first reading, then keeping', async () => {
    const progress: DownloadProgress[] = [];
    await openShelf().importFiles(onnxFiles(), { onProgress: (step) => progress.push(step) });
    const { totalBytes } = progress.at(-1) as DownloadProgress;
    expect(progress.at(-1)?.receivedBytes).toBe(totalBytes);
    expect(new Set(progress.map((step) => step.totalBytes)).size).toBe(1);
  });

  test('R19: an import can be stopped', async () => {
    const files = createMemoryModelFiles();
    const stopped = await openShelf({ files }).importFiles(ggufFiles(), { ...quiet, signal: AbortSignal.abort() });
    expect(stopped).toMatchObject({ ok: false, error: { type: 'aborted' } });
    expect(await files.names()).toEqual([]);
  });

  test('R20: there must be room for it', async () => {
    const room = createRoom({ estimate: { usedBytes: 0, quotaBytes: 1_000 } });
    const refused = await openShelf({ files: createKeptModelFiles(), room }).importFiles(ggufFiles(), quiet);
    expect(refused).toMatchObject({ ok: false, error: { type: 'quota' } });
  });

  test('R52: a list that was lost finds it again by what stands in it', async () => {
    const files = createMemoryModelFiles();
    const shelf = openShelf({ files });
    const manifest = await importInto(shelf, ggufFiles());
    for (const name of await files.names()) if (name.startsWith('entry-')) await files.remove(name);
    expect(await openShelf({ files }).kept()).toMatchObject([{ manifest, origin: 'own' }]);
  });

  test('R59: a file of the catalogue is that model', async () => {
    const content = new Uint8Array(await writeTinyGguf().arrayBuffer());
    const known = describeModel('famous', describeFile('famous.gguf', content, 'https://hub.example/famous.gguf'));
    const shelf = openShelf({ known: [known] });
    expect(await importInto(shelf, ggufFiles('stolen.gguf'))).toEqual(known);
    expect(await shelf.kept()).toMatchObject([{ manifest: known, origin: 'catalogue' }]);
    expect(await shelf.find(known)).toBeDefined();
  });
});

describe('what is no model is refused with the reason', () => {
  const junk = new Blob(['%PDF-1.7 and so on']);

  test.each<[string, () => readonly NamedBlob[], RegExp]>([
    ['nothing', () => [], /No file was chosen/],
    ['another kind of file', () => [{ name: 'model.gguf', blob: junk }], /None of the files/],
    ['a GGUF that is cut', () => [{ name: 'a.gguf', blob: writeTinyGguf().slice(0, 500) }], /Not a usable GGUF/],
    ['two GGUFs', () => [...ggufFiles('a.gguf'), ...ggufFiles('b.gguf')], /Several GGUF/],
    ['MLC without its list of weights', () => without(mlcFiles(), 'tensor-cache.json'), /tensor-cache.json.*missing/],
    ['MLC without a shard', () => without(mlcFiles(), 'params_shard_0.bin'), /params_shard_0.bin is missing/],
    [
      'MLC with a cut shard',
      () => replaced(mlcFiles(), 'params_shard_0.bin', new Blob(['x'])),
      /has 1 bytes instead of/,
    ],
    ['MLC without its tokeniser', () => without(mlcFiles(), 'tokenizer.json'), /tokenizer.json.*missing/],
    ['MLC without its library', () => without(mlcFiles(), '.wasm'), /library.*missing/],
    ['MLC with no library in the .wasm file', () => replaced(mlcFiles(), '.wasm', junk), /library.*missing/],
    ['MLC with two libraries', () => [...mlcFiles(''), { name: 'second.wasm', blob: wasm }], /Several model libraries/],
    [
      'MLC with a configuration that is none',
      () => replaced(mlcFiles(), 'mlc-chat-config.json', json([])),
      /does not say/,
    ],
    ['MLC with broken JSON', () => replaced(mlcFiles(), 'tensor-cache.json', new Blob(['{'])), /is no JSON/],
    [
      'MLC whose list leads out of the folder',
      () => replaced(mlcFiles(), 'tensor-cache.json', json({ records: [{ dataPath: '../../secret', nbytes: 1 }] })),
      /secret is missing/,
    ],
    ['ONNX that is none', () => replaced(onnxFiles(), '.onnx', junk), /is no ONNX model/],
    ['ONNX without its weights', () => without(onnxFiles(), '_data'), /model.onnx_data is missing/],
    ['ONNX with cut weights', () => replaced(onnxFiles(), '_data', new Blob(['x'])), /damaged: it has 1 bytes/],
    ['ONNX without its tokeniser', () => without(onnxFiles(), 'tokenizer.json'), /tokenizer.json.*missing/],
    ['ONNX without its configuration', () => without(onnxFiles(), '/config.json'), /config.json.*missing/],
    ['ONNX whose weights lie elsewhere', () => replaced(onnxFiles(), '.onnx', onnxGraph('../weights')), /is missing/],
    ['ONNX whose weights are called like its tokeniser', takesTokeniserForWeights, /same name/],
    ['two ONNX graphs', () => [...onnxFiles(), { name: 'smol/b.onnx', blob: onnxGraph() }], /Several ONNX graphs/],
  ])('R55: %s', async (_, files, reason) => {
    expect(await refusal(files())).toMatch(reason);
  });

  function takesTokeniserForWeights(): readonly NamedBlob[] {
    const long = json({ model: { vocab: 'x'.repeat(weightsBytes) } });
    return replaced(without(onnxFiles(), '_data'), 'tokenizer.json', long).map((file) => ({
      name: file.name.replace('/onnx/', '/'),
      blob: file.name.endsWith('.onnx') ? onnxGraph('tokenizer.json') : file.blob,
    }));
  }

  test.each([
    '../model.gguf',
    'a/../../b',
    '/etc/passwd',
    'a//b',
    '',
    'a\\b',
    'C:model',
    'a\0b',
    'a\u202Eb',
    'x'.repeat(201),
  ])('R55: the name %j', async (name) => {
    expect(await refusal(ggufFiles(name))).toMatch(/unusable name/);
  });

  test('R55: a name twice, also where only letters’ sizes differ', async () => {
    expect(await refusal([...mlcFiles(), { name: 'tiny-q0f32-MLC/TOKENIZER.json', blob: junk }])).toMatch(/same name/);
  });

  test('R55: more files than any model has', async () => {
    const many = Array.from({ length: 3_000 }, (_, index) => ({ name: `${index}`, blob: junk }));
    expect(await refusal(many)).toMatch(/3000 files/);
  });

  test('R55: a file that was changed or deleted since it was chosen', async () => {
    const gone = Object.assign(new Blob(['GGUF']), {
      slice: () => ({ text: () => Promise.reject(new DOMException('gone', 'NotReadableError')) }),
    });
    expect(await refusal([{ name: 'a.gguf', blob: gone as unknown as Blob }])).toMatch(/cannot be read/);
  });
});
