import { type Clock, type PeerId, type Rate, createTokenBucket } from '#vocabulary';
import type { ConnectionKind } from '../swarm.ts';
import type { Outbox } from './outbox.ts';
import { deadlineError, rpcError, slowPathError } from './rpc-errors.ts';
import { MAX_DEADLINE_MS, type RpcLimits, limitOf, pathLimits } from './rpc-limits.ts';
import { type CallerFrame, type OpenFrame, decodeMethodName } from './rpc-wire.ts';
import type { RpcError } from './rpc.ts';
import { Sending } from './sending.ts';
import { type ServedMethod, Serving, type ServingHost } from './served-call.ts';

export interface CallsInOptions {
  readonly clock: Clock;
  readonly limits: RpcLimits;
  readonly peer: PeerId;
  readonly kind: ConnectionKind;
  readonly outbox: Outbox;
  readonly methodOf: (name: string) => ServedMethod | undefined;
  /** Handlers at work for all peers together. */
  readonly load: { served: number };
  /** A call ends at this time unless it does so before. */
  readonly onDue: (dueMs: number) => void;
  readonly onHandlerError: (method: string, cause: unknown) => void;
}

/** The calls one peer makes to this tab. */
export interface CallsIn {
  /** A frame of the caller; why it is against the rules, if it is. */
  take(frame: CallerFrame): string | undefined;
  /** Ends those whose time is over; when the next one's is. */
  expire(nowMs: number): number;
  /** Ends all without telling the peer. */
  lose(): void;
  setKind(kind: ConnectionKind): void;
}

/** What a peer may do before it is refused: twice what an honest one does, since clocks and limits differ a little. */
const tolerant = ({ perSecond, burst }: Rate): Rate => ({ perSecond: 2 * perSecond, burst: 2 * burst });

