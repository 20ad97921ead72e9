import * as v from 'valibot';
import type { Canonical, PeerId, Result } from '#vocabulary';
import { createAssembly } from './assembly.ts';
import { decodePayload, encodePayload } from './payload.ts';
import { rpcError } from './rpc-errors.ts';
import { limitOf } from './rpc-limits.ts';
import type { RpcError, ServedCall } from './rpc.ts';
import type { Sending } from './sending.ts';

/** A method with its handler, its types forgotten. */
export interface ServedMethod {
  readonly isStream: boolean;
  readonly isBulk: boolean;
  readonly request: v.GenericSchema;
  readonly run: (
    request: unknown,
    call: ServedCall,
    send: (item: Canonical) => Promise<boolean>,
  ) => Promise<Result<Canonical | void, RpcError>>;
}

export interface ServingOptions {
  readonly method: ServedMethod;
  readonly from: PeerId;
  readonly dueMs: number;
  readonly requestBytes: number;
  readonly sending: Sending;
  /** The request is here whole. */
  readonly onWhole: () => void;
  /** The call is over and its handler has come back: it costs nothing any more. */
  readonly onReleased: () => void;
  readonly onHandlerError: (cause: unknown) => void;
}

/** A call as its server sees it. */
export interface Serving {
  readonly dueMs: number;
  readonly isBulk: boolean;
  readonly sending: Sending;
  /** More of the request; why that is against the rules, if it is. */
  request(part: Uint8Array): string | undefined;
  missingBytes(): number;
  /** The call is over for the peer: the handler is told, and what it says from now on is not sent. */
  end(): void;
}

export function serveCall(options: ServingOptions): Serving {
  const { method, from, dueMs, sending, onHandlerError } = options;
  const assembly = createAssembly(options.requestBytes);
  let isOver = false;
  let isRunning = false;
  let abort: AbortController | undefined;

  const call: ServedCall = {
    from,
    deadlineAtMs: dueMs,
    // Made when asked for: most handlers answer at once.
    get signal() {
      abort ??= new AbortController();
      if (isOver) abort.abort();
      return abort.signal;
    },
  };

  const send = (item: Canonical): Promise<boolean> => {
    if (isOver) return Promise.resolve(false);
    const bytes = encodePayload(item);
    if (bytes.byteLength <= limitOf(method.isBulk)) return sending.value(bytes);
    sending.end(rpcError('too-large', `An item of ${bytes.byteLength} bytes is over the limit.`));
    return Promise.resolve(false);
  };
  const answer = (outcome: Result<Canonical | void, RpcError>): void => {
    if (!outcome.ok) return sending.end(sendable(outcome.error));
    if (method.isStream) return sending.end(undefined);
    const bytes = encodePayload(outcome.value as Canonical);
    if (bytes.byteLength <= limitOf(method.isBulk)) sending.last(bytes);
    else sending.end(rpcError('too-large', `A response of ${bytes.byteLength} bytes is over the limit.`));
  };
  const handle = async (bytes: Uint8Array): Promise<void> => {
    const decoded = decodePayload(bytes);
    if (!decoded.ok) return sending.end(rpcError('bad-request', decoded.error.message));
    const parsed = v.safeParse(method.request, decoded.value);
    if (!parsed.success)
      return sending.end(rpcError('bad-request', `The request does not fit: ${parsed.issues[0].message}`));
    const outcome = await method.run(parsed.output, call, send);
    if (!isOver) answer(outcome);
  };
  const run = async (bytes: Uint8Array): Promise<void> => {
    isRunning = true;
    try {
      await handle(bytes);
    } catch (cause) {
      onHandlerError(cause);
      sending.end(rpcError('failed', 'The peer could not answer: its handler failed.'));
    }
    isRunning = false;
    if (isOver) options.onReleased();
  };

  return {
    dueMs,
    isBulk: method.isBulk,
    sending,
    request(part) {
      const whole = assembly.add(part);
      if (whole === 'too-long') return 'a request is longer than it said';
      if (whole === undefined) return undefined;
      options.onWhole();
      void run(whole);
      return undefined;
    },
    missingBytes: assembly.missing,
    end() {
      if (isOver) return;
      isOver = true;
      sending.drop();
      if (isRunning) abort?.abort();
      else options.onReleased();
    },
  };
}

/** What a handler passes on of its own failed calls must not read as a failure of this connection. */
function sendable(error: RpcError): RpcError {
  return error.type === 'not-connected' || error.type === 'peer-gone' ? { ...error, type: 'failed' } : error;
}
