import type * as v from 'valibot';
import type { Canonical, Failure, PeerId, Result } from '#vocabulary';

/**
 * - `not-connected`: no connection to the peer when the call began; `swarm.connect` makes one. `peer-gone`: it went, or
 *   ended all calls, while the call ran.
 * - `deadline`: time is over, here or there. `cancelled`: by the caller or the server.
 * - `no-such-method`, `bad-request`, `bad-response`: what came does not fit its schema.
 * - `overloaded`: the server takes no more calls of this peer just now; `retryAfterMs` may say when.
 * - `slow-path`: a bulk method over a relayed connection, which bulk transfers may not use.
 * - `too-large`: over the limits of `rpc-limits.ts`. `failed`: the server's handler says why it could not.
 */
export type RpcErrorType =
  | 'not-connected'
  | 'peer-gone'
  | 'deadline'
  | 'cancelled'
  | 'no-such-method'
  | 'bad-request'
  | 'bad-response'
  | 'overloaded'
  | 'slow-path'
  | 'too-large'
  | 'failed';
export interface RpcError extends Failure<RpcErrorType> {
  readonly retryAfterMs?: number;
}

/**
 * What both sides agree on. Requests and responses are canonical CBOR values, read through the schemas on arrival: at
 * most 64 KiB each, 1 MiB for bulk methods. A value that is one `Uint8Array` skips the CBOR reader, so it is the
 * cheapest form for large contents.
 */
interface MethodBase<Request> {
  /** `/peerage/…/1`; at most 64 bytes. */
  readonly name: string;
  readonly request: v.GenericSchema<unknown, Request>;
  /** Not served over relayed connections: it would carry megabytes. */
  readonly isBulk?: boolean;
}
export interface UnaryMethod<Request, Response> extends MethodBase<Request> {
  readonly kind: 'unary';
  readonly response: v.GenericSchema<unknown, Response>;
}
/** The server answers with any number of items; the caller's reading paces it. */
export interface StreamMethod<Request, Item> extends MethodBase<Request> {
  readonly kind: 'stream';
  readonly item: v.GenericSchema<unknown, Item>;
}

export interface CallOptions {
  /** From now, at most ten minutes; travels with the call as the time that is left, so that no clocks are compared. */
  readonly deadlineMs: number;
  readonly signal?: AbortSignal;
}

/** What a handler knows of the call it serves. */
export interface ServedCall {
  readonly from: PeerId;
  /** Aborts when the caller cancels, is gone, or the deadline has passed. */
  readonly signal: AbortSignal;
  /** On this machine's clock. */
  readonly deadlineAtMs: number;
}

/** Items as they come. Reading gives credit. An item is decoded when it is read. */
export interface ItemReader<Item> {
  /**
   * The next item, `undefined` when the stream is over, or why it broke (after the items that came before the server
   * said so). One at a time: throws while an earlier `next` is waiting.
   */
  next(): Promise<Result<Item | undefined, RpcError>>;
  /** Stops the server and forgets what was not read. Safe at any time. */
  cancel(): void;
}

/** Calls between peers over the swarm's connections. */
export interface Rpc {
  call<Request extends Canonical, Response>(
    peer: PeerId,
    method: UnaryMethod<Request, Response>,
    request: Request,
    options: CallOptions,
  ): Promise<Result<Response, RpcError>>;
  open<Request extends Canonical, Item>(
    peer: PeerId,
    method: StreamMethod<Request, Item>,
    request: Request,
    options: CallOptions,
  ): ItemReader<Item>;
  /** One handler a method; the returned function takes it out. What it throws is told to the caller as `failed`, without details. */
  serve<Request, Response extends Canonical>(
    method: UnaryMethod<Request, Response>,
    handle: (request: Request, call: ServedCall) => Promise<Result<Response, RpcError>>,
  ): () => void;
  serveStream<Request, Item extends Canonical>(
    method: StreamMethod<Request, Item>,
    handle: (
      request: Request,
      call: ServedCall,
      /**
       * Resolves when the next item is welcome; false when the call is over. One at a time: throws while an earlier item
       * waits, which is what keeps memory bounded. The bytes of an item or response are not copied: they must not change
       * before the call is over.
       */
      send: (item: Item) => Promise<boolean>,
    ) => Promise<Result<void, RpcError>>,
  ): () => void;
  /** Ends all calls and tells the peers. A swarm has one `Rpc` in its life. */
  close(): void;
}
