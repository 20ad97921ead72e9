import type { Clock, PeerId, VerifySignature } from '#vocabulary';
import { type TypedRecord, verifyRecord } from '#reputation';
import type { CheckedMessage } from './asker-state.ts';
import { MAX_PENDING_MESSAGES } from './constants.ts';
import { decodeMessage, recordsIn, withRecords } from './wire.ts';

/** Turns bytes into checked messages, in the order of their arrival from each peer. */
export interface Inbox {
  receive(from: PeerId, bytes: Uint8Array): void;
}

/**
 * Signatures are checked asynchronously, so each peer has a queue of its own: order is kept, and a peer that floods
 * fills only its own queue.
 */
export function createInbox(options: {
  readonly clock: Clock;
  readonly verifySignature: VerifySignature;
  readonly deliver: (from: PeerId, message: CheckedMessage) => void;
}): Inbox {
  const queues = new Map<PeerId, { length: number; tail: Promise<void> }>();

  const process = async (from: PeerId, bytes: Uint8Array): Promise<void> => {
    const decoded = decodeMessage(bytes);
    if (!decoded.ok) return;
    const checks = { verifySignature: options.verifySignature, nowMs: options.clock.now() };
    const checked = await Promise.all(recordsIn(decoded.value).map((record) => verifyRecord(record, checks)));
    const records: TypedRecord[] = [];
    for (const one of checked) {
      if (!one.ok) return;
      records.push(one.value);
    }
    options.deliver(from, withRecords(decoded.value, records));
  };

  return {
    receive(from, bytes) {
      const queue = queues.get(from) ?? { length: 0, tail: Promise.resolve() };
      if (queue.length >= MAX_PENDING_MESSAGES) return;
      queue.length += 1;
      queue.tail = queue.tail
        .then(() => process(from, bytes))
        .finally(() => {
          queue.length -= 1;
          if (queue.length === 0) queues.delete(from);
        });
      queues.set(from, queue);
    },
  };
}
