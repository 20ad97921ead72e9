import type { PeerId } from '#vocabulary';

/**
 * How an answer failed. `broken`: perhaps only now. `later`: busy, asked to wait. `gone`: not there any more, or does not
 * have it. `bad`: it breaks the rules, and is not asked again.
 */
export interface SourceFault {
  readonly type: 'broken' | 'later' | 'gone' | 'bad';
  readonly reason: string;
  readonly afterMs?: number;
}

/** A peer or a server, as a download sees it. */
export interface ChunkSource {
  /** Unique in a download. */
  readonly key: string;
  readonly kind: 'peer' | 'server';
  readonly peer?: PeerId;
  readonly name: string;
  /**
   * The chunks of a row in their order, each of its exact length but unverified, through `deliver`; undefined when all were
   * delivered. `onBytes` counts what comes, for speed and for knowing that it lives. Never throws; ends soon after `signal`.
   */
  fetch(
    row: readonly number[],
    deliver: (chunk: number, bytes: Uint8Array<ArrayBuffer>) => void,
    onBytes: (bytes: number) => void,
    signal: AbortSignal,
  ): Promise<SourceFault | undefined>;
}
