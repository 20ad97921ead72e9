import { type ModelId, asModelId, sha256Hex } from '#vocabulary';
import { estimateMemoryBytes } from '../../device/memory.ts';
import type { ModelFile, ModelManifest, ModelSource } from '../../model.ts';
import type { FileIdentity } from '../file-digest.ts';
import { cleanText } from './file-names.ts';
import type { Recognised } from './recognised.ts';

export interface OwnFile extends FileIdentity {
  readonly name: string;
  readonly sources: readonly ModelSource[];
}

/** Context that `ModelManifest.memoryBytes` is stated for. */
const statedContextTokens = 2_048;

/** Describes a person's own model; the same files always get the same name inside the program. */
export function describeOwnModel(recognised: Recognised, files: readonly OwnFile[]): ModelManifest {
  const { format, purpose, parameters, contextTokens, needsF16, shape } = recognised;
  return {
    id: ownModelId(files),
    name: cleanText(recognised.name ?? '', 80) || 'Own model',
    format,
    purpose,
    licence: cleanText(recognised.licence ?? '', 80) || 'unknown',
    parameters,
    contextTokens,
    files,
    needsF16,
    memoryBytes: estimateMemoryBytes({
      parameters,
      weightsBytes: files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
      format,
      contextTokens: statedContextTokens,
      ...(shape.layers === undefined ? {} : { layers: shape.layers }),
      ...(shape.keyValueWidth === undefined ? {} : { keyValueWidth: shape.keyValueWidth }),
      ...(shape.width === undefined || shape.vocabularySize === undefined
        ? {}
        : { embeddingParameters: shape.width * shape.vocabularySize }),
    }),
  };
}

const ownPrefix = 'own-';

/** Brought by this browser's person: nobody else's business. */
export function isOwnModel(id: ModelId): boolean {
  return id.startsWith(ownPrefix);
}

export function ownModelId(files: readonly Pick<ModelFile, 'name' | 'sha256'>[]): ModelId {
  const lines = files.map(({ name, sha256 }) => `${sha256} ${name}`).toSorted();
  return asModelId(`${ownPrefix}${sha256Hex(new TextEncoder().encode(lines.join('\n'))).slice(0, 24)}`);
}
