import { type Clock, createTokenBucket } from '#vocabulary';
import type { ConnectionKind } from '../swarm.ts';
import { MAX_RPC_FRAME_BYTES, type RpcLimits, pathLimits } from './rpc-limits.ts';
import { MAX_ERROR_FRAME_BYTES, type RpcFrame, createMessageWriter } from './rpc-wire.ts';
import { type Scheduler, createScheduler } from './scheduler.ts';
import { createSendWindow } from './send-window.ts';

/** Refusals and the like that may wait: more means that the peer asks and does not read. */
const MAX_WAITING_CONTROL_FRAMES = 4_096;

export interface OutboxOptions {
  readonly clock: Clock;
  readonly limits: RpcLimits;
  readonly kind: ConnectionKind;
  /**
   * Hands one message to the connection. Resolves when it takes the next, and the bytes of this one may be used again;
   * false when there is none any more.
   */
  readonly transmit: (message: Uint8Array) => Promise<boolean>;
  /** More waits than an honest peer causes. Called at most once. */
  readonly onOverflow: () => void;
}

/**
 * Everything on its way to one peer. One message at a time is handed to the connection, composed at the last moment:
 * what is urgent never waits behind what was queued before it.
 */
export interface Outbox extends Pick<Scheduler, 'activate' | 'remove'> {
  /** Small frames that go before all calls' data, in order. */
  control(frame: RpcFrame): void;
  /** Credit for a stream; joined with what has not left yet. */
  credit(id: number, bytes: number): void;
  /** The last frame of a call may make its credit void. */
  dropCredit(id: number): void;
  ack(total: number): void;
  /** False when the peer confirms what was not sent. */
  acked(total: number): boolean;
  setKind(kind: ConnectionKind): void;
  /** Nothing more is sent, except, when asked, what waits among the control frames. */
  stop(sendControl: boolean): void;
}

export function createOutbox(options: OutboxOptions): Outbox {
  const { clock, limits, transmit } = options;
  const scheduler = createScheduler();
  const writer = createMessageWriter();
  const credits = new Map<number, number>();
  let control: RpcFrame[] = [];
  let controlAt = 0;
  let ackTotal: number | undefined;
  const window = createSendWindow();
  let { kind } = options;
  let bucket = createTokenBucket(pathLimits(limits, kind).sentBytes, clock.now());
  let isSending = false;
  let isWoken = false;
  let isStopped = false;
  let cancelPause: (() => void) | undefined;

  const putControl = (): void => {
    if (ackTotal !== undefined) writer.put({ type: 'ack', total: ackTotal });
    ackTotal = undefined;
    while (controlAt < control.length && writer.room() >= MAX_ERROR_FRAME_BYTES)
      writer.put(control[controlAt++] as RpcFrame);
    if (controlAt === control.length && controlAt > 0) {
      control = [];
      controlAt = 0;
    }
    for (const [id, bytes] of credits) {
      if (writer.room() < MAX_ERROR_FRAME_BYTES) return;
      writer.put({ type: 'credit', id, bytes });
      credits.delete(id);
    }
  };

  const mayPutData = (nowMs: number): boolean => {
    if (isStopped || scheduler.isIdle() || window.room() <= 0) return false;
    // A whole frame's worth, so that a slow path carries full frames, not crumbs.
    const waitMs = bucket.waitMs(Math.min(MAX_RPC_FRAME_BYTES, pathLimits(limits, kind).sentBytes.burst), nowMs);
    if (waitMs === 0) return true;
    cancelPause ??= clock.after(waitMs, () => {
      cancelPause = undefined;
      wake();
    });
    return false;
  };
  const pump = (): void => {
    isWoken = false;
    if (isSending) return;
    const nowMs = clock.now();
    // Over a slow path a long message would hold up what comes after it.
    writer.limit(kind === 'relayed' ? MAX_RPC_FRAME_BYTES : window.messageBytes());
    putControl();
    if (mayPutData(nowMs)) scheduler.fill(writer);
    if (writer.length() === 0) return;
    const message = writer.take();
    window.sent(message.byteLength, nowMs);
    bucket.spend(message.byteLength, nowMs);
    isSending = true;
    void transmit(message).then(onSent);
  };
  const onSent = (goesOn: boolean): void => {
    isSending = false;
    if (goesOn) pump();
    else stop(false);
  };
  /** In a microtask: calls made together leave together. */
  const wake = (): void => {
    if (isWoken || isSending) return;
    isWoken = true;
    queueMicrotask(pump);
  };

  const stop = (sendControl: boolean): void => {
    isStopped = true;
    cancelPause?.();
    cancelPause = undefined;
    credits.clear();
    ackTotal = undefined;
    if (!sendControl) {
      control = [];
      controlAt = 0;
    }
  };

  return {
    control(frame) {
      if (isStopped) return;
      if (control.length - controlAt >= MAX_WAITING_CONTROL_FRAMES) return options.onOverflow();
      control.push(frame);
      wake();
    },
    credit(id, bytes) {
      if (isStopped) return;
      credits.set(id, (credits.get(id) ?? 0) + bytes);
      wake();
    },
    dropCredit: (id) => void credits.delete(id),
    ack(total) {
      if (isStopped) return;
      ackTotal = total;
      wake();
    },
    activate(flow) {
      if (isStopped) return;
      scheduler.activate(flow);
      wake();
    },
    remove: scheduler.remove,
    acked(total) {
      if (!window.acked(total, clock.now())) return false;
      if (!scheduler.isIdle()) wake();
      return true;
    },
    setKind(next) {
      if (next === kind) return;
      kind = next;
      window.forgetPath();
      bucket = createTokenBucket(pathLimits(limits, kind).sentBytes, clock.now());
      cancelPause?.();
      cancelPause = undefined;
      wake();
    },
    stop,
  };
}
