import { describe, expect, test } from 'vitest';
import { systemClock } from '#vocabulary';
import { sentenceEncoder } from '../../../src/inference/catalogue.ts';
import { encoderBackend } from '../../../src/inference/encoder/backend.ort.ts';
import type { ModelFile } from '../../../src/inference/model.ts';
import { createServedEngine } from '../../../src/inference/serving/served-engine.ts';
import { valueOf } from '../../contracts/engine.ts';
/** 64-bit forward passes of `transformers` 5.24, pooled and normalised; four digits of each number. */
import vectors from './minilm-vectors.json' with { type: 'json' };

/** Where the development server has files that the server kept. */
function pathOf({ sources }: ModelFile): string {
  const own = sources.find((source) => source.type === 'own-origin');
  return (own?.path ?? '').replace('/models/', '/.models/');
}

async function fetchFile(file: ModelFile): Promise<readonly [string, Blob] | undefined> {
  const response = await fetch(pathOf(file));
  const blob = await response.blob();
  return response.ok && blob.size === file.sizeBytes ? [file.name, blob] : undefined;
}

const fetched = await Promise.all(sentenceEncoder.files.map(fetchFile));
const files = new Map(fetched.filter((file) => file !== undefined));
const isHere = files.size === sentenceEncoder.files.length;

test.runIf(!isHere)(`${sentenceEncoder.name} is tried`, (context) => {
  context.skip('The model files are not here: see the catalogue for the package that holds them.');
});

describe.runIf(isHere)('MiniLM', () => {
  test('R85: its vectors are those of an independent implementation', async () => {
    const engine = createServedEngine(encoderBackend(), systemClock);
    const model = { format: sentenceEncoder.format, files };
    valueOf(await engine.load({ modelId: sentenceEncoder.id, engine: 'ort', model, threads: 2, contextTokens: 512 }));
    const embedded = valueOf(await engine.embed(vectors.map(({ text }) => text)));
    for (const [index, { text, tokens, vector }] of vectors.entries()) {
      expect(valueOf(engine.countTokens(text))).toBe(tokens.length - 2);
      const ours = embedded[index];
      const cosine = vector.reduce((sum, value, place) => sum + value * (ours?.[place] ?? 0), 0);
      expect(cosine / Math.hypot(...vector)).toBeGreaterThan(0.9999);
    }
    expect(engine.speed().prefillTokensPerSecond).toBeGreaterThan(0);
    await engine.unload();
  });
});
