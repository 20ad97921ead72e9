import type { Response } from './response.ts';
import { MORE_HEADER_BYTES, type MessageWriter, OPEN_HEADER_BYTES } from './rpc-wire.ts';
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
export class OutgoingCall implements Flow {
  readonly dueMs: number;
  readonly isBulk: boolean;
  readonly response: Response;
  /** Undefined until the peer knows of the call. */
  id: number | undefined;
  readonly #options: OutgoingCallOptions;
  readonly #now: () => number;
  readonly #takeId: (call: OutgoingCall) => number;
  #at = 0;

  /** `takeId` is asked when the first frame leaves, so that ids rise on the wire whatever the scheduler does. */
  constructor(options: OutgoingCallOptions, now: () => number, takeId: (call: OutgoingCall) => number) {
    this.dueMs = options.dueMs;
    this.isBulk = options.isBulk;
    this.response = options.response;
    this.#options = options;
    this.#now = now;
    this.#takeId = takeId;
  }

  nextBytes(): number {
    const { name, request } = this.#options;
    if (this.id === undefined) return OPEN_HEADER_BYTES + name.byteLength + request.byteLength;
    return this.#at < request.byteLength ? MORE_HEADER_BYTES + request.byteLength - this.#at : 0;
  }

  put(writer: MessageWriter): void {
    const { name, request, window } = this.#options;
    if (this.id !== undefined) {
      writer.put({ type: 'request', id: this.id, part: this.#cut(writer.room() - MORE_HEADER_BYTES) });
      return;
    }
    this.id = this.#takeId(this);
    const leftMs = Math.max(1, Math.ceil(this.dueMs - this.#now()));
    const part = this.#cut(writer.room() - OPEN_HEADER_BYTES - name.byteLength);
    writer.put({ type: 'open', id: this.id, leftMs, window, total: request.byteLength, name, part });
  }

  #cut(room: number): Uint8Array {
    const part = this.#options.request.subarray(this.#at, this.#at + room);
    this.#at += part.byteLength;
    return part;
  }
}
