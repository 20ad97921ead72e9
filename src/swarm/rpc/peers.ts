import { type Canonical, type Clock, type PeerId, sleep } from '#vocabulary';
import type { ConnectionKind, Swarm } from '../swarm.ts';
import { type Connection, createConnection } from './connection.ts';
import { createDeadlines } from './deadlines.ts';
import { encodePayload } from './payload.ts';
import type { Response } from './response.ts';
import { cancelledError, deadlineError, goneError, rpcError, slowPathError } from './rpc-errors.ts';
import { DEFAULT_RPC_LIMITS, MAX_DEADLINE_MS, RPC_PROTOCOL, type RpcLimits, limitOf } from './rpc-limits.ts';
import { encodeMethodName } from './rpc-wire.ts';
import type { CallOptions, RpcError } from './rpc.ts';
import type { ServedMethod } from './served-call.ts';

export interface RpcOptions {
  readonly swarm: Swarm;
  readonly clock: Clock;
  readonly limits?: Partial<RpcLimits>;
  /** A peer broke the rules of calls. Its calls have ended, and there are none until it connects anew. */
  readonly onMisbehaviour?: (peer: PeerId, reason: string) => void;
  /** A handler threw. */
  readonly onHandlerError?: (method: string, cause: unknown) => void;
}

export interface CallSpec {
  readonly peer: PeerId;
  readonly method: { readonly name: string; readonly isBulk?: boolean };
  readonly request: Canonical;
  readonly options: CallOptions;
  /** Credit of a stream, 0 for one response. */
  readonly window: number;
  readonly response: Response;
}

/** A call that has begun. */
export interface Begun {
  readonly end: (error: RpcError) => void;
  /** Its caller has everything. */
  readonly forget: () => void;
  /** More of a stream may come. */
  readonly credit: (bytes: number) => void;
}

/** One connection a peer of the swarm, made when the first call comes or goes. */
export interface Peers {
  begin(call: CallSpec): Begun | RpcError;
  close(): void;
}

/** How soon a message is tried again that found the session between two of its channels. */
const RETRY_MS = 200;

export function openPeers(options: RpcOptions, methodOf: (name: string) => ServedMethod | undefined): Peers {
  const { swarm, clock } = options;
  const limits: RpcLimits = { ...DEFAULT_RPC_LIMITS, ...options.limits };
  const connections = new Map<PeerId, Connection>();
  const load = { served: 0 };
  let isClosed = false;

  const deadlines = createDeadlines(clock, (nowMs) => {
    let next = Infinity;
    for (const connection of connections.values()) next = Math.min(next, connection.expire(nowMs));
    return next;
  });
  const kindOf = (peer: PeerId): ConnectionKind | undefined =>
    swarm.getState().peers.find(({ id }) => id === peer)?.kind;

  const connect = (peer: PeerId, kind: ConnectionKind): Connection => {
    const isCurrent = (): boolean => connections.get(peer) === connection;
    const transmit = async (message: Uint8Array): Promise<boolean> => {
      for (;;) {
        const sent = await swarm.send(peer, RPC_PROTOCOL, message);
        if (sent.ok) return true;
        if (!isCurrent()) return false;
        // A session that moves between channels may have none for a moment; one that is over is not listed.
        if (sent.error.type !== 'not-connected' || kindOf(peer) === undefined) {
          connections.delete(peer);
          connection.lose({ ...sent.error, type: 'not-connected' });
          return false;
        }
        await sleep(clock, RETRY_MS);
        if (!isCurrent()) return false;
      }
    };
    const connection = createConnection({
      peer,
      kind,
      clock,
      limits,
      methodOf,
      load,
      transmit,
      onDue: deadlines.watch,
      onMisbehaviour: (reason) => options.onMisbehaviour?.(peer, reason),
      onHandlerError: (method, cause) => options.onHandlerError?.(method, cause),
    });
    connections.set(peer, connection);
    return connection;
  };

  const stopHandling = swarm.handle(RPC_PROTOCOL, (from, message) =>
    (connections.get(from) ?? connect(from, kindOf(from) ?? 'direct')).receive(message),
  );
  const stopHearing = swarm.onGone((peer) => {
    const connection = connections.get(peer);
    connections.delete(peer);
    connection?.lose(goneError());
  });
  const stopWatching = swarm.subscribe(() => {
    if (connections.size === 0) return;
    for (const { id, kind } of swarm.getState().peers) connections.get(id)?.setKind(kind);
  });

  return {
    begin({ peer, method, request, options: { deadlineMs, signal }, window, response }) {
      if (isClosed) return rpcError('not-connected', 'This tab makes no more calls.');
      if (signal?.aborted === true) return cancelledError();
      if (!(deadlineMs > 0)) return deadlineError();
      const isBulk = method.isBulk === true;
      const bytes = encodePayload(request);
      if (bytes.byteLength > limitOf(isBulk))
        return rpcError('too-large', `A request of ${bytes.byteLength} bytes is over the limit of ${limitOf(isBulk)}.`);
      const kind = kindOf(peer);
      if (kind === undefined) return rpcError('not-connected', 'There is no connection to this peer.');
      if (isBulk && kind === 'relayed') return slowPathError();
      const connection = connections.get(peer) ?? connect(peer, kind);
      const call = connection.start({
        name: encodeMethodName(method.name),
        request: bytes,
        dueMs: clock.now() + Math.min(deadlineMs, MAX_DEADLINE_MS),
        isBulk,
        window,
        response,
      });
      if ('type' in call) return call;
      return {
        end: (error) => connection.end(call, error),
        forget: () => connection.forget(call),
        credit: (more) => connection.credit(call, more),
      };
    },
    close() {
      if (isClosed) return;
      isClosed = true;
      stopHandling();
      stopHearing();
      stopWatching();
      deadlines.stop();
      for (const connection of connections.values()) connection.close(cancelledError());
    },
  };
}