export function createCallsIn(options: CallsInOptions): CallsIn {
  const { clock, limits, outbox, load } = options;
  const served = new Map<number, Serving>();
  let { kind } = options;
  let lastId: number | undefined;
  let handlers = 0;
  let partialBytes = 0;
  /** What callers may still send of requests that this side has refused: they learn of it a little later. */
  let lateBytes = 0;
  const bucketsOf = (path: ConnectionKind) => ({
    calls: createTokenBucket(tolerant(pathLimits(limits, path).calls), clock.now()),
    bytes: createTokenBucket(pathLimits(limits, path).requestBytes, clock.now()),
  });
  let buckets = bucketsOf(kind);

  /** What there is room for; a peer far over its rate is misbehaving. */
  const overload = (frame: OpenFrame): RpcError | string | undefined => {
    const nowMs = clock.now();
    const { calls, bytes } = buckets;
    calls.spend(1, nowMs);
    const callLevel = calls.level(nowMs);
    if (callLevel < -2 * pathLimits(limits, kind).calls.burst) return 'a flood of calls';
    if (callLevel < 0)
      return rpcError('overloaded', 'The peer takes only so many calls a second.', calls.waitMs(0, nowMs));
    if (handlers >= limits.maxServedPerPeer || load.served >= limits.maxServed)
      return rpcError('overloaded', 'The peer is busy with other calls.', 1_000);
    const requestWaitMs = bytes.waitMs(0, nowMs);
    if (requestWaitMs > 0) return rpcError('overloaded', 'The peer takes only so many bytes a second.', requestWaitMs);
    if (partialBytes + frame.total > limits.maxPartialRequestBytes)
      return rpcError('overloaded', 'The peer still waits for the rest of other requests.', 1_000);
    bytes.spend(frame.total, nowMs);
    return undefined;
  };
  const unfit = (frame: OpenFrame, method: ServedMethod): RpcError | undefined => {
    if (method.isBulk && kind === 'relayed') return slowPathError();
    if (frame.total > limitOf(method.isBulk))
      return rpcError('too-large', `A request of ${frame.total} bytes is over the limit of the method.`);
    if (method.isStream !== frame.window > 0)
      return rpcError(
        'bad-request',
        method.isStream ? 'The method answers with a stream.' : 'The method answers once.',
      );
    return undefined;
  };
  const refuse = (frame: OpenFrame, error: RpcError): void => {
    lateBytes += frame.total - frame.part.byteLength;
    outbox.control({ type: 'error', id: frame.id, error });
  };

  /** The call is over on the wire. */
  const close = (id: number, call: Serving): void => {
    served.delete(id);
    outbox.remove(call.sending);
    call.end();
  };
  const fail = (id: number, call: Serving, error: RpcError): void => {
    lateBytes += call.missingBytes();
    close(id, call);
    outbox.control({ type: 'error', id, error });
  };

  /** Calls whose request has not come whole. */
  const partial = new Set<Serving>();
  const whole = (call: Serving): void => {
    if (partial.delete(call)) partialBytes -= call.requestBytes;
  };
  const host: ServingHost = {
    from: options.peer,
    onWhole: whole,
    onReleased(call) {
      whole(call);
      handlers--;
      load.served--;
    },
    onHandlerError: (method, cause) => options.onHandlerError(method.name, cause),
  };
  const onReady = (sending: Sending): void => outbox.activate(sending);
  const onSent = (id: number): void => {
    const call = served.get(id);
    if (call !== undefined) close(id, call);
  };

  const accept = (frame: OpenFrame, method: ServedMethod): void => {
    const { id, total } = frame;
    const dueMs = clock.now() + Math.min(frame.leftMs, MAX_DEADLINE_MS);
    const sending = new Sending(id, method.isStream ? frame.window : Infinity, onReady, onSent);
    const call = new Serving(method, dueMs, total, sending, host);
    handlers++;
    load.served++;
    partial.add(call);
    partialBytes += total;
    served.set(id, call);
    options.onDue(dueMs);
    // The first part cannot be longer than the whole: the decoder has looked.
    if (frame.part.byteLength > 0) call.request(frame.part);
  };

  const open = (frame: OpenFrame): string | undefined => {
    if (lastId !== undefined && ((frame.id - lastId) | 0) <= 0) return 'the number of a call is used again';
    lastId = frame.id;
    const reason = overload(frame);
    if (typeof reason === 'string') return reason;
    const name = decodeMethodName(frame.name);
    const method = name === undefined ? undefined : options.methodOf(name);
    if (reason !== undefined) refuse(frame, reason);
    else if (name === undefined || method === undefined)
      refuse(frame, rpcError('no-such-method', 'The peer has no such method.'));
    else {
      const refusal = unfit(frame, method);
      if (refusal === undefined) accept(frame, method);
      else refuse(frame, refusal);
    }
    return undefined;
  };

  return {
    take(frame) {
      if (frame.type === 'open') return open(frame);
      const call = served.get(frame.id);
      if (call === undefined) {
        if (lastId === undefined || ((frame.id - lastId) | 0) > 0) return 'a call that was never opened goes on';
        if (frame.type === 'request') lateBytes -= frame.part.byteLength;
        return lateBytes < 0 ? 'more of refused requests than was announced' : undefined;
      }
      if (frame.type === 'request') return call.request(frame.part);
      if (frame.type === 'credit') call.sending.credit(frame.bytes);
      else close(frame.id, call);
      return undefined;
    },
    expire(nowMs) {
      let next = Infinity;
      for (const [id, call] of served)
        if (call.dueMs <= nowMs) fail(id, call, deadlineError());
        else next = Math.min(next, call.dueMs);
      return next;
    },
    lose() {
      for (const [id, call] of served) close(id, call);
    },
    setKind(next) {
      kind = next;
      buckets = bucketsOf(next);
      if (next === 'relayed') for (const [id, call] of served) if (call.method.isBulk) fail(id, call, slowPathError());
    },
  };
}
