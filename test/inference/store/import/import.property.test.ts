import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { asModelId } from '#vocabulary';
import { readAddress } from '../../../../src/inference/store/import/address.ts';
import { cleanText, readNames } from '../../../../src/inference/store/import/file-names.ts';
import { recognise } from '../../../../src/inference/store/import/recognise.ts';
import { describeOwnModel } from '../../../../src/inference/store/import/own-manifest.ts';
import { decodeEntry, encodeEntry } from '../../../../src/inference/store/manifest-schema.ts';
import { ggufFiles, json, mlcFiles, onnxFiles, replaced } from './own-model-files.ts';

const anyText = fc.string({ unit: 'binary', maxLength: 40 });
const anyBytes = fc.uint8Array({ maxLength: 300 });

/** Whatever comes is a model whose description passes the store's own schema, or a typed refusal. */
async function isSound(files: Parameters<typeof recognise>[0]): Promise<void> {
  const recognised = await recognise(files);
  if (!recognised.ok) {
    expect(recognised.error.type).toBe('not-a-model');
    expect(recognised.error.message.length).toBeLessThan(500);
    return;
  }
  const own = recognised.value.members.map(({ name, blob }) => ({
    name,
    sha256: 'a'.repeat(64),
    sizeBytes: blob.size,
    sources: [],
  }));
  const manifest = describeOwnModel(recognised.value, own);
  const entry = { manifest, origin: 'own', isPinned: false, lastUsedMs: 1 } as const;
  expect(decodeEntry(encodeEntry(entry))).toEqual(entry);
}

async function changed(file: Blob, changes: readonly (readonly [number, number])[]): Promise<Blob> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  for (const [at, value] of changes) bytes[at % bytes.length] = value;
  return new Blob([bytes]);
}
/** Near the beginning, where headers are. */
const changes = fc.array(fc.tuple(fc.nat(600), fc.nat(255)), { minLength: 1, maxLength: 6 });

describe('files from anybody', () => {
  test('R55: arbitrary names and bytes give a model or a typed refusal', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            name: fc.oneof(
              anyText,
              fc.constantFrom('mlc-chat-config.json', 'a.onnx', 'tokenizer.json', 'config.json', 'tensor-cache.json'),
            ),
            bytes: fc.oneof(
              anyBytes,
              fc.json().map((text) => new TextEncoder().encode(text)),
            ),
          }),
          { maxLength: 6 },
        ),
        (files) => isSound(files.map(({ name, bytes }) => ({ name, blob: new Blob([Uint8Array.from(bytes)]) }))),
      ),
    ));

  test('R55: true models with some bytes changed do too', () =>
    fc.assert(
      fc.asyncProperty(changes, async (some) => {
        const [gguf] = ggufFiles();
        await isSound([{ name: 'a.gguf', blob: await changed(gguf?.blob ?? new Blob(), some) }]);
        const graph = onnxFiles().find(({ name }) => name.endsWith('.onnx'));
        await isSound(replaced(onnxFiles(), '.onnx', await changed(graph?.blob ?? new Blob(), some)));
      }),
      { numRuns: 60 },
    ));

  test('R55: configurations that state anything at all do too', () =>
    fc.assert(
      fc.asyncProperty(
        fc.dictionary(
          fc.constantFrom(
            'hidden_size',
            'num_hidden_layers',
            'num_attention_heads',
            'intermediate_size',
            'vocab_size',
            'max_position_embeddings',
            'head_dim',
            'model_type',
            'architectures',
            'quantization',
            'model_config',
          ),
          fc.oneof(fc.double(), fc.integer(), fc.maxSafeInteger(), fc.jsonValue()),
        ),
        async (config) => {
          await isSound(replaced(onnxFiles(), '/config.json', json({ architectures: ['XForCausalLM'], ...config })));
          const mlc = { model_type: 'llama', quantization: 'q4f16_1', model_config: config, ...config };
          await isSound(replaced(mlcFiles(), 'mlc-chat-config.json', json(mlc)));
        },
      ),
    ));

  test('R55: names that pass lead nowhere else', () => {
    const name = fc.oneof(
      anyText,
      fc.array(fc.constantFrom('..', '.', '', 'a', 'b', '\\', '%2e'), { maxLength: 5 }).map((parts) => parts.join('/')),
    );
    fc.assert(
      fc.property(fc.array(name, { minLength: 1, maxLength: 4 }), (names) => {
        const chosen = readNames(names.map((each) => ({ name: each, blob: new Blob(['x']) })));
        if (!chosen.ok) return;
        for (const { path } of chosen.value.files) {
          expect(new URL(encodeURI(path), 'https://a.example/folder/').pathname.startsWith('/folder/')).toBe(true);
          expect(path.split('/').some((part) => part === '' || part === '.' || part === '..')).toBe(false);
        }
        expect(new Set(chosen.value.files.map(({ path }) => path)).size).toBe(names.length);
      }),
    );
  });

  test('R55: text for people is one line of bounded length without hidden characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), fc.integer({ min: 1, max: 80 }), (text, max) => {
        const clean = cleanText(text, max);
        expect([...clean].length).toBeLessThanOrEqual(max);
        expect(clean).not.toMatch(/[\p{C}\n\r]/u);
        expect(clean.trim()).toBe(clean);
      }),
    );
  });

  test('R56: an address that is accepted is https or of the own origin, and carries no password', () => {
    const text = fc.oneof(
      anyText,
      fc.webUrl(),
      fc.constantFrom(
        'http://a.example/f',
        'javascript:alert(1)',
        '//evil.example/f',
        'https://u:p@a.example/f',
        '/models/f.gguf',
        'data:,x',
      ),
    );
    fc.assert(
      fc.property(text, (url) => {
        const address = readAddress(url, 'http://localhost:8080');
        if (!address.ok) {
          expect(address.error.type).toBe('no-source');
          return;
        }
        const { protocol, origin, username, password } = new URL(address.value.href);
        expect(protocol === 'https:' || origin === 'http://localhost:8080').toBe(true);
        expect(username + password).toBe('');
        expect(address.value.fileName).not.toMatch(/[/\\]/);
      }),
    );
  });
});

