/** Peers without an exchange, which say and send whatever a test wants. */
import { type PeerId, err, failure, ok, sha256 } from '#vocabulary';
import type { Rpc } from '#swarm';
import { packBits } from '../../../src/swarm/content/bitfield.ts';
import { chunkMethod, haveMethod, listMethod } from '../../../src/swarm/content/methods.ts';
import { CHUNK, type Laboratory, listOf } from './content-bench.ts';

interface Lies {
  /** Bytes it sends for a chunk; undefined: it refuses. */
  readonly chunk?: (chunk: number) => Uint8Array | undefined;
  readonly list?: Uint8Array;
  readonly has?: (chunk: number) => boolean;
  /** What it sends when asked for its list. */
  readonly sentList?: Uint8Array;
  readonly delayMs?: (chunk: number) => Promise<void>;
}

/** A peer without an exchange that says whatever it likes. */
async function answer(rpc: Rpc, bytes: Uint8Array, lies: Lies = {}): Promise<number[]> {
  const list = lies.list ?? (await listOf(bytes));
  const asked: number[] = [];
  rpc.serve(haveMethod, () =>
    Promise.resolve(
      ok({
        size: bytes.length,
        list: sha256(list),
        bits: packBits(Math.ceil(bytes.length / CHUNK), lies.has ?? ((): boolean => true)),
      }),
    ),
  );
  rpc.serveStream(listMethod, async (_, __, send) => {
    await send(lies.sentList ?? list);
    return ok(undefined);
  });
  rpc.serveStream(chunkMethod, async ({ chunk }, __, send) => {
    asked.push(chunk);
    await lies.delayMs?.(chunk);
    const honest = bytes.slice(chunk * CHUNK, (chunk + 1) * CHUNK);
    const sent = lies.chunk === undefined ? honest : lies.chunk(chunk);
    if (sent === undefined) return err(failure('failed', 'no'));
    await send(sent);
    return ok(undefined);
  });
  return asked;
}

export async function openLiar(
  lab: Laboratory,
  name: string,
  bytes: Uint8Array,
  lies?: Lies,
): Promise<{ peer: PeerId; asked: number[] }> {
  const { peer, rpc } = await lab.stranger(name);
  return { peer, asked: await answer(rpc, bytes, lies) };
}
