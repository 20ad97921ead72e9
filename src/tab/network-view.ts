import type { Failure } from '#vocabulary';
import type { ContentLimits, ContentState } from '#swarm';

/** The network as the person in front of the page sets and sees it, beside what `SwarmState` tells. */
export interface NetworkView {
  /** `room=…`, to stand behind the `#` of a link: whoever has it can enter this room. Undefined in the public one. */
  readonly invitation: string | undefined;
  /** Private rooms this peer remembers, the one used last first. */
  readonly rooms: readonly KeptRoom[];
  /** A link was opened while a round runs: entering would leave it, so the person is asked. */
  readonly invited: { readonly name: string } | undefined;
  /** The relay at the origin of the page. Always tried first. */
  readonly homeRelay: string;
  readonly settings: NetworkSettings;
  /** An address of a relay that is being asked who it is, or what came of it when it failed. */
  readonly relayQuery: RelayQuery | undefined;
  /** Servers the relay handed out: where they are, without what opens them. */
  readonly handedOut: readonly string[];
  /** Connections are scarce: a browser gives a tab about 500 in its life. Undefined until one was made. */
  readonly budget: ConnectionBudget | undefined;
  readonly transfers: TransfersView;
}

export interface KeptRoom {
  readonly id: string;
  readonly name: string;
  readonly isCurrent: boolean;
  readonly lastUsedMs: number;
}

export type RelayQuery = { readonly address: string } & (
  | { readonly status: 'asking' }
  | { readonly status: 'failed'; readonly error: Failure }
);

export interface ConnectionBudget {
  /** Of this page, closed or not, that the browser has not cleared away. */
  readonly existing: number;
  readonly most: number;
  /** `low`: only what is needed is tried directly. `spent`: nothing new is. */
  readonly level: 'ample' | 'low' | 'spent';
}

/** What a person set of the network. */
export interface NetworkSettings {
  /** Multiaddrs of relays besides those of the page and those that they name. */
  readonly relays: readonly string[];
  readonly iceServers: readonly IceServerSetting[];
  /** How much of what is stored here goes to other peers. */
  readonly uploads: ContentLimits;
}

/** One STUN or TURN server. User name and password are empty where there are none. */
export interface IceServerSetting {
  readonly url: string;
  readonly username: string;
  readonly credential: string;
}

/** What this tab fetches, and what it gives to others. */
export interface TransfersView {
  readonly now: ContentState;
  readonly today: TransferTotals;
  /** Since this peer first came. */
  readonly total: TransferTotals;
}

export interface TransferTotals {
  readonly givenBytes: number;
  /** From peers. */
  readonly takenBytes: number;
  readonly serverBytes: number;
}

/** What the person can do about the network. Where something stands in the way, the view or a notice says so. */
export interface NetworkCommands {
  /** Makes a private room, remembers it and enters it. A running round of this peer is left. */
  createRoom(name: string): void;
  /** A remembered room, or the public one. A running round of this peer is left. */
  enterRoom(id: string | undefined): void;
  /** Leaves it first where this peer is in it. */
  forgetRoom(id: string): void;
  /** What stood behind the `#` of a link. While a round runs the person is asked first. */
  openInvitation(text: string): void;
  answerInvitation(isAccepted: boolean): void;
  /** A multiaddr, or the https address of a page whose relay is to be used too. */
  addRelay(address: string): void;
  removeRelay(address: string): void;
  setIceServers(servers: readonly IceServerSetting[]): void;
  setUploads(limits: ContentLimits): void;
}
