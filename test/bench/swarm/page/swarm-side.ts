import type { Swarm } from '#swarm';
import type { PeerId } from '#vocabulary';
import { type Side, pace, someBytes, timeEach } from './side.ts';

/** Messages of the swarm as they are: the same three services as on the bare channel. */
const BULK = '/bench/bulk/1';
const ECHO = '/bench/echo/1';
const REPLY = '/bench/reply/1';

const text = new TextEncoder();
const readable = new TextDecoder();

/** Sends still on their way to the connection at once, as a transfer that keeps it busy would have. */
const UNDER_WAY = 8;

export function serveSwarmSide(swarm: Swarm): void {
  let missing = 0;
  swarm.handle(`${BULK}/begin`, (_from, message) => {
    missing = Number(readable.decode(message));
  });
  swarm.handle(BULK, (from, message) => {
    missing -= message.byteLength;
    if (missing <= 0) void swarm.send(from, `${BULK}/done`, text.encode('all here'));
  });
  swarm.handle(ECHO, (from, message) => void swarm.send(from, `${ECHO}/back`, message));
  swarm.handle(
    REPLY,
    (from, message) => void swarm.send(from, `${REPLY}/back`, new Uint8Array(Number(readable.decode(message)))),
  );
}

/** `messageBytes`: size of the messages in which bulk data is sent. */
export function createSwarmSide(swarm: Swarm, peer: PeerId, messageBytes: number): Side {
  const send = async (protocol: string, message: Uint8Array): Promise<void> => {
    const sent = await swarm.send(peer, protocol, message);
    if (!sent.ok) throw new Error(sent.error.message);
  };
  /** While `work` runs, each message of the protocol is told to `onMessage`. */
  const hearing = async <T>(protocol: string, onMessage: () => void, work: () => Promise<T>): Promise<T> => {
    const stop = swarm.handle(protocol, onMessage);
    try {
      return await work();
    } finally {
      stop();
    }
  };

  return {
    bulk(sizeBytes) {
      const piece = someBytes(messageBytes);
      const { promise: confirmed, resolve } = Promise.withResolvers<void>();
      return hearing(`${BULK}/done`, resolve, async () => {
        const startedMs = performance.now();
        await send(`${BULK}/begin`, text.encode(String(sizeBytes)));
        await pace(sizeBytes / messageBytes, UNDER_WAY, () => send(BULK, piece));
        await confirmed;
        return performance.now() - startedMs;
      });
    },
    roundTrips(count, sizeBytes) {
      const bytes = someBytes(sizeBytes);
      let back: () => void = () => undefined;
      return hearing(
        `${ECHO}/back`,
        () => back(),
        () =>
          timeEach(
            count,
            () =>
              new Promise((resolve, reject) => {
                back = resolve;
                send(ECHO, bytes).catch(reject);
              }),
          ),
      );
    },
    callsPerSecond(count, sizeBytes, depth) {
      const waiting: (() => void)[] = [];
      const request = text.encode(String(sizeBytes));
      return hearing(
        `${REPLY}/back`,
        () => waiting.shift()?.(),
        () =>
          pace(
            count,
            depth,
            () =>
              new Promise((resolve, reject) => {
                waiting.push(resolve);
                send(REPLY, request).catch(reject);
              }),
          ),
      );
    },
  };
}
