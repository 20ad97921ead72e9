import * as v from 'valibot';
import { type Canonical, type Result, err, ok } from '#vocabulary';
import { decodePayload } from './payload.ts';
import { type Begun, type RpcOptions, openPeers } from './peers.ts';
import { UnaryResponse, createStreamResponse } from './response.ts';
import { cancelledError, rpcError } from './rpc-errors.ts';
import { limitOf, windowOf } from './rpc-limits.ts';
import { encodeMethodName } from './rpc-wire.ts';
import type { ItemReader, Rpc, RpcError } from './rpc.ts';
import type { ServedMethod } from './served-call.ts';

export type { RpcOptions } from './peers.ts';

/** Make it before `swarm.start()`, once for a swarm: calls that come earlier are lost. */
export function createRpc(options: RpcOptions): Rpc {
  const methods = new Map<string, ServedMethod>();
  const peers = openPeers(options, (name) => methods.get(name));

  const register = (method: ServedMethod): (() => void) => {
    const { name } = method;
    encodeMethodName(name);
    if (methods.has(name)) throw new Error(`method ${name} already has a handler`);
    methods.set(name, method);
    return () => {
      if (methods.get(name) === method) methods.delete(name);
    };
  };

  return {
    call(peer, method, request, callOptions) {
      return new Promise((resolve) => {
        const { signal } = callOptions;
        const onAbort = (): void => {
          if ('end' in begun) begun.end(cancelledError());
        };
        const response = new UnaryResponse(limitOf(method.isBulk), (outcome) => {
          signal?.removeEventListener('abort', onAbort);
          if ('forget' in begun) begun.forget();
          resolve(outcome instanceof Uint8Array ? readValue(method.response, outcome) : err(outcome));
        });
        const begun = peers.begin({ peer, method, request, options: callOptions, window: 0, response });
        if ('type' in begun) return resolve(err(begun));
        signal?.addEventListener('abort', onAbort, { once: true });
      });
    },
    open(peer, method, request, callOptions) {
      const { signal } = callOptions;
      const window = windowOf(method.isBulk);
      let begun: Begun | undefined;
      const end = (error: RpcError): void => (begun === undefined ? response.fail(error) : begun.end(error));
      const cancel = (): void => end(cancelledError());
      const response = createStreamResponse({
        limitBytes: limitOf(method.isBulk),
        windowBytes: window,
        giveCredit: (bytes) => begun?.credit(bytes),
        onDone() {
          signal?.removeEventListener('abort', cancel);
          begun?.forget();
        },
      });
      const outcome = peers.begin({ peer, method, request, options: callOptions, window, response });
      if ('type' in outcome) response.fail(outcome);
      else {
        begun = outcome;
        signal?.addEventListener('abort', cancel, { once: true });
      }
      const reader: ItemReader<v.InferOutput<typeof method.item>> = {
        async next() {
          const item = await response.read();
          if (item === undefined) return ok(undefined);
          if (!(item instanceof Uint8Array)) return err(item);
          const value = readValue(method.item, item);
          // Nothing after an item that makes no sense can be trusted to.
          if (!value.ok) end(value.error);
          return value;
        },
        cancel,
      };
      return reader;
    },
    serve(method, handle) {
      return register({
        name: method.name,
        isStream: false,
        isBulk: method.isBulk === true,
        request: method.request,
        run: (request, call) => handle(request as v.InferOutput<typeof method.request>, call),
      });
    },
    serveStream(method, handle) {
      return register({
        name: method.name,
        isStream: true,
        isBulk: method.isBulk === true,
        request: method.request,
        run: (request, call, send) => handle(request as v.InferOutput<typeof method.request>, call, send),
      });
    },
    close: peers.close,
  };
}

/** What came, through the schema. */
function readValue<Value>(schema: v.GenericSchema<unknown, Value>, bytes: Uint8Array): Result<Value, RpcError> {
  const decoded: Result<Canonical, { readonly message: string }> = decodePayload(bytes);
  if (!decoded.ok) return err(rpcError('bad-response', decoded.error.message));
  const parsed = v.safeParse(schema, decoded.value);
  if (parsed.success) return ok(parsed.output);
  return err(rpcError('bad-response', `The answer does not fit: ${parsed.issues[0].message}`));
}
