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

/** What becomes of one message on its way to one peer. */
export type Tamper = (
  message: WireMessage,
  context: { readonly to: PeerId; readonly forge: Forge },
) => readonly WireMessage[] | Promise<readonly WireMessage[]>;

export function tamperWith(
  swarm: Swarm,
  tamper: Tamper,
  { signer, clock }: { readonly signer: Signer; readonly clock: VirtualClock },
): Swarm {
  const forge: Forge = async (type, body, parents) =>
    encodeRecord(
      await createRecord({ type, body, parents } as RecordDraft<typeof type>, { signer, nowMs: clock.now() }),
    );
  let tail: Promise<unknown> = Promise.resolve();
  return {
    ...swarm,
    async send(to, protocol, bytes) {
      const decoded = decodeMessage(bytes);
      if (!decoded.ok) throw new Error('An honest node wrote a message that nobody can read.');
      // One after the other, so that forging takes no message out of its turn.
      tail = tail.then(async () => {
        for (const message of await tamper(decoded.value, { to, forge }))
          void swarm.send(to, protocol, encodeMessage(message));
      });
      await tail;
      return ok(undefined);
    },
  };
}

/** The record in these bytes, taken to be of this type. */
export function readRecord<T extends RecordType>(bytes: Uint8Array, type: T): RecordOf<T> {
  const decoded = decodeRecord(bytes);
  if (!decoded.ok || decoded.value.type !== type) throw new Error(`This is no ${type}.`);
  return decoded.value as RecordOf<T>;
}
