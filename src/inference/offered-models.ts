import { type Failure, type Result, asModelId } from '#vocabulary';
import { defaultModel } from './catalogue.ts';
import type { ModelManifest } from './model.ts';
import { type MlcEntry, mlcCatalogue } from './webllm/mlc-catalogue.ts';

/** A model that anyone may have. */
export interface OfferedModel {
  /** Where `resolve` is there an outline: one file without a digest stands for all, of about their size. */
  readonly manifest: ModelManifest;
  /** The exact files, looked up at its hub. */
  readonly resolve?: (signal: AbortSignal) => Promise<Result<ModelManifest, Failure>>;
}

/** Looks the files of an entry up; needs the network. */
export type FindMlcManifest = (entry: MlcEntry, signal: AbortSignal) => Promise<Result<ModelManifest, Failure>>;

/** All models that a person is offered, the default one first. */
export function offerModels(find: FindMlcManifest): readonly OfferedModel[] {
  const compiled = mlcCatalogue.map((entry) => ({
    manifest: outline(entry),
    resolve: (signal: AbortSignal) => find(entry, signal),
  }));
  return [{ manifest: defaultModel }, ...compiled];
}

/** Bytes for each parameter, with the scales of groups of 32. */
const BYTES_A_WEIGHT = [
  ['q4f16', 4.5 / 8],
  ['q4f32', 5 / 8],
  ['q0f16', 2],
  ['q0f32', 4],
] as const;

function outline(entry: MlcEntry): ModelManifest {
  const { id, name, purpose, licence, parameters, contextTokens, needsF16, memoryMb } = entry;
  const memoryBytes = Math.ceil(memoryMb * 2 ** 20);
  const each = BYTES_A_WEIGHT.find(([kind]) => id.includes(kind))?.[1] ?? 1;
  const sizeBytes = Math.min(memoryBytes, Math.round(parameters * each));
  return {
    id: asModelId(id),
    name,
    format: 'mlc',
    purpose,
    licence,
    parameters,
    contextTokens,
    needsF16,
    memoryBytes: { webllm: memoryBytes },
    files: [{ name: 'all files', sizeBytes, sha256: '', sources: [] }],
  };
}
