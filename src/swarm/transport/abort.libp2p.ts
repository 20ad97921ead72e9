import type { Connection } from '@libp2p/interface';

/** Ends a connection at once. The library's own `abort` throws when the connection has just been closed. */
export function abortConnection(connection: Connection, reason: string): void {
  try {
    connection.abort(new Error(reason));
  } catch {
    // Its muxer wanted to say farewell over what is closed; the rest of it has ended.
  }
}
