import {
  type Clock,
  type Failure,
  type PeerId,
  type Random,
  type Result,
  type Signer,
  type VerifySignature,
  err,
  failure,
  messageOf,
  ok,
} from '#vocabulary';
import type { Engine } from '#inference';
import type { Judge } from '#judging';
import { type Ledger, type RecordDraft, type RecordType, type TypedRecord, createRecord } from '#reputation';
import type { Swarm } from '#swarm';
import type { CheckedMessage } from './asker-state.ts';
import type { SignEffect } from './effects.ts';

/** Everything a round touches outside itself. */
export interface RoundPorts {
  readonly clock: Clock;
  readonly random: Random;
  readonly signer: Signer;
  readonly verifySignature: VerifySignature;
  readonly swarm: Swarm;
  readonly engine: Engine;
  readonly judge: Judge;
  /** Names the calibration the judge reads with just now; part of every ballot. */
  readonly calibration: () => string;
  readonly ledger: Ledger;
  /** Standing of a judge in [0, 1] in the eyes of this peer. */
  readonly standingOf: (peer: PeerId) => number;
}

/** Hands a message to peers; to this peer itself without the wire. */
export type Post = (to: readonly PeerId[], message: CheckedMessage) => void;

/** Signs what a reducer wants to state. A signer without its key, or a draft that breaks a rule, must not hang a round. */
export async function signRecord(
  ports: RoundPorts,
  effect: SignEffect,
): Promise<Result<TypedRecord, Failure<'cannot-sign'>>> {
  const { record: type, body, parents } = effect;
  const draft = { type, body, parents } as RecordDraft<RecordType>;
  try {
    return ok((await createRecord(draft, { signer: ports.signer, nowMs: ports.clock.now() })) as TypedRecord);
  } catch (cause) {
    return err(failure('cannot-sign', messageOf(cause)));
  }
}

/** Settles when the records are stored or cannot be: the ledger keeps and retries them, and a round never waits for it. */
export async function keepRecords(ports: RoundPorts, records: readonly TypedRecord[]): Promise<void> {
  if (records.length === 0) return;
  await ports.ledger.put(records).catch(() => undefined);
}
