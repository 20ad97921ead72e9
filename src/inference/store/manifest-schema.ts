import { asModelId } from '#vocabulary';
import * as v from 'valibot';
import type { ModelManifest } from '../model.ts';
import type { ModelOrigin } from '../model-shelf.ts';

/** What the list of models says of one. */
export interface ModelEntry {
  readonly manifest: ModelManifest;
  readonly origin: ModelOrigin;
  readonly isPinned: boolean;
  readonly lastUsedMs: number;
}

/** MLC models of 70 billion parameters have about 1,200 shards. */
export const maxFiles = 2_048;
export const maxModelBytes = 64 * 2 ** 30;
/** The largest entries, of 1,200 shards with two sources each, take about 600 kB. */
const maxEntryLength = 4 * 2 ** 20;

const shortText = v.pipe(v.string(), v.maxLength(200));
const address = v.pipe(v.string(), v.minLength(1), v.maxLength(2_048));
const digest = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

const source = v.variant('type', [
  v.strictObject({ type: v.literal('own-origin'), path: address }),
  v.strictObject({ type: v.literal('https'), url: address }),
  v.strictObject({ type: v.literal('pypi'), package: shortText, version: shortText, member: address }),
]);

const file = v.strictObject({
  name: v.pipe(v.string(), v.minLength(1), v.maxLength(1_024)),
  sizeBytes: v.pipe(count, v.maxValue(maxModelBytes)),
  sha256: digest,
  chunkListSha256: v.exactOptional(digest),
  sources: v.pipe(v.array(source), v.maxLength(16)),
});

const manifest = v.strictObject({
  id: v.pipe(v.string(), v.minLength(1), v.maxLength(200), v.transform(asModelId)),
  name: shortText,
  format: v.picklist(['gguf', 'mlc', 'onnx']),
  purpose: v.picklist(['chat', 'embedding']),
  licence: shortText,
  parameters: count,
  contextTokens: count,
  files: v.pipe(v.array(file), v.minLength(1), v.maxLength(maxFiles)),
  needsF16: v.boolean(),
  largestBindingBytes: v.exactOptional(count),
  memoryBytes: v.strictObject({
    wllama: v.exactOptional(count),
    ort: v.exactOptional(count),
    webllm: v.exactOptional(count),
  }),
});

const entry = v.strictObject({
  manifest,
  origin: v.picklist(['catalogue', 'own']),
  isPinned: v.boolean(),
  lastUsedMs: v.pipe(v.number(), v.finite()),
});

export function encodeEntry(kept: ModelEntry): string {
  return JSON.stringify(kept);
}

/** Undefined for anything that is not exactly an entry. */
export function decodeEntry(text: string): ModelEntry | undefined {
  if (text.length > maxEntryLength) return undefined;
  try {
    const parsed = v.safeParse(entry, JSON.parse(text));
    return parsed.success ? parsed.output : undefined;
  } catch {
    return undefined;
  }
}
