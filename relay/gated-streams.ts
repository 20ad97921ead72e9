import type { Connection, Stream, StreamHandler, StreamHandlerOptions } from '@libp2p/interface';

interface HandlesProtocols {
  handle(protocol: string, handler: StreamHandler, options?: StreamHandlerOptions): Promise<void>;
}

/**
 * The components of a libp2p service, whose incoming streams first pass `gate`; false ends a stream. The library's
 * own stream middleware cannot serve here: in 3.3 it adds the handler to the registered list with every stream.
 */
export function withGate<C extends { readonly registrar: HandlesProtocols }>(
  components: C,
  gate: (stream: Stream, connection: Connection) => boolean,
): C {
  const registrar = overlaid(components.registrar, 'handle', ((protocol, handler, options) =>
    components.registrar.handle(
      protocol,
      (stream, connection) => {
        if (gate(stream, connection)) return handler(stream, connection);
        stream.abort(new Error('not for you'));
      },
      options,
    )) satisfies HandlesProtocols['handle']);
  return overlaid(components, 'registrar', registrar);
}

/** An object like `target` in all but one property; methods still act on `target`. */
function overlaid<T extends object, K extends keyof T>(target: T, key: K, value: T[K]): T {
  return new Proxy(target, {
    get(object, name) {
      if (name === key) return value;
      const found: unknown = Reflect.get(object, name);
      return typeof found === 'function' ? (found.bind(object) as unknown) : found;
    },
  });
}
