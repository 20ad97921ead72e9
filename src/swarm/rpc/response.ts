import { Assembly } from './assembly.ts';
import { FRAME_COST_BYTES } from './rpc-limits.ts';
import type { RpcError } from './rpc.ts';

/*
 * What a caller receives of one call: one response, or a stream of items with credit. Deterministic, without a
 * connection; `connection.ts` feeds it.
 */

/** Why a frame is against the rules; undefined: it is not. */
type Violation = string | undefined;

export interface Response {
  /** A value begins. */
  begin(total: number, part: Uint8Array): Violation;
  more(part: Uint8Array): Violation;
  /** The server says that it is over, well or not. */
  end(error: RpcError | undefined): Violation;
  /** Over for this side: nothing that came before counts any more. */
  fail(error: RpcError): void;
  /** What the server may still send at most, in the measure of `costOf`. */
  mayStillCome(): number;
  /** Nothing more is expected. */
  isOver(): boolean;
}

/** What a part counts against credit. */
export const costOf = (part: Uint8Array): number => part.byteLength + FRAME_COST_BYTES;

/** Exactly one value. A class, as everything that each call makes: a hundred closures a call would be felt. */
export class UnaryResponse implements Response {
  readonly #limitBytes: number;
  readonly #settle: (outcome: Uint8Array | RpcError) => void;
  #assembly: Assembly | undefined;
  #isOver = false;

  /** `settle` is called once. */
  constructor(limitBytes: number, settle: (outcome: Uint8Array | RpcError) => void) {
    this.#limitBytes = limitBytes;
    this.#settle = settle;
  }

  begin(total: number, part: Uint8Array): Violation {
    if (this.#assembly !== undefined) return 'a second response to one call';
    if (total > this.#limitBytes) return 'a response over the limit';
    this.#assembly = new Assembly(total);
    return this.more(part);
  }

  more(part: Uint8Array): Violation {
    if (this.#assembly === undefined) return 'a response goes on that never began';
    const whole = this.#assembly.add(part);
    if (whole === 'too-long') return 'a response is longer than it said';
    if (whole !== undefined) this.#finish(whole);
    return undefined;
  }

  end(error: RpcError | undefined): Violation {
    if (error === undefined) return 'a response ended before it came';
    this.#finish(error);
    return undefined;
  }

  fail(error: RpcError): void {
    this.#finish(error);
  }

  mayStillCome(): number {
    // Twice, because parts may be as short as a kilobyte and count more than their bytes.
    return 2 * (this.#assembly?.missing() ?? this.#limitBytes) + FRAME_COST_BYTES;
  }

  isOver(): boolean {
    return this.#isOver;
  }

  #finish(outcome: Uint8Array | RpcError): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#assembly = undefined;
    this.#settle(outcome);
  }
}

export interface StreamOptions {
  readonly limitBytes: number;
  readonly windowBytes: number;
  /** The reader has made room for so many more bytes. */
  readonly giveCredit: (bytes: number) => void;
  /** The reader has everything, or has given up: nothing of the call is kept any more. */
  readonly onDone: () => void;
}

export interface StreamResponse extends Response {
  /** The next item encoded, undefined at the end, or why it broke. */
  read(): Promise<Uint8Array | undefined | RpcError>;
}

export function createStreamResponse(options: StreamOptions): StreamResponse {
  const { limitBytes, windowBytes, giveCredit, onDone } = options;
  let items: { readonly bytes: Uint8Array; readonly cost: number }[] = [];
  let assembly: Assembly | undefined;
  /** Cost of the item that is being put together. */
  let partialCost = 0;
  let credit = windowBytes;
  let consumed = 0;
  let outcome: { readonly error: RpcError | undefined } | undefined;
  let isDone = false;
  let waiting: ((next: Uint8Array | undefined | RpcError) => void) | undefined;

  const done = (): void => {
    if (isDone) return;
    isDone = true;
    onDone();
  };
  const consume = (cost: number): void => {
    consumed += cost;
    // Rarely enough to cost little, early enough that the server does not pause.
    if (outcome !== undefined || consumed * 4 < windowBytes) return;
    credit += consumed;
    giveCredit(consumed);
    consumed = 0;
  };
  const take = (): Uint8Array | undefined | RpcError => {
    const item = items.shift();
    if (item !== undefined) {
      consume(item.cost);
      return item.bytes;
    }
    done();
    return outcome?.error;
  };
  const add = (to: Assembly, part: Uint8Array): Violation => {
    const cost = costOf(part);
    credit -= cost;
    partialCost += cost;
    if (credit < 0) return 'more than the credit of a stream';
    const bytes = to.add(part);
    if (bytes === 'too-long') return 'an item is longer than it said';
    if (bytes === undefined) return undefined;
    assembly = undefined;
    const itemCost = partialCost;
    partialCost = 0;
    const answer = waiting;
    waiting = undefined;
    if (answer === undefined) items.push({ bytes, cost: itemCost });
    else {
      consume(itemCost);
      answer(bytes);
    }
    return undefined;
  };
  const finish = (error: RpcError | undefined): void => {
    outcome ??= { error };
    assembly = undefined;
    const answer = waiting;
    waiting = undefined;
    if (answer !== undefined) {
      done();
      answer(outcome.error);
    }
  };

  return {
    begin(total, part) {
      if (assembly !== undefined) return 'an item begins within another';
      if (total > limitBytes) return 'an item over the limit';
      assembly = new Assembly(total);
      return add(assembly, part);
    },
    more: (part) => (assembly === undefined ? 'an item goes on that never began' : add(assembly, part)),
    end(error) {
      if (assembly !== undefined && error === undefined) return 'a stream ended within an item';
      finish(error);
      return undefined;
    },
    fail(error) {
      items = [];
      // What the server said of its end no longer matters: the rest of its items is gone.
      if (!isDone) outcome = { error };
      finish(error);
      done();
    },
    mayStillCome: () => credit + FRAME_COST_BYTES,
    isOver: () => outcome !== undefined,
    read() {
      if (waiting !== undefined) throw new Error('a stream is read one item at a time');
      if (items.length > 0 || outcome !== undefined) return Promise.resolve(take());
      return new Promise((resolve) => {
        waiting = resolve;
      });
    },
  };
}
