import { type Payload, lengthOf } from './payload.ts';
import { FRAME_COST_BYTES, MIN_PART_BYTES } from './rpc-limits.ts';
import {
  BEGIN_HEADER_BYTES,
  END_BYTES,
  MAX_ERROR_FRAME_BYTES,
  MORE_HEADER_BYTES,
  type MessageWriter,
} from './rpc-wire.ts';
import type { RpcError } from './rpc.ts';
import type { Flow } from './scheduler.ts';

/** With less than this to go the next item is asked for, so that it is there when the last one has left. */
const SEND_AHEAD_BYTES = 64 * 1024;

/** What a server has to say to one call: values, cut into parts within the credit, then the end. */
export class Sending implements Flow {
  readonly #id: number;
  readonly #onReady: (sending: Sending) => void;
  readonly #onSent: (id: number) => void;
  readonly #values: Payload[] = [];
  /** Of the first value, sent already. */
  #at = 0;
  /** What waits, bytes and a cost for each value. */
  #waiting = 0;
  #credit: number;
  #ending: { readonly error: RpcError | undefined; readonly isSilent: boolean } | undefined;
  #isOver = false;
  #welcome: ((goesOn: boolean) => void) | undefined;

  /**
   * `window` is the credit at first; Infinity where one response needs none. `onReady`: there is something to send.
   * `onSent`: the last frame has been put into a message.
   */
  constructor(id: number, window: number, onReady: (sending: Sending) => void, onSent: (id: number) => void) {
    this.#id = id;
    this.#credit = window;
    this.#onReady = onReady;
    this.#onSent = onSent;
  }

  /** Resolves when the next value is welcome; false when the call is over. */
  value(bytes: Payload): Promise<boolean> {
    if (this.#isOver || this.#ending !== undefined) return Promise.resolve(false);
    if (this.#welcome !== undefined) throw new Error('items are sent one at a time: wait for the last one');
    this.#push(bytes);
    const isWelcome = this.#waiting < SEND_AHEAD_BYTES && this.#credit >= FRAME_COST_BYTES + MIN_PART_BYTES;
    const welcomed = isWelcome
      ? Promise.resolve(true)
      : new Promise<boolean>((resolve) => {
          this.#welcome = resolve;
        });
    this.#onReady(this);
    return welcomed;
  }

  /** The only value, and the end of a call that awaits one response. */
  last(bytes: Payload): void {
    if (this.#isOver || this.#ending !== undefined) return;
    this.#push(bytes);
    this.#ending = { error: undefined, isSilent: true };
    this.#onReady(this);
  }

  /** What was sent before goes first. The first end counts. */
  end(error: RpcError | undefined): void {
    if (this.#isOver || this.#ending !== undefined) return;
    this.#ending = { error, isSilent: false };
    this.#onReady(this);
  }

  credit(bytes: number): void {
    this.#credit += bytes;
    this.#onReady(this);
  }

  /** The call is over without this side's doing. */
  drop(): void {
    this.#isOver = true;
    this.#values.length = 0;
    this.#waiting = 0;
    this.#answer(false);
  }

  nextBytes(): number {
    const [value] = this.#values;
    if (this.#isOver) return 0;
    if (value === undefined) {
      if (this.#ending === undefined) return 0;
      return this.#ending.error === undefined ? END_BYTES : MAX_ERROR_FRAME_BYTES;
    }
    const part = this.#mayPart(pieceAt(value, this.#at).byteLength);
    return part === 0 ? 0 : this.#headerBytes() + part;
  }

  put(writer: MessageWriter): void {
    const [value] = this.#values;
    if (value !== undefined) this.#putPart(writer, value);
    else if (this.#ending !== undefined) {
      const { error } = this.#ending;
      writer.put(error === undefined ? { type: 'end', id: this.#id } : { type: 'error', id: this.#id, error });
      return this.#finish();
    }
    if (this.#values.length === 0 && this.#ending?.isSilent === true) this.#finish();
  }

  #putPart(writer: MessageWriter, value: Payload): void {
    const piece = pieceAt(value, this.#at);
    const room = Math.min(piece.byteLength, writer.room() - this.#headerBytes());
    const part = piece.subarray(0, this.#mayPart(room));
    const total = lengthOf(value);
    writer.put(this.#at === 0 ? { type: 'begin', id: this.#id, total, part } : { type: 'more', id: this.#id, part });
    this.#credit -= part.byteLength + FRAME_COST_BYTES;
    this.#at += part.byteLength;
    this.#waiting -= part.byteLength;
    if (this.#at === total) {
      this.#values.shift();
      this.#at = 0;
      this.#waiting -= FRAME_COST_BYTES;
    }
    if (this.#waiting < SEND_AHEAD_BYTES) this.#answer(true);
  }

  #push(value: Payload): void {
    this.#values.push(value);
    this.#waiting += lengthOf(value) + FRAME_COST_BYTES;
  }

  /** How much of so many bytes the credit admits. */
  #mayPart(bytes: number): number {
    const allowed = Math.min(bytes, this.#credit - FRAME_COST_BYTES);
    return allowed === bytes || allowed >= MIN_PART_BYTES ? allowed : 0;
  }

  #headerBytes(): number {
    return this.#at === 0 ? BEGIN_HEADER_BYTES : MORE_HEADER_BYTES;
  }

  #answer(goesOn: boolean): void {
    const resolve = this.#welcome;
    this.#welcome = undefined;
    resolve?.(goesOn);
  }

  #finish(): void {
    this.drop();
    this.#onSent(this.#id);
  }
}

/** What is left from there of the one of both parts that is there. */
function pieceAt({ head, body }: Payload, at: number): Uint8Array {
  return at < head.byteLength ? head.subarray(at) : body.subarray(at - head.byteLength);
}
