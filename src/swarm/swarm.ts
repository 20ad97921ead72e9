import type { Failure, PeerId, Result } from '#vocabulary';

export type SwarmErrorType = 'not-connected' | 'too-large' | 'incompatible' | 'closed';
export type SwarmError = Failure<SwarmErrorType>;

/** How far joining has come; each step that fails says why (anchors: "joined but nothing happens"). */
export type JoinState =
  | { readonly step: 'offline' }
  | { readonly step: 'reaching-relay' }
  | { readonly step: 'reserving' }
  | { readonly step: 'joined' }
  | { readonly step: 'retrying'; readonly reason: string; readonly retryAtMs: number };

export type ConnectionKind = 'direct' | 'relayed';

/** What a peer tells every other on connecting and whenever it changes. Everything in it is the peer's own claim. */
export interface Advert {
  readonly protocolVersion: number;
  /** Name the person chose, or empty. Untrusted text. */
  readonly name: string;
  /** Model it answers with; empty when it has none ready (it may ask but not answer). */
  readonly modelId: string;
  readonly engine: string;
  readonly contributing: boolean;
  readonly prefillTokensPerSecond: number;
  readonly decodeTokensPerSecond: number;
}

export interface SwarmPeer {
  readonly id: PeerId;
  /** Undefined until its hello arrived. */
  readonly advert: Advert | undefined;
  readonly kind: ConnectionKind;
  /** Median of the last round trips, undefined until measured. */
  readonly roundTripMs: number | undefined;
  readonly connectedAtMs: number;
  /** Set when it speaks another protocol version: it is shown but takes part in nothing. */
  readonly incompatible: string | undefined;
}

export interface SwarmState {
  readonly join: JoinState;
  readonly relayAddress: string | undefined;
  readonly peers: readonly SwarmPeer[];
}

/** Reaches other tabs. Messages are whole, ordered per (peer, protocol), delivered once or the peer is gone. */
export interface Swarm {
  readonly self: PeerId;
  start(): Promise<void>;
  stop(): Promise<void>;
  getState(): SwarmState;
  subscribe(listener: () => void): () => void;
  setAdvert(advert: Advert): void;
  /** At most MAX_MESSAGE_BYTES; resolves once handed to the connection. */
  send(peer: PeerId, protocol: string, message: Uint8Array): Promise<Result<void, SwarmError>>;
  /** One handler a protocol. A handler that throws costs the message, never the connection. */
  handle(protocol: string, onMessage: (from: PeerId, message: Uint8Array) => void): () => void;
  /** Called when the last connection to a peer closed or it stopped answering pings. */
  onGone(listener: (peer: PeerId) => void): () => void;
}
