import { type Result, ok } from '#vocabulary';
import { type GgufHeader, readGgufHeader } from '../../gguf/gguf-header.ts';
import type { ModelError } from '../../model.ts';
import { type Recognised, asCount, parametersOf, readShape } from './recognised.ts';

export const ggufMagic = 'GGUF';

const encoders = new Set(['bert', 'nomic-bert', 'jina-bert-v2', 't5encoder', 'modern-bert', 'neo-bert']);

export async function recogniseGguf(blob: Blob): Promise<Result<Recognised, ModelError>> {
  const header = await readGgufHeader(blob);
  if (!header.ok) return header;
  const { metadata } = header.value;
  const text = (key: string): string | undefined => {
    const value = metadata.get(key);
    return typeof value === 'string' ? value : undefined;
  };
  const architecture = text('general.architecture') ?? '';
  const value = (key: string): unknown => metadata.get(`${architecture}.${key}`);
  const shape = readShape({
    layers: value('block_count'),
    width: value('embedding_length'),
    heads: value('attention.head_count'),
    keyValueHeads: value('attention.head_count_kv'),
    headWidth: value('attention.key_length'),
    feedForwardWidth: value('feed_forward_length'),
    vocabularySize: value('vocab_size') ?? vocabularyOf(header.value),
  });
  const statesPooling = metadata.has(`${architecture}.pooling_type`);
  return ok({
    format: 'gguf',
    purpose: encoders.has(architecture) || statesPooling ? 'embedding' : 'chat',
    name: text('general.name') ?? text('general.basename'),
    licence: text('general.license'),
    parameters:
      asCount(metadata.get('general.parameter_count')) ??
      parametersOf(shape) ??
      parseSizeLabel(text('general.size_label')) ??
      0,
    contextTokens: asCount(value('context_length')) ?? 0,
    needsF16: false,
    shape,
    members: [{ name: 'model.gguf', blob }],
  });
}

function vocabularyOf({ metadata }: GgufHeader): number | undefined {
  const tokens = metadata.get('tokenizer.ggml.tokens');
  return Array.isArray(tokens) ? tokens.length : undefined;
}

/** `135M`, `1.7B`, `8x7B`. */
export function parseSizeLabel(label: string | undefined): number | undefined {
  const match = /^(?:(\d{1,3})x)?(\d{1,4}(?:\.\d{1,3})?)([KMBT])$/i.exec(label ?? '');
  if (match === null) return undefined;
  const power = { K: 1e3, M: 1e6, B: 1e9, T: 1e12 }[(match[3] ?? '').toUpperCase()] ?? 0;
  return asCount(Math.round(Number(match[1] ?? 1) * Number(match[2]) * power));
}
