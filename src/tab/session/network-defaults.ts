import type { ContentLimits, SwarmState } from '#swarm';
import type { NetworkSettings, NetworkView, TransferTotals, TransfersView } from '../session.ts';

export const MAX_ROOMS_KEPT = 24;
export const MAX_OWN_RELAYS = 8;
/** Browsers warn at five; the relay may hand out some more. */
export const MAX_OWN_ICE_SERVERS = 4;

/**
 * On from the beginning: a network whose tabs take and never give is slower than its server. 2 MB/s leave room on the line
 * of a household, and four chunks on their way keep one taker of them busy or serve a few at once.
 */
export const DEFAULT_UPLOADS: ContentLimits = { isSharing: true, uploadBytesPerSecond: 2_000_000, maxUploads: 4 };

export const DEFAULT_NETWORK: NetworkSettings = { relays: [], iceServers: [], uploads: DEFAULT_UPLOADS };

/** Before the swarm has spoken. */
export const NO_SWARM: SwarmState = {
  join: { step: 'offline' },
  relayAddress: undefined,
  room: { name: 'public', isPrivate: false },
  relays: [],
  peers: [],
  known: [],
};

export const NO_TOTALS: TransferTotals = { givenBytes: 0, takenBytes: 0, serverBytes: 0 };

export const NO_TRANSFERS: TransfersView = {
  now: { limits: DEFAULT_UPLOADS, downloads: [], uploads: [], offered: [], traffic: [], ...NO_TOTALS },
  today: NO_TOTALS,
  total: NO_TOTALS,
};

/** Before a leader has spoken. */
export const UNKNOWN_NETWORK: NetworkView = {
  invitation: undefined,
  rooms: [],
  invited: undefined,
  homeRelay: '',
  settings: DEFAULT_NETWORK,
  relayQuery: undefined,
  handedOut: [],
  budget: undefined,
  transfers: NO_TRANSFERS,
};
