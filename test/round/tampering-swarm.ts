/** A hostile peer for tests: an honest node whose outgoing messages are changed, left out or multiplied on the way. */
import {
  type RecordBodies,
  type RecordDraft,
  type RecordOf,
  type RecordType,
  createRecord,
  decodeRecord,
  encodeRecord,
} from '#reputation';
import type { Swarm } from '#swarm';
import { type PeerId, type RecordId, type Signer, type VirtualClock, ok } from '#vocabulary';
import { type WireMessage, decodeMessage, encodeMessage } from '../../src/round/wire.ts';

/** Signs anything in the name of the hostile peer. */
export type Forge = <T extends RecordType>(
  type: T,
  body: RecordBodies[T],
  parents: readonly RecordId[],
) => Promise<Uint8Array>;

/** Bytes go out as they are. */
type Outgoing = WireMessage | Uint8Array;

/** Told of every message the node gets, before the node is. */
export type Eavesdrop = (
  message: WireMessage,
  context: { readonly from: PeerId; readonly forge: Forge; readonly say: (message: WireMessage) => void },
) => void | Promise<void>;

/** What becomes of one message on its way to one peer. */
export type Tamper = (
  message: WireMessage,
  context: { readonly to: PeerId; readonly forge: Forge },
) => readonly Outgoing[] | Promise<readonly Outgoing[]>;

export function tamperWith(
  swarm: Swarm,
  { tamper = (message) => [message], eavesdrop }: { readonly tamper?: Tamper; readonly eavesdrop?: Eavesdrop },
  { signer, clock }: { readonly signer: Signer; readonly clock: VirtualClock },
): Swarm {
  const forge: Forge = async (type, body, parents) =>
    encodeRecord(
      await createRecord({ type, body, parents } as RecordDraft<typeof type>, { signer, nowMs: clock.now() }),
    );
  const send = async (to: PeerId, protocol: string, bytes: Uint8Array): Promise<void> => {
    const decoded = decodeMessage(bytes);
    if (!decoded.ok) throw new Error('An honest node wrote a message that nobody can read.');
    for (const message of await tamper(decoded.value, { to, forge }))
      void swarm.send(to, protocol, message instanceof Uint8Array ? message : encodeMessage(message));
  };
  let tail: Promise<void> = Promise.resolve();
  return {
    ...swarm,
    async send(to, protocol, bytes) {
      // One after the other, so that forging takes no message out of its turn.
      const before = tail;
      tail = (async () => {
        await before;
        await send(to, protocol, bytes);
      })();
      await tail;
      return ok(undefined);
    },
    handle: (protocol, onMessage) =>
      swarm.handle(protocol, (from, bytes) => {
        const decoded = decodeMessage(bytes);
        const say = (message: WireMessage): void => void swarm.send(from, protocol, encodeMessage(message));
        if (decoded.ok) void eavesdrop?.(decoded.value, { from, forge, say });
        onMessage(from, bytes);
      }),
  };
}

/** The record in these bytes, taken to be of this type. */
export function readRecord<T extends RecordType>(bytes: Uint8Array, type: T): RecordOf<T> {
  const decoded = decodeRecord(bytes);
  if (!decoded.ok || decoded.value.type !== type) throw new Error(`This is no ${type}.`);
  return decoded.value as RecordOf<T>;
}
