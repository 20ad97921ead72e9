import { type Clock, createTokenBucket } from '#vocabulary';
import type { OutgoingCall } from './outgoing-call.ts';
import type { Outbox } from './outbox.ts';
import { goneError, rpcError } from './rpc-errors.ts';
import { type RpcLimits, pathLimits } from './rpc-limits.ts';
import type { ServerFrame } from './rpc-wire.ts';
import type { RpcError } from './rpc.ts';
import type { ConnectionKind } from '../swarm.ts';
import { costOf } from './response.ts';

/** The calls this tab makes to one peer. */
export interface CallsOut {
  /** Opens the call when it is its turn; why not, if it cannot be. */
  start(call: OutgoingCall): RpcError | undefined;
  /** The next id. */
  takeId(call: OutgoingCall): number;
  /** A frame of the server; why it is against the rules, if it is. */
  take(frame: ServerFrame): string | undefined;
  /** This side ends the call; the peer is told, if it knows of it. */
  end(call: OutgoingCall, error: RpcError): void;
  /** The reader has everything. */
  forget(call: OutgoingCall): void;
  all(): Iterable<OutgoingCall>;
  /** Ends all without telling the peer. */
  lose(error: RpcError): void;
  setKind(kind: ConnectionKind): void;
}

export function createCallsOut(clock: Clock, limits: RpcLimits, outbox: Outbox, firstKind: ConnectionKind): CallsOut {
  /** All whose caller still wants something, also streams that are over but not read to the end. */
  const calls = new Set<OutgoingCall>();
  const byId = new Map<number, OutgoingCall>();
  /** Have their turn and are not over. */
  const open = new Set<OutgoingCall>();
  let waiting: OutgoingCall[] = [];
  let lastId = 0;
  /** What servers may still send to calls that this side has ended: the peer learns of it a little later. */
  let lateBytes = 0;
  let bucket = createTokenBucket(pathLimits(limits, firstKind).calls, clock.now());
  let cancelPause: (() => void) | undefined;

  const admit = (): void => {
    const nowMs = clock.now();
    while (open.size < limits.maxOpenPerPeer && waiting.length > 0) {
      const waitMs = bucket.waitMs(1, nowMs);
      if (waitMs > 0) {
        cancelPause ??= clock.after(waitMs, () => {
          cancelPause = undefined;
          admit();
        });
        return;
      }
      const call = waiting.shift() as OutgoingCall;
      if (call.response.isOver()) continue;
      bucket.spend(1, nowMs);
      open.add(call);
      outbox.activate(call);
    }
  };
  /** Nothing more goes over the wire for it. */
  const closeOnWire = (call: OutgoingCall): void => {
    const id = call.id;
    if (id !== undefined) {
      byId.delete(id);
      outbox.dropCredit(id);
    }
    outbox.remove(call);
    if (open.delete(call)) admit();
    else waiting = waiting.filter((candidate) => candidate !== call);
  };
  const late = (bytes: number): string | undefined => {
    lateBytes -= bytes;
    return lateBytes < 0 ? 'more for ended calls than they had credit for' : undefined;
  };

  return {
    start(call) {
      if (waiting.length >= limits.maxWaitingPerPeer)
        return rpcError('overloaded', 'Too many calls to this peer wait for their turn.');
      calls.add(call);
      waiting.push(call);
      admit();
      return undefined;
    },
    takeId(call) {
      lastId = (lastId + 1) >>> 0;
      byId.set(lastId, call);
      return lastId;
    },
    take(frame) {
      const call = byId.get(frame.id);
      if (call === undefined) {
        // Rising ids modulo 2^32 (RFC 1982): what lies ahead was never given out.
        if (((frame.id - lastId) | 0) > 0) return 'an answer to a call that was never made';
        return late('part' in frame ? costOf(frame.part) : 0);
      }
      const { response } = call;
      const violation =
        frame.type === 'begin'
          ? response.begin(frame.total, frame.part)
          : frame.type === 'more'
            ? response.more(frame.part)
            : response.end(frame.type === 'error' ? frame.error : undefined);
      if (violation === undefined && response.isOver()) closeOnWire(call);
      return violation;
    },
    end(call, error) {
      if (!call.response.isOver()) {
        const id = call.id;
        closeOnWire(call);
        if (id !== undefined) {
          lateBytes += call.response.mayStillCome();
          outbox.control({ type: 'cancel', id });
        }
      }
      calls.delete(call);
      call.response.fail(error);
    },
    forget: (call) => void calls.delete(call),
    all: () => calls,
    lose(error) {
      cancelPause?.();
      waiting = [];
      const lost = [...calls];
      calls.clear();
      byId.clear();
      open.clear();
      for (const call of lost) {
        outbox.remove(call);
        const neverSent = error.type === 'not-connected' && call.id !== undefined;
        call.response.fail(neverSent ? goneError() : error);
      }
    },
    setKind(kind) {
      bucket = createTokenBucket(pathLimits(limits, kind).calls, clock.now());
      cancelPause?.();
      cancelPause = undefined;
      admit();
    },
  };
}
