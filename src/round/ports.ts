import type { Clock, PeerId, Random, Signer, VerifySignature } from '#vocabulary';
import type { Engine } from '#inference';
import type { Judge } from '#judging';
import { type Ledger, type RecordDraft, type RecordType, type TypedRecord, createRecord } from '#reputation';
import type { Swarm } from '#swarm';
import type { CheckedMessage, SignEffect } from './asker-state.ts';

/** Everything a round touches outside itself. */
export interface RoundPorts {
  readonly clock: Clock;
  readonly random: Random;
  readonly signer: Signer;
  readonly verifySignature: VerifySignature;
  readonly swarm: Swarm;
  readonly engine: Engine;
  readonly judge: Judge;
  /** Names the calibration the judge reads with; part of every ballot. */
  readonly calibration: string;
  readonly ledger: Ledger;
  /** Standing of a judge in [0, 1] in the eyes of this peer. */
  readonly standingOf: (peer: PeerId) => number;
}

/** Hands a message to a peer; to this peer itself without the wire. */
export type Post = (to: PeerId, message: CheckedMessage) => void;

/** Signs what a reducer wants to state. */
export async function signRecord(ports: RoundPorts, effect: SignEffect): Promise<TypedRecord> {
  const { record: type, body, parents } = effect;
  const draft = { type, body, parents } as RecordDraft<RecordType>;
  return (await createRecord(draft, { signer: ports.signer, nowMs: Math.round(ports.clock.now()) })) as TypedRecord;
}
