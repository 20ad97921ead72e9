import { MAX_RPC_FRAME_BYTES, MIN_PART_BYTES } from './rpc-limits.ts';
import type { MessageWriter } from './rpc-wire.ts';

/** One direction of a call, as far as it has something to send. */
export interface Flow {
  /** Bytes of its next frame, uncut; 0 when there is nothing that may be sent now. */
  nextBytes(): number;
  /** Puts that frame, cut to the writer's room where it is longer. */
  put(writer: MessageWriter): void;
}

/**
 * Deficit round robin (Shreedhar & Varghese 1996) with the two lists of fq_codel (RFC 8290): a flow that begins to have
 * something goes before those that have much, for one quantum; so a small call never waits behind bulk, and two bulk
 * transfers share alike. Unlike there, the old ones get a turn after four quanta of new ones, so that endless small
 * calls do not starve them.
 */
export interface Scheduler {
  /** It may have something to send. Safe to repeat. */
  activate(flow: Flow): void;
  remove(flow: Flow): void;
  /** Puts frames, fairly, until the message is full or nobody has anything. */
  fill(writer: MessageWriter): void;
  isIdle(): boolean;
}

const QUANTUM_BYTES = MAX_RPC_FRAME_BYTES;
const NEW_QUANTA_BEFORE_OLD = 4;

export function createScheduler(): Scheduler {
  // Sets keep the order of insertion: each is a queue from which any flow can leave.
  const fresh = new Set<Flow>();
  const seasoned = new Set<Flow>();
  const deficits = new Map<Flow, number>();
  let servedFresh = 0;

  const pick = (): Flow | undefined => {
    const waited = servedFresh >= NEW_QUANTA_BEFORE_OLD * QUANTUM_BYTES;
    const [young] = fresh;
    if (young !== undefined && !(waited && seasoned.size > 0)) return young;
    const [old] = seasoned;
    return old ?? young;
  };
  const moveBack = (flow: Flow): void => {
    fresh.delete(flow);
    seasoned.delete(flow);
    seasoned.add(flow);
  };
  const remove = (flow: Flow): void => {
    fresh.delete(flow);
    seasoned.delete(flow);
    deficits.delete(flow);
  };

  return {
    activate(flow) {
      if (deficits.has(flow)) return;
      deficits.set(flow, QUANTUM_BYTES);
      fresh.add(flow);
    },
    remove,
    fill(writer) {
      for (let flow = pick(); flow !== undefined; flow = pick()) {
        const deficit = deficits.get(flow) as number;
        if (deficit <= 0) {
          deficits.set(flow, deficit + QUANTUM_BYTES);
          moveBack(flow);
          continue;
        }
        const wanted = flow.nextBytes();
        if (wanted === 0) {
          // A new flow waits a round before it may count as new again, or a trickle would always go first.
          if (fresh.has(flow) && seasoned.size > 0) moveBack(flow);
          else remove(flow);
          continue;
        }
        if (writer.room() < Math.min(wanted, 2 * MIN_PART_BYTES)) return;
        const isFresh = fresh.has(flow);
        const before = writer.length();
        flow.put(writer);
        const used = writer.length() - before;
        if (deficits.has(flow)) deficits.set(flow, deficit - used);
        servedFresh = isFresh ? servedFresh + used : 0;
      }
    },
    isIdle: () => deficits.size === 0,
  };
}
