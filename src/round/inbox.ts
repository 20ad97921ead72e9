import type { Clock, PeerId, VerifySignature } from '#vocabulary';
import { type TypedRecord, verifyRecord } from '#reputation';
import type { CheckedMessage } from './asker-state.ts';
import { MAX_PENDING_BYTES, MAX_PENDING_MESSAGES } from './constants.ts';
import { type WireMessage, decodeMessage, recordsIn, withRecords } from './wire.ts';

/** Turns bytes into checked messages, in the order of their arrival from each peer. */
export interface Inbox {
  receive(from: PeerId, bytes: Uint8Array): void;
}

interface Queue {
  messages: number;
  bytes: number;
  tail: Promise<void>;
}

/**
 * Signatures are checked asynchronously, so each peer has a queue of its own: order is kept, and a peer that floods
 * fills only its own queue. What nobody here waits for is dropped before its signatures cost anything.
 */
export function createInbox(options: {
  readonly clock: Clock;
  readonly verifySignature: VerifySignature;
  readonly isExpected: (from: PeerId, message: WireMessage) => boolean;
  readonly deliver: (from: PeerId, message: CheckedMessage) => void | Promise<void>;
}): Inbox {
  const queues = new Map<PeerId, Queue>();

  const process = async (from: PeerId, bytes: Uint8Array): Promise<void> => {
    const decoded = decodeMessage(bytes);
    if (!decoded.ok || !options.isExpected(from, decoded.value)) return;
    const checks = { verifySignature: options.verifySignature, nowMs: options.clock.now() };
    const checked = await Promise.all(recordsIn(decoded.value).map((record) => verifyRecord(record, checks)));
    const records: TypedRecord[] = [];
    for (const one of checked) {
      if (!one.ok) return;
      records.push(one.value);
    }
    await options.deliver(from, withRecords(decoded.value, records));
  };

  return {
    receive(from, bytes) {
      const queue = queues.get(from) ?? { messages: 0, bytes: 0, tail: Promise.resolve() };
      if (queue.messages >= MAX_PENDING_MESSAGES || queue.bytes + bytes.length > MAX_PENDING_BYTES) return;
      queues.set(from, queue);
      queue.messages += 1;
      queue.bytes += bytes.length;
      queue.tail = queue.tail
        .then(() => process(from, bytes))
        .catch(raiseLater)
        .finally(() => {
          queue.messages -= 1;
          queue.bytes -= bytes.length;
          if (queue.messages === 0) queues.delete(from);
        });
    },
  };
}

/** A defect of ours must be seen, but may cost one message only, not all that follow it. */
function raiseLater(cause: unknown): void {
  queueMicrotask(() => {
    throw cause;
  });
}
