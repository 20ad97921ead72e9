import type { Failure, PeerId, Result } from '#vocabulary';

export type SwarmErrorType = 'not-connected' | 'too-large' | 'too-often' | 'incompatible' | 'closed' | 'unreachable';
export type SwarmError = Failure<SwarmErrorType>;

/** How far joining has come; each step that fails says why (anchors: "joined but nothing happens"). */
export type JoinState =
  | { readonly step: 'offline' }
  | { readonly step: 'reaching-relay' }
  | { readonly step: 'reserving' }
  | { readonly step: 'joined' }
  | { readonly step: 'retrying'; readonly reason: string; readonly retryAtMs: number };

/** `direct`: tab to tab; `turn`: tab to tab through a TURN server; `relayed`: through the circuit relay, slow. */
export type ConnectionKind = 'direct' | 'turn' | 'relayed';

/**
 * The pair of addresses a connection runs over. `host`: of the own network; `srflx`, `prflx`: as a NAT shows it to the
 * outside; `relay`: lent by a TURN server.
 */
export interface PathView {
  readonly local: CandidateType;
  readonly remote: CandidateType;
  readonly protocol: 'udp' | 'tcp';
  /** How this tab reaches its TURN server. */
  readonly relayProtocol?: 'udp' | 'tcp' | 'tls';
}
export type CandidateType = 'host' | 'srflx' | 'prflx' | 'relay';

/** Where tabs meet. Only who holds the link can find or enter a private one. */
export interface RoomView {
  /** Name to show; `public` for the room everybody is in unless invited elsewhere. */
  readonly name: string;
  readonly isPrivate: boolean;
}

/** A relay this tab knows, and how it stands. */
export interface RelayView {
  readonly address: string;
  /** `active`: this tab has a place there. `standby`: would be tried next. `failed`: tried, with the reason. */
  readonly status: 'active' | 'trying' | 'standby' | 'failed';
  readonly reason?: string;
}

/** A peer of the room without a connection to it, known by the gossip of others. All of it is its own claim. */
export interface KnownPeer {
  readonly id: PeerId;
  readonly advert: Advert;
  readonly heardAtMs: number;
}

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
  /** Absent while relayed, and where the browser does not tell. */
  readonly path?: PathView;
  /** Median of the last round trips, undefined until measured. */
  readonly roundTripMs: number | undefined;
  /** Why there is no direct connection; absent where there is one, or none was tried yet. */
  readonly directFailure?: Failure;
  readonly connectedAtMs: number;
  /**
   * Set when it speaks another protocol version or is not of this room: it is shown but takes part in nothing. Goes on
   * from "This peer ...".
   */
  readonly incompatible: string | undefined;
  /** What else it says it understands, such as `rpc/1`. */
  readonly features?: readonly string[];
}

export interface SwarmState {
  readonly join: JoinState;
  readonly relayAddress: string | undefined;
  readonly room: RoomView;
  readonly relays: readonly RelayView[];
  /** Connected peers. In a small room that is everybody; in a large one, this tab's neighbours. */
  readonly peers: readonly SwarmPeer[];
  /** Others of the room, heard of lately; bounded. `connect` reaches them. */
  readonly known: readonly KnownPeer[];
}

/** Reaches other tabs. Messages are whole, ordered per (peer, protocol), delivered once or the peer is gone. */
export interface Swarm {
  readonly self: PeerId;
  start(): Promise<void>;
  stop(): Promise<void>;
  getState(): SwarmState;
  subscribe(listener: () => void): () => void;
  setAdvert(advert: Advert): void;
  /** At most MAX_MESSAGE_BYTES, which must not change before it resolves: once handed to the connection. */
  send(peer: PeerId, protocol: string, message: Uint8Array): Promise<Result<void, SwarmError>>;
  /** Makes sure of a connection to a known peer, for as long as it is used. Resolves when messages can be sent. */
  connect(peer: PeerId, signal?: AbortSignal): Promise<Result<void, SwarmError>>;
  /**
   * Tells everybody in the room, connected or not, at most once each, as far as the mesh reaches (Plumtree; at most
   * MAX_BROADCAST_BYTES). The author is not proved: sign what matters.
   */
  broadcast(topic: string, message: Uint8Array): Result<void, SwarmError>;
  /** One listener a topic. `via` is the neighbour that brought it. */
  onBroadcast(topic: string, listener: (via: PeerId, message: Uint8Array) => void): () => void;
  /** One handler a protocol. A handler that throws costs the message, never the connection. */
  handle(protocol: string, onMessage: (from: PeerId, message: Uint8Array) => void): () => void;
  /** Called when the last connection to a peer closed or it stopped answering pings. */
  onGone(listener: (peer: PeerId) => void): () => void;
}