describe('entries of the list of models', () => {
  test('R52: arbitrary text is an entry or nothing', () => {
    fc.assert(
      fc.property(fc.oneof(anyText, fc.json()), (text) => {
        expect(decodeEntry(text)).toBeUndefined();
      }),
    );
  });

  test('R52: a true entry with one field replaced is that entry still sound, or nothing', () => {
    const manifest = describeOwnModel(
      {
        format: 'gguf',
        purpose: 'chat',
        name: 'x',
        licence: undefined,
        parameters: 1,
        contextTokens: 1,
        needsF16: false,
        shape: {},
        members: [],
      },
      [{ name: 'model.gguf', sha256: 'a'.repeat(64), sizeBytes: 1, sources: [{ type: 'https', url: 'https://x/' }] }],
    );
    const entry = { manifest, origin: 'own', isPinned: false, lastUsedMs: 1 };
    const paths = [
      ['origin'],
      ['lastUsedMs'],
      ['manifest', 'id'],
      ['manifest', 'files'],
      ['manifest', 'files', '0', 'sha256'],
      ['manifest', 'files', '0', 'sizeBytes'],
      ['manifest', 'memoryBytes'],
      ['manifest', 'files', '0', 'sources', '0', 'type'],
    ];
    fc.assert(
      fc.property(fc.constantFrom(...paths), fc.jsonValue(), (path, value) => {
        const copy = structuredClone(entry) as unknown as Record<string, unknown>;
        const parent = path.slice(0, -1).reduce<Record<string, unknown>>((at, key) => at[key] as typeof at, copy);
        parent[path.at(-1) ?? ''] = value;
        const decoded = decodeEntry(JSON.stringify(copy));
        if (decoded === undefined) return;
        expect(decoded.manifest.files.length).toBeGreaterThan(0);
        for (const { sha256, sizeBytes } of decoded.manifest.files) {
          expect(sha256).toMatch(/^[0-9a-f]{64}$/);
          expect(Number.isSafeInteger(sizeBytes) && sizeBytes >= 0).toBe(true);
        }
        expect(decoded.manifest.id).not.toBe(asModelId(''));
      }),
    );
  });
});
