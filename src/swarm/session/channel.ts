import type { PeerId } from '#vocabulary';
import type { ConnectionKind, PathView, SwarmPeer } from '../swarm.ts';

/** One connection to a peer, carrying frames both ways. What the transport must give to a session. */
export interface Channel {
  readonly peer: PeerId;
  /** May change while the connection lasts: ICE moves to a better pair of addresses when it finds one. */
  readonly kind: ConnectionKind;
  /** The pair of addresses in use; undefined for a relayed connection and where the browser does not tell. */
  readonly path?: PathView | undefined;
  /** Who opened the connection; both sides agree on it. */
  readonly initiator: PeerId;
  /** Starts delivery; called once. Nothing is lost that came before. */
  listen(listener: ChannelListener): void;
  /** A frame in two parts. Resolves when the transport can take more; rejects when the connection is closed. */
  write(head: Uint8Array, body: Uint8Array): Promise<void>;
  /** Queues without waiting. Lost without a word when the connection is closed. */
  post(frame: Uint8Array): void;
  /** Ends the connection after what was posted and written, and frees it. */
  close(): void;
  /** Ends the connection at once. */
  abort(reason: string): void;
}

export interface ChannelListener {
  /** Bytes came, if only part of a frame. */
  onActivity(): void;
  onFrame(frame: Uint8Array): void;
  /** `kind` or `path` has changed. */
  onPathChange(): void;
  /** Once, whoever closed it. */
  onClose(): void;
}

/** What is shown of a connection. */
export function viewOfChannel(channel: Channel | undefined): Pick<SwarmPeer, 'kind' | 'path'> {
  const path = channel?.path;
  return { kind: channel?.kind ?? 'direct', ...(path === undefined ? {} : { path }) };
}

const ranks: Readonly<Record<ConnectionKind, number>> = { direct: 0, turn: 1, relayed: 2 };

/**
 * The better of two connections to the same peer, the same on both sides: direct before TURN before relayed, then the
 * one opened by the peer with the smaller id. Negative when `a` is better.
 */
export function compareChannels(a: Channel, b: Channel): number {
  if (a.kind !== b.kind) return ranks[a.kind] - ranks[b.kind];
  if (a.initiator !== b.initiator) return a.initiator < b.initiator ? -1 : 1;
  return 0;
}
