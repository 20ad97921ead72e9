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

export interface SendingOptions {
  readonly id: number;
  /** Bytes of credit at first; Infinity where one response needs none. */
  readonly window: number;
  /** There is something to send. */
  readonly onReady: () => void;
  /** The last frame has been put into a message. */
  readonly onSent: () => void;
}

/** What a server has to say to one call: values, cut into parts within the credit, then the end. */
export interface Sending extends Flow {
  /** Resolves when the next value is welcome; false when the call is over. */
  value(bytes: Uint8Array): Promise<boolean>;
  /** The only value, and the end of a call that awaits one response. */
  last(bytes: Uint8Array): void;
  /** What was sent before goes first. The first end counts. */
  end(error: RpcError | undefined): void;
  credit(bytes: number): void;
  /** The call is over without this side's doing. */
  drop(): void;
}

export function createSending({ id, window, onReady, onSent }: SendingOptions): Sending {
  const values: Uint8Array[] = [];
  /** Of the first value, sent already. */
  let at = 0;
  /** What waits, bytes and a cost for each value. */
  let waiting = 0;
  let credit = window;
  let ending: { readonly error: RpcError | undefined; readonly isSilent: boolean } | undefined;
  let isOver = false;
  let welcome: ((goesOn: boolean) => void) | undefined;

  const mayPart = (bytes: number): number => {
    const allowed = Math.min(bytes, credit - FRAME_COST_BYTES);
    return allowed === bytes || allowed >= MIN_PART_BYTES ? allowed : 0;
  };
  const headerBytes = (): number => (at === 0 ? BEGIN_HEADER_BYTES : MORE_HEADER_BYTES);
  const answer = (goesOn: boolean): void => {
    const resolve = welcome;
    welcome = undefined;
    resolve?.(goesOn);
  };
  const finish = (): void => {
    isOver = true;
    values.length = 0;
    waiting = 0;
    answer(false);
  };

  return {
    nextBytes() {
      const [value] = values;
      if (isOver) return 0;
      if (value === undefined) {
        if (ending === undefined) return 0;
        return ending.error === undefined ? END_BYTES : MAX_ERROR_FRAME_BYTES;
      }
      const part = mayPart(value.byteLength - at);
      return part === 0 ? 0 : headerBytes() + part;
    },
    put(writer: MessageWriter) {
      const [value] = values;
      if (value !== undefined) {
        const room = Math.min(value.byteLength - at, writer.room() - headerBytes());
        const part = value.subarray(at, at + mayPart(room));
        if (at === 0) writer.put({ type: 'begin', id, total: value.byteLength, part });
        else writer.put({ type: 'more', id, part });
        credit -= part.byteLength + FRAME_COST_BYTES;
        at += part.byteLength;
        waiting -= part.byteLength;
        if (at === value.byteLength) {
          values.shift();
          at = 0;
          waiting -= FRAME_COST_BYTES;
        }
        if (waiting < SEND_AHEAD_BYTES) answer(true);
      } else if (ending !== undefined && !ending.isSilent) {
        const { error } = ending;
        writer.put(error === undefined ? { type: 'end', id } : { type: 'error', id, error });
        finish();
        return onSent();
      }
      if (values.length === 0 && ending?.isSilent === true) {
        finish();
        onSent();
      }
    },
    value(bytes) {
      if (isOver || ending !== undefined) return Promise.resolve(false);
      if (welcome !== undefined) throw new Error('items are sent one at a time: wait for the last one');
      values.push(bytes);
      waiting += bytes.byteLength + FRAME_COST_BYTES;
      const welcomed =
        waiting < SEND_AHEAD_BYTES && credit >= FRAME_COST_BYTES + MIN_PART_BYTES
          ? Promise.resolve(true)
          : new Promise<boolean>((resolve) => {
              welcome = resolve;
            });
      onReady();
      return welcomed;
    },
    last(bytes) {
      if (isOver || ending !== undefined) return;
      values.push(bytes);
      ending = { error: undefined, isSilent: true };
      onReady();
    },
    end(error) {
      if (isOver || ending !== undefined) return;
      ending = { error, isSilent: false };
      onReady();
    },
    credit(bytes) {
      credit += bytes;
      onReady();
    },
    drop: finish,
  };
}
