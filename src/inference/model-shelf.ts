import type { Failure, ModelId, Result } from '#vocabulary';
import type { ModelError, ModelFile, ModelManifest, ModelPackage, ModelStore, ObtainOptions } from './model.ts';

/** The store as its owner sees it: what is here, what it takes, what may go, and models brought along. */
export interface ModelShelf extends ModelStore {
  /** Models of which anything is here, most recently used first. What is damaged in the list is found again or left out. */
  kept(): Promise<readonly KeptModel[]>;
  usage(): Promise<StoreUsage>;
  /** A pinned model is never removed to make room. Does nothing where the model is not here. */
  pin(id: ModelId, isPinned: boolean): Promise<Result<void, ModelError>>;
  /** Notes the use, and keeps the model from being removed to make room, by any tab, until released or the tab ends. */
  use(id: ModelId): Promise<() => void>;
  /** What `makeRoom` would remove just now. */
  planRoom(bytes: number): Promise<Result<RoomMade, ModelError>>;
  /** Removes what was used longest ago until `bytes` more fit; nothing where even that does not suffice. */
  makeRoom(bytes: number): Promise<Result<RoomMade, ModelError>>;
  /** Removes what belongs to no model, such as a broken download from an address; the bytes that freed. */
  tidy(): Promise<number>;
  /** Reads every byte that is here and compares digests. */
  check(manifest: ModelManifest, options: ObtainOptions): Promise<Result<ModelCheck, ModelError>>;
  /** Checks, deletes what is damaged and fetches only that, or what is missing. */
  repair(manifest: ModelManifest, options: ObtainOptions): Promise<Result<ModelPackage, ModelError>>;
  /** Recognises a person's own model by content and keeps it. Of names only what the formats need is used. */
  importFiles(files: readonly NamedBlob[], options: ObtainOptions): Promise<Result<ModelManifest, ModelError>>;
  /** The same from addresses (https or the page's own origin), one for each file of the model. */
  importUrls(urls: readonly string[], options: ObtainOptions): Promise<Result<ModelManifest, ModelError>>;
  /** Files that anyone can have are asked of it, together with their servers; the returned function takes it out again. */
  addSource(source: FileSource): () => void;
  readonly content: ContentPort;
}

export interface KeptModel {
  readonly manifest: ModelManifest;
  readonly origin: ModelOrigin;
  readonly sizeBytes: number;
  /** Less than `sizeBytes` while a download is unfinished. */
  readonly arrivedBytes: number;
  readonly lastUsedMs: number;
  readonly isPinned: boolean;
  readonly isInUse: boolean;
}

/** `own`: brought by this browser's person; never offered to other peers. */
export type ModelOrigin = 'catalogue' | 'own';

export interface StoreUsage {
  readonly place: 'opfs' | 'cache' | 'memory';
  /** Of whole models; a file that two of them share counts once. */
  readonly modelBytes: number;
  /** Unfinished downloads, and files that belong to no known model. */
  readonly otherBytes: number;
  /**
   * As the browser estimates it, all data of this origin together; absent where it does not say. A rough figure: Chromium
   * names 10 GiB beyond what is used, whatever the disk has.
   */
  readonly origin?: { readonly usedBytes: number; readonly quotaBytes: number };
  /** The browser will not delete by itself. */
  readonly isPersistent: boolean;
}

export interface RoomMade {
  readonly freedBytes: number;
  readonly removed: readonly KeptModel[];
}

export type FileCondition = 'right' | 'damaged' | 'missing';

export interface ModelCheck {
  readonly isWhole: boolean;
  readonly conditions: ReadonlyMap<string, FileCondition>;
}

export interface NamedBlob {
  /** As given: a file's name, or its path inside the chosen folder. */
  readonly name: string;
  readonly blob: Blob;
}

/** Somewhere else than a web server that may have files, such as other peers. */
export interface FileSource {
  /** For messages: `other peers`. */
  readonly name: string;
  /**
   * Fills the draft from wherever it can, the given servers among them; ok only once `verify` said so. An error leaves what
   * came in the draft, and the servers are asked for the rest, one after the other.
   */
  fill(job: FillJob): Promise<Result<void, Failure>>;
  /** Resolves once it may have the file, or `signal` aborts. */
  whenOffered(file: Pick<ModelFile, 'sha256' | 'sizeBytes'>, signal: AbortSignal): Promise<void>;
}

export interface FillJob {
  readonly content: Pick<ModelFile, 'name' | 'sha256' | 'sizeBytes' | 'chunkListSha256'>;
  readonly draft: FileDraft;
  readonly servers: readonly FileServer[];
  readonly onProgress: (receivedBytes: number) => void;
  /** Reads the whole draft: true when it is the file, which is then kept. */
  readonly verify: () => Promise<boolean>;
  readonly signal: AbortSignal;
}

/** A file that grows in the very place where it stays: whole parts in any order, so that nothing is ever there twice. */
export interface FileDraft {
  /** Only the last part is shorter. */
  readonly partBytes: number;
  /** Numbers of those that are here. Nothing says that their bytes are right. */
  parts(): Promise<readonly number[]>;
  /** Exactly these bytes of one part; undefined where they are not here. */
  read(offset: number, lengthBytes: number): Promise<Uint8Array<ArrayBuffer> | undefined>;
  /** Whole or not at all, even when the tab closes meanwhile. */
  write(part: number, bytes: Uint8Array<ArrayBuffer>): Promise<Result<void, Failure>>;
  remove(part: number): Promise<void>;
  /** The chunk list that the parts were checked against: kept until the file is whole. */
  readChunkList(): Promise<Uint8Array | undefined>;
  writeChunkList(list: Uint8Array): Promise<Result<void, Failure>>;
}

/** A web server that the model's description names. */
export interface FileServer {
  readonly name: string;
  /** From `fromByte` up to but not with `endByte`. `no-ranges`: it gives the file only from its start. May throw. */
  open(
    fromByte: number,
    endByte: number,
    signal: AbortSignal,
  ): Promise<Result<AsyncIterable<Uint8Array>, Failure<'no-ranges' | 'busy' | 'elsewhere'>>>;
}

/** What this browser can give to peers: verified files of models that anyone can have. Arguments may come from strangers. */
export interface ContentPort {
  offered(): Promise<readonly { readonly sha256: string; readonly sizeBytes: number; readonly name: string }[]>;
  has(sha256: string): Promise<boolean>;
  /** Called when files came or went, as far as this tab did it. */
  onChange(listener: () => void): () => void;
  /** Exactly these bytes; undefined where the file is not offered or has no such bytes, or more than 1 MiB is asked for. */
  read(sha256: string, offset: number, lengthBytes: number): Promise<Uint8Array | undefined>;
}
