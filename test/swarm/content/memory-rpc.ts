/** Calls without sockets on a virtual clock: every peer has an uplink of so many bytes a second, and every way its latency. */
import * as v from 'valibot';
import type {
  ItemReader,
  Rpc,
  RpcError,
  RpcErrorType,
  ServedCall,
  StreamMethod,
  UnaryMethod,
} from '../../../src/swarm/rpc/rpc.ts';
import { type Canonical, type Clock, type PeerId, type Result, err, failure, ok, sleep } from '#vocabulary';

export interface MemoryRpcNetwork {
  join(peer: PeerId, link?: Partial<Link>): Rpc;
  /** All its calls break, and no new ones reach it. */
  kill(peer: PeerId): void;
  /** It answers nothing any more, and nobody is told. */
  freeze(peer: PeerId): void;
}

export interface Link {
  /** Of its uplink. */
  readonly bytesPerSecond: number;
  readonly latencyMs: number;
}

interface Member {
  readonly link: Link;
  readonly unary: Map<string, (request: unknown, call: ServedCall) => Promise<Result<unknown, RpcError>>>;
  readonly streams: Map<
    string,
    (request: unknown, call: ServedCall, send: (item: unknown) => Promise<boolean>) => Promise<Result<void, RpcError>>
  >;
  readonly gone: AbortController;
  isFrozen: boolean;
  freeAtMs: number;
}

/** Items that wait unread before `send` waits too. */
const WINDOW = 16;

const fail = (type: RpcErrorType): Result<never, RpcError> => err(failure(type, type));

export function createMemoryRpcNetwork(clock: Clock): MemoryRpcNetwork {
  const members = new Map<PeerId, Member>();

  const transmit = async (from: Member, bytes: number, signal: AbortSignal): Promise<void> => {
    from.freeAtMs = Math.max(from.freeAtMs, clock.now()) + (bytes * 1_000) / from.link.bytesPerSecond;
    await sleep(clock, from.freeAtMs - clock.now() + from.link.latencyMs, signal);
    while (from.isFrozen && !signal.aborted) await sleep(clock, 1_000, signal);
  };

  const join = (self: PeerId, link: Partial<Link> = {}): Rpc => {
    const me: Member = {
      link: { bytesPerSecond: 1e9, latencyMs: 1, ...link },
      unary: new Map(),
      streams: new Map(),
      gone: new AbortController(),
      isFrozen: false,
      freeAtMs: 0,
    };
    members.set(self, me);

    const begin = (
      peer: PeerId,
      deadlineMs: number,
      signal: AbortSignal | undefined,
    ): { to: Member; call: ServedCall; reason: () => RpcErrorType; done: () => void } | undefined => {
      const to = members.get(peer);
      if (to === undefined || to.gone.signal.aborted || me.gone.signal.aborted) return undefined;
      const late = new AbortController();
      const over = new AbortController();
      const cancel = clock.after(deadlineMs, () => late.abort());
      const ended = AbortSignal.any([
        to.gone.signal,
        me.gone.signal,
        late.signal,
        over.signal,
        ...(signal === undefined ? [] : [signal]),
      ]);
      return {
        to,
        call: { from: self, signal: ended, deadlineAtMs: clock.now() + deadlineMs },
        reason: () =>
          signal?.aborted === true || over.signal.aborted
            ? 'cancelled'
            : late.signal.aborted
              ? 'deadline'
              : 'peer-gone',
        done() {
          cancel();
          over.abort();
        },
      };
    };

    return {
      async call<Request extends Canonical, Response>(
        peer: PeerId,
        method: UnaryMethod<Request, Response>,
        request: Request,
        { deadlineMs, signal }: { readonly deadlineMs: number; readonly signal?: AbortSignal },
      ): Promise<Result<Response, RpcError>> {
        const begun = begin(peer, deadlineMs, signal);
        if (begun === undefined) return fail('not-connected');
        const { to, call } = begun;
        const serve = async (): Promise<Result<Response, RpcError>> => {
          await transmit(me, 100, call.signal);
          const handler = to.unary.get(method.name);
          if (handler === undefined) return fail('no-such-method');
          const served = await handler(request, call);
          await transmit(to, 100, call.signal);
          if (!served.ok) return served;
          const parsed = v.safeParse(method.response, served.value);
          return parsed.success ? ok(parsed.output) : fail('bad-response');
        };
        const served = await Promise.race([serve(), aborted(call.signal)]);
        const reason = begun.reason();
        const isEnded = call.signal.aborted;
        begun.done();
        return served === undefined || isEnded ? fail(reason) : served;
      },
      open<Request extends Canonical, Item>(
        peer: PeerId,
        method: StreamMethod<Request, Item>,
        request: Request,
        { deadlineMs, signal }: { readonly deadlineMs: number; readonly signal?: AbortSignal },
      ): ItemReader<Item> {
        const begun = begin(peer, deadlineMs, signal);
        if (begun === undefined) return { next: () => Promise.resolve(fail('not-connected')), cancel: () => undefined };
        const { to, call } = begun;
        const items: unknown[] = [];
        let end: Result<undefined, RpcError> | undefined;
        const hasEnded = (): boolean => end !== undefined;
        let wakeReader = (): void => undefined;
        let wakeSender = (): void => undefined;
        const serve = async (): Promise<void> => {
          await transmit(me, 100, call.signal);
          const handler = to.streams.get(method.name);
          if (handler === undefined) end = fail('no-such-method');
          else {
            const served = await handler(request, call, async (item) => {
              await transmit(to, item instanceof Uint8Array ? item.length : 100, call.signal);
              while (items.length >= WINDOW && !call.signal.aborted)
                await Promise.race([new Promise<void>((resolve) => (wakeSender = resolve)), aborted(call.signal)]);
              if (call.signal.aborted) return false;
              items.push(item);
              wakeReader();
              return true;
            });
            end = served.ok ? ok(undefined) : served;
          }
          wakeReader();
        };
        void serve();
        return {
          async next() {
            while (items.length === 0 && !hasEnded() && !call.signal.aborted)
              await Promise.race([new Promise<void>((resolve) => (wakeReader = resolve)), aborted(call.signal)]);
            if (call.signal.aborted) return fail(begun.reason());
            if (items.length === 0) return end ?? fail('failed');
            const parsed = v.safeParse(method.item, items.shift());
            wakeSender();
            return parsed.success ? ok(parsed.output) : fail('bad-response');
          },
          cancel: begun.done,
        };
      },
      serve(method, handle) {
        me.unary.set(method.name, handle as never);
        return () => me.unary.delete(method.name);
      },
      serveStream(method, handle) {
        me.streams.set(method.name, handle as never);
        return () => me.streams.delete(method.name);
      },
      close: () => me.gone.abort(),
    };
  };

  return {
    join,
    kill: (peer) => members.get(peer)?.gone.abort(),
    freeze(peer) {
      const member = members.get(peer);
      if (member !== undefined) member.isFrozen = true;
    },
  };
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
}
