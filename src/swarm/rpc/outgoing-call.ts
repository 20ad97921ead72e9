import type { Response } from './response.ts';
import { MORE_HEADER_BYTES, OPEN_HEADER_BYTES } from './rpc-wire.ts';
import type { Flow } from './scheduler.ts';

export interface OutgoingCallOptions {
  readonly name: Uint8Array;
  readonly request: Uint8Array;
  readonly dueMs: number;
  readonly isBulk: boolean;
  /** Credit of a stream, 0 for one response. */
  readonly window: number;
  readonly response: Response;
}

/** A call as its caller sees it; a flow as long as its request is not sent whole. */
export interface OutgoingCall extends Flow {
  readonly dueMs: number;
  readonly isBulk: boolean;
  readonly response: Response;
  /** Undefined until the peer knows of the call. */
  id(): number | undefined;
}

/** `takeId` is asked when the first frame leaves, so that ids rise on the wire whatever the scheduler does. */
export function createOutgoingCall(
  { name, request, dueMs, isBulk, window, response }: OutgoingCallOptions,
  now: () => number,
  takeId: (call: OutgoingCall) => number,
): OutgoingCall {
  let id: number | undefined;
  let at = 0;
  const cut = (room: number): Uint8Array => {
    const part = request.subarray(at, at + room);
    at += part.byteLength;
    return part;
  };
  const call: OutgoingCall = {
    dueMs,
    isBulk,
    response,
    id: () => id,
    nextBytes() {
      if (id === undefined) return OPEN_HEADER_BYTES + name.byteLength + request.byteLength;
      return at < request.byteLength ? MORE_HEADER_BYTES + request.byteLength - at : 0;
    },
    put(writer) {
      if (id !== undefined) {
        writer.put({ type: 'request', id, part: cut(writer.room() - MORE_HEADER_BYTES) });
        return;
      }
      id = takeId(call);
      const leftMs = Math.max(1, Math.ceil(dueMs - now()));
      const part = cut(writer.room() - OPEN_HEADER_BYTES - name.byteLength);
      writer.put({ type: 'open', id, leftMs, window, total: request.byteLength, name, part });
    },
  };
  return call;
}
