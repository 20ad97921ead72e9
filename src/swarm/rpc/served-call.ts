import * as v from 'valibot';
import { type Canonical, type PeerId, type Result, err, ok } from '#vocabulary';
import { Assembly } from './assembly.ts';
import { decodePayload, encodeInParts, lengthOf } from './payload.ts';
import { rpcError } from './rpc-errors.ts';
import { limitOf } from './rpc-limits.ts';
import type { RpcError, ServedCall } from './rpc.ts';
import type { Sending } from './sending.ts';

/** A method with its handler, its types forgotten. */
export interface ServedMethod {
  readonly name: string;
  readonly isStream: boolean;
  readonly isBulk: boolean;
  readonly request: v.GenericSchema;
  readonly run: (
    request: unknown,
    call: ServedCall,
    send: (item: Canonical) => Promise<boolean>,
  ) => Promise<Result<Canonical | void, RpcError>>;
}

/** What calls of one peer have in common. */
export interface ServingHost {
  readonly from: PeerId;
  /** The request is here whole. */
  readonly onWhole: (call: Serving) => void;
  /** The call is over and its handler has come back: it costs nothing any more. */
  readonly onReleased: (call: Serving) => void;
  readonly onHandlerError: (method: ServedMethod, cause: unknown) => void;
}

/** A call as its server sees it. */
export class Serving {
  readonly dueMs: number;
  readonly sending: Sending;
  readonly requestBytes: number;
  readonly method: ServedMethod;
  readonly #host: ServingHost;
  readonly #assembly: Assembly;
  readonly #view: CallView;
  #isOver = false;
  #isRunning = false;

  constructor(method: ServedMethod, dueMs: number, requestBytes: number, sending: Sending, host: ServingHost) {
    this.method = method;
    this.dueMs = dueMs;
    this.requestBytes = requestBytes;
    this.sending = sending;
    this.#host = host;
    this.#assembly = new Assembly(requestBytes);
    this.#view = new CallView(host.from, dueMs);
  }

  /** More of the request; why that is against the rules, if it is. */
  request(part: Uint8Array): string | undefined {
    const whole = this.#assembly.add(part);
    if (whole === 'too-long') return 'a request is longer than it said';
    if (whole === undefined) return undefined;
    this.#host.onWhole(this);
    void this.#run(whole);
    return undefined;
  }

  missingBytes(): number {
    return this.#assembly.missing();
  }

  /** The call is over for the peer: the handler is told, and what it says from now on is not sent. */
  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.sending.drop();
    if (this.#isRunning) this.#view.abort();
    else this.#host.onReleased(this);
  }

  async #run(bytes: Uint8Array): Promise<void> {
    this.#isRunning = true;
    try {
      const request = this.#read(bytes);
      if (request.ok) {
        const send = this.method.isStream ? (item: Canonical) => this.#send(item) : neverSend;
        const outcome = await this.method.run(request.value, this.#view, send);
        if (!this.#isOver) this.#answer(outcome);
      } else this.sending.end(request.error);
    } catch (cause) {
      this.#host.onHandlerError(this.method, cause);
      this.sending.end(rpcError('failed', 'The peer could not answer: its handler failed.'));
    }
    this.#isRunning = false;
    if (this.#isOver) this.#host.onReleased(this);
  }

  #read(bytes: Uint8Array): Result<unknown, RpcError> {
    const decoded = decodePayload(bytes);
    if (!decoded.ok) return err(rpcError('bad-request', decoded.error.message));
    const parsed = v.safeParse(this.method.request, decoded.value);
    if (parsed.success) return ok(parsed.output);
    return err(rpcError('bad-request', `The request does not fit: ${parsed.issues[0].message}`));
  }

  #send(item: Canonical): Promise<boolean> {
    if (this.#isOver) return Promise.resolve(false);
    const bytes = encodeInParts(item);
    if (lengthOf(bytes) <= limitOf(this.method.isBulk)) return this.sending.value(bytes);
    this.sending.end(rpcError('too-large', `An item of ${lengthOf(bytes)} bytes is over the limit.`));
    return Promise.resolve(false);
  }

  #answer(outcome: Result<Canonical | void, RpcError>): void {
    if (!outcome.ok) return this.sending.end(sendable(outcome.error));
    if (this.method.isStream) return this.sending.end(undefined);
    const bytes = encodeInParts(outcome.value as Canonical);
    if (lengthOf(bytes) <= limitOf(this.method.isBulk)) this.sending.last(bytes);
    else this.sending.end(rpcError('too-large', `A response of ${lengthOf(bytes)} bytes is over the limit.`));
  }
}

/** What the handler sees. The signal is made when asked for: most handlers answer at once. */
class CallView implements ServedCall {
  readonly from: PeerId;
  readonly deadlineAtMs: number;
  #control: AbortController | undefined;
  #isAborted = false;

  constructor(from: PeerId, deadlineAtMs: number) {
    this.from = from;
    this.deadlineAtMs = deadlineAtMs;
  }

  get signal(): AbortSignal {
    this.#control ??= new AbortController();
    if (this.#isAborted) this.#control.abort();
    return this.#control.signal;
  }

  abort(): void {
    this.#isAborted = true;
    this.#control?.abort();
  }
}

const neverSend = (): Promise<boolean> => Promise.resolve(false);

/** What a handler passes on of its own failed calls must not read as a failure of this connection. */
function sendable(error: RpcError): RpcError {
  return error.type === 'not-connected' || error.type === 'peer-gone' ? { ...error, type: 'failed' } : error;
}
