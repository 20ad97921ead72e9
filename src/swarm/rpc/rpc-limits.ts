import type { Rate } from '#vocabulary';
import type { ConnectionKind } from '../swarm.ts';

/*
 * Numbers that both sides of a call know, and those that each side chooses.
 */

export const RPC_PROTOCOL = '/peerage/rpc/1';

/** Longest frame, header and all. */
export const MAX_RPC_FRAME_BYTES = 16 * 1024;
/** Longest message: several frames, because each message costs a tab ten times what a frame costs. */
export const MAX_RPC_MESSAGE_BYTES = 4 * MAX_RPC_FRAME_BYTES;
export const MAX_METHOD_NAME_BYTES = 64;
/** Longest text in an error; a sentence for a person. */
export const MAX_ERROR_TEXT_BYTES = 512;

/** Longest request, response or item of an ordinary method: text of a long answer with its context. */
export const MAX_PAYLOAD_BYTES = 64 * 1024;
/** The same for bulk methods: a few chunks of a model at once. */
export const MAX_BULK_PAYLOAD_BYTES = 1024 * 1024;
/**
 * Credit a stream begins with. Twice the longest item at least, or a reader could wait for the rest of an item that the
 * server has no credit for. For bulk: what 50 MB/s deliver in 40 ms, longer than a reader takes to come back.
 */
export const STREAM_WINDOW_BYTES = 256 * 1024;
export const BULK_STREAM_WINDOW_BYTES = 2 * 1024 * 1024;
/** What a frame costs beside its bytes: memory of its objects. Without it a window would admit a million empty items. */
export const FRAME_COST_BYTES = 64;
/** Shorter pieces are sent only when nothing more is left. */
export const MIN_PART_BYTES = 1024;
/** A call longer than this is a connection that nobody watches. */
export const MAX_DEADLINE_MS = 10 * 60_000;
/** A receiver confirms every so many bytes: a full message, so that confirmations cost little. */
export const ACK_BYTES = 64 * 1024;

export const limitOf = (isBulk: boolean | undefined): number =>
  isBulk === true ? MAX_BULK_PAYLOAD_BYTES : MAX_PAYLOAD_BYTES;
export const windowOf = (isBulk: boolean | undefined): number =>
  isBulk === true ? BULK_STREAM_WINDOW_BYTES : STREAM_WINDOW_BYTES;

export interface PathLimits {
  /** Calls this tab opens to one peer; more wait. A peer may open twice as many before it is refused. */
  readonly calls: Rate;
  /** Bytes this tab sends to one peer for calls. */
  readonly sentBytes: Rate;
  /** Bytes of requests one peer may send. */
  readonly requestBytes: Rate;
}

export interface RpcLimits {
  readonly maxOpenPerPeer: number;
  readonly maxWaitingPerPeer: number;
  /** Handlers at work for one peer: more than it opens, as some outlive their cancelled calls. */
  readonly maxServedPerPeer: number;
  readonly maxServed: number;
  /** Requests of one peer that have come in part, together. */
  readonly maxPartialRequestBytes: number;
  readonly fast: PathLimits;
  /** Over the relay, which others share: text passes, floods do not. */
  readonly slow: PathLimits;
}

const KIB = 1024;
const MIB = 1024 * 1024;

export const DEFAULT_RPC_LIMITS: RpcLimits = {
  maxOpenPerPeer: 32,
  maxWaitingPerPeer: 1024,
  maxServedPerPeer: 64,
  maxServed: 512,
  maxPartialRequestBytes: 4 * MIB,
  fast: {
    // A call costs about 0.05 ms of a core here and there: a peer at the limit takes a tenth of a core.
    calls: { perSecond: 1_000, burst: 2_000 },
    sentBytes: { perSecond: Infinity, burst: Infinity },
    requestBytes: { perSecond: 64 * MIB, burst: 64 * MIB },
  },
  slow: {
    calls: { perSecond: 50, burst: 100 },
    // A relay carries 64 MiB an hour for one pair; a burst is one long answer with its context.
    sentBytes: { perSecond: 64 * KIB, burst: 512 * KIB },
    requestBytes: { perSecond: 128 * KIB, burst: 1 * MIB },
  },
};

export const pathLimits = (limits: RpcLimits, kind: ConnectionKind): PathLimits =>
  kind === 'relayed' ? limits.slow : limits.fast;
