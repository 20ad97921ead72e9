import type { Clock, PeerId } from '#vocabulary';
import type { ConnectionKind } from '../swarm.ts';
import { createCallsIn } from './calls-in.ts';
import { createCallsOut } from './calls-out.ts';
import { createOutbox } from './outbox.ts';
import { OutgoingCall, type OutgoingCallOptions } from './outgoing-call.ts';
import { deadlineError, rpcError, slowPathError } from './rpc-errors.ts';
import type { RpcLimits } from './rpc-limits.ts';
import { type RpcFrame, decodeMessage } from './rpc-wire.ts';
import type { RpcError } from './rpc.ts';
import { createReceiptCount } from './send-window.ts';
import type { ServedMethod } from './served-call.ts';

export interface ConnectionOptions {
  readonly peer: PeerId;
  readonly kind: ConnectionKind;
  readonly clock: Clock;
  readonly limits: RpcLimits;
  readonly methodOf: (name: string) => ServedMethod | undefined;
  readonly load: { served: number };
  /** Hands one message to the swarm. Resolves when it takes the next; false when the peer cannot be reached. */
  readonly transmit: (message: Uint8Array) => Promise<boolean>;
  /** `expire` has something to do at this time. */
  readonly onDue: (dueMs: number) => void;
  readonly onMisbehaviour: (reason: string) => void;
  readonly onHandlerError: (method: string, cause: unknown) => void;
}

/** All calls between this tab and one peer, both ways, as long as the swarm's session with it lasts. */
export interface Connection {
  start(options: OutgoingCallOptions): OutgoingCall | RpcError;
  /** This side ends a call. */
  end(call: OutgoingCall, error: RpcError): void;
  forget(call: OutgoingCall): void;
  /** More of a stream may come. */
  credit(call: OutgoingCall, bytes: number): void;
  receive(message: Uint8Array): void;
  setKind(kind: ConnectionKind): void;
  /** Ends calls whose time is over; when the next one's is. */
  expire(nowMs: number): number;
  /** The peer is gone: everything ends with this error. */
  lose(error: RpcError): void;
  /** Ends everything and tells the peer. */
  close(error: RpcError): void;
}

export function createConnection(options: ConnectionOptions): Connection {
  const { clock, limits, onMisbehaviour } = options;
  let { kind } = options;
  /** Why no more calls are taken or made. */
  let shut: RpcError | undefined;

  const outbox = createOutbox({
    clock,
    limits,
    kind,
    transmit: options.transmit,
    onOverflow: () => misbehave('it asks and does not read the answers'),
  });
  const callsOut = createCallsOut(clock, limits, outbox, kind);
  const callsIn = createCallsIn({
    clock,
    limits,
    peer: options.peer,
    kind,
    outbox,
    methodOf: options.methodOf,
    load: options.load,
    onDue: options.onDue,
    onHandlerError: options.onHandlerError,
  });
  const receipts = createReceiptCount();

  const end = (error: RpcError, isTold: boolean): void => {
    if (shut !== undefined) return;
    shut = error;
    if (isTold) outbox.control({ type: 'close' });
    outbox.stop(isTold);
    callsOut.lose(error);
    callsIn.lose();
  };
  const misbehave = (reason: string): void => {
    if (shut !== undefined) return;
    end(rpcError('peer-gone', 'The peer broke the rules of calls; they begin anew when it connects anew.'), true);
    onMisbehaviour(reason);
  };

  const take = (frame: RpcFrame): string | undefined => {
    switch (frame.type) {
      case 'begin':
      case 'more':
      case 'end':
      case 'error':
        return callsOut.take(frame);
      case 'open':
      case 'request':
      case 'credit':
      case 'cancel':
        return callsIn.take(frame);
      case 'ack':
        return outbox.acked(frame.total) ? undefined : 'it confirms what was not sent';
      case 'close':
        end(rpcError('peer-gone', 'The peer ended all calls.'), false);
        return undefined;
    }
  };

  return {
    start(call) {
      if (shut !== undefined) return shut;
      const outgoing = new OutgoingCall(call, clock.now, callsOut.takeId);
      const refusal = callsOut.start(outgoing);
      if (refusal !== undefined) return refusal;
      options.onDue(call.dueMs);
      return outgoing;
    },
    end: callsOut.end,
    forget: callsOut.forget,
    credit(call, bytes) {
      if (call.id !== undefined) outbox.credit(call.id, bytes);
    },
    receive(message) {
      if (shut !== undefined) return;
      const confirmed = receipts.received(message.byteLength);
      if (confirmed !== undefined) outbox.ack(confirmed);
      const frames = decodeMessage(message);
      if (!frames.ok) return misbehave(frames.error.message);
      for (const frame of frames.value) {
        const violation = take(frame);
        if (violation !== undefined) return misbehave(violation);
        if (shut !== undefined) return;
      }
    },
    setKind(next) {
      if (next === kind) return;
      kind = next;
      outbox.setKind(next);
      callsOut.setKind(next);
      callsIn.setKind(next);
      if (next === 'relayed')
        for (const call of [...callsOut.all()]) if (call.isBulk) callsOut.end(call, slowPathError());
    },
    expire(nowMs) {
      let next = callsIn.expire(nowMs);
      for (const call of [...callsOut.all()])
        if (call.dueMs <= nowMs) callsOut.end(call, deadlineError());
        else next = Math.min(next, call.dueMs);
      return next;
    },
    lose: (error) => end(error, false),
    close: (error) => end(error, true),
  };
}
