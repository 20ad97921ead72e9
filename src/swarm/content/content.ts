import type { Failure, PeerId, Result } from '#vocabulary';

/** Named by its bytes. As text for people and links this is a CIDv1 (raw, sha2-256), see `cid.ts`. */
export interface ContentId {
  /** Of all bytes, lower-case hex. */
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** What is wanted, as the domain that wants it knows it. */
export interface WantedContent extends ContentId {
  /** For a person to read; never sent. */
  readonly name: string;
  /** SHA-256 of its chunk list, where somebody trusted vouches for it; else providers claim a list. */
  readonly chunkListSha256?: string;
}

/**
 * - `nobody`: no peer offers it, and no chunk list is known: get it from a server as a whole.
 * - `incomplete`: peers and servers together could not give all of it; what came is in the draft.
 * - `wrong`: all claimed chunk lists led to other bytes than wanted.
 * - `storage`: the draft refused bytes. `aborted`: by the caller, or the exchange was closed.
 */
export type ContentErrorType = 'nobody' | 'incomplete' | 'wrong' | 'storage' | 'aborted';
export type ContentError = Failure<ContentErrorType>;

/**
 * Where one file grows: whole parts in any order, each there whole or not at all whatever happens to the tab. The store
 * that keeps the finished file implements it on the very place where the file stays, so nothing is ever there twice.
 */
export interface ContentDraft {
  /** A multiple of `CHUNK_BYTES`; only the last part is shorter. */
  readonly partBytes: number;
  /** Numbers of the parts that are here. Nothing says that their bytes are right. */
  parts(): Promise<readonly number[]>;
  /** Exactly these bytes, from parts that are here. */
  read(offset: number, lengthBytes: number): Promise<Uint8Array<ArrayBuffer> | undefined>;
  write(part: number, bytes: Uint8Array<ArrayBuffer>): Promise<Result<void, Failure>>;
  remove(part: number): Promise<void>;
  /** The chunk list that the parts were checked against, kept beside them for the next visit. */
  readChunkList(): Promise<Uint8Array | undefined>;
  writeChunkList(list: Uint8Array): Promise<Result<void, Failure>>;
}

/** A web server that the file's description names. */
export interface ContentServer {
  readonly name: string;
  /**
   * The bytes from `fromByte` up to but not with `endByte`. `no-ranges`: it only gives the file from its start. `busy`:
   * worth asking again. `elsewhere`: it does not have this file. May throw; that is a broken connection.
   */
  open(
    fromByte: number,
    endByte: number,
    signal: AbortSignal,
  ): Promise<Result<AsyncIterable<Uint8Array>, Failure<'no-ranges' | 'busy' | 'elsewhere'>>>;
}

export interface ContentJob {
  readonly content: WantedContent;
  readonly draft: ContentDraft;
  /** Asked together with peers. */
  readonly servers: readonly ContentServer[];
  readonly onProgress: (receivedBytes: number) => void;
  /** Reads the whole draft: true when it is the file. */
  readonly verify: () => Promise<boolean>;
  readonly signal: AbortSignal;
}

/** What another domain's store asks files of. */
export interface ContentSource {
  /** For messages. */
  readonly name: string;
  /** Fills the draft from peers and servers together; ok only once `verify` said so. */
  fill(job: ContentJob): Promise<Result<void, ContentError>>;
  /** Resolves once somebody offers the file, or `signal` aborts. */
  whenOffered(content: ContentId, signal: AbortSignal): Promise<void>;
}

/** Verified files that this tab may give to anybody. */
export interface LocalContent {
  offered(): Promise<readonly (ContentId & { readonly name?: string })[]>;
  /** At most 1 MiB. */
  read(sha256: string, offset: number, lengthBytes: number): Promise<Uint8Array | undefined>;
  /** Called when files came or went. Without it, and for what other tabs do, the exchange looks every few minutes. */
  onChange?(listener: () => void): () => void;
}

/** What the person lets others have. */
export interface ContentLimits {
  /** Off: nothing is offered and nothing is given. */
  readonly isSharing: boolean;
  /** To all peers together; undefined: as fast as the line is. */
  readonly uploadBytesPerSecond: number | undefined;
  /** Chunks on their way at the same time, to all peers together. */
  readonly maxUploads: number;
}

export interface ContentSourceView {
  readonly kind: 'peer' | 'server';
  /** Of peers only. */
  readonly peer?: PeerId;
  /** Host of the server, or the peer's id. */
  readonly name: string;
  readonly receivedBytes: number;
  readonly bytesPerSecond: number;
  /** `resting`: it failed or is slow, and is asked again soon. `dropped`: it is not asked again, and why. */
  readonly status: 'active' | 'resting' | 'dropped';
  readonly reason?: string;
}

export interface DownloadView {
  readonly cid: string;
  readonly name: string;
  readonly sizeBytes: number;
  /** Verified bytes, those of earlier visits included. */
  readonly receivedBytes: number;
  readonly bytesPerSecond: number;
  readonly phase: 'finding' | 'fetching' | 'verifying';
  readonly sources: readonly ContentSourceView[];
}

export interface UploadView {
  readonly peer: PeerId;
  readonly cid: string;
  readonly name: string;
  /** In this visit. */
  readonly givenBytes: number;
  readonly bytesPerSecond: number;
}

export interface PeerTraffic {
  readonly peer: PeerId;
  readonly givenBytes: number;
  readonly takenBytes: number;
}

/** One immutable object, the same until something changes; changes are announced at most four times a second. */
export interface ContentState {
  readonly limits: ContentLimits;
  /** Running now. */
  readonly downloads: readonly DownloadView[];
  readonly uploads: readonly UploadView[];
  /** Whole files that peers can have from this tab. */
  readonly offered: readonly { readonly cid: string; readonly name: string; readonly sizeBytes: number }[];
  /** Of this visit, most traffic first; bounded. */
  readonly traffic: readonly PeerTraffic[];
  readonly givenBytes: number;
  /** From peers. */
  readonly takenBytes: number;
  /** From servers, by this exchange. */
  readonly serverBytes: number;
}

/** `corrupt-chunk`: bytes that were not those of the list it itself named. `lying-list`: a list that led to a wrong file. */
export type MisconductType = 'corrupt-chunk' | 'lying-list' | 'nonsense';
export interface Misconduct {
  readonly peer: PeerId;
  readonly type: MisconductType;
  readonly cid: string;
}

/** Moves files between tabs. */
export interface ContentExchange {
  getState(): ContentState;
  subscribe(listener: () => void): () => void;
  setLimits(limits: ContentLimits): void;
  /** Whole files came or went in the local store: what is offered is looked up again. */
  refresh(): Promise<void>;
  asFileSource(): ContentSource;
  /** Ends all transfers. */
  close(): void;
}
