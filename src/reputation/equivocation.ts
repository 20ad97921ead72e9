import { type PeerId, type RecordId, type RoundId, bytesToHex, encodeCanonical, sha256 } from '#vocabulary';
import type { TypedRecord } from './bodies.ts';
import { compareIds } from './record.ts';

/** Statements a peer may make once; a second, different one proves that it told different peers different things. */
const SINGULAR = ['commit', 'reveal', 'ballot-commit', 'ballot'] as const;
export type SingularType = (typeof SINGULAR)[number];

/** Proof by the author's own signatures; anybody holding both records can check it. */
export interface Equivocation {
  readonly author: PeerId;
  readonly round: RoundId;
  readonly type: SingularType;
  /** Ascending. Of more than two statements the two lowest ids. */
  readonly records: readonly [RecordId, RecordId];
  /** When the later of the two, or what both build on, was signed: back-dating both does not age the fault. */
  readonly timeMs: number;
}

/** All proofs among these records, in an order that does not depend on theirs. Records of one slot differ in their body. */
export function findEquivocations(records: readonly TypedRecord[]): readonly Equivocation[] {
  const byId = new Map(records.map((record) => [record.id, record]));
  const slots = new Map<string, Map<string, TypedRecord>>();
  for (const record of byId.values()) {
    if (!isSingular(record)) continue;
    // A resent statement with a new date says nothing new.
    const statement = bytesToHex(sha256(encodeCanonical(record.body)));
    for (const anchor of anchorsOf(record)) {
      const key = `${record.body.round} ${record.type} ${record.author} ${anchor}`;
      const slot = slots.get(key) ?? new Map<string, TypedRecord>();
      const earlier = slot.get(statement);
      if (earlier === undefined || compareIds(record.id, earlier.id) < 0) slot.set(statement, record);
      slots.set(key, slot);
    }
  }
  const proofs = new Map<string, Equivocation>();
  for (const slot of slots.values()) {
    const [first, second] = [...slot.values()].toSorted((a, b) => compareIds(a.id, b.id));
    if (first === undefined || second === undefined) continue;
    const proof = proofOf(first, second, byId);
    const key = `${proof.round} ${proof.type} ${proof.author}`;
    const known = proofs.get(key);
    if (known === undefined || comparePairs(proof.records, known.records) < 0) proofs.set(key, proof);
  }
  return [...proofs.values()].toSorted((a, b) => comparePairs(a.records, b.records));
}

function isSingular(record: TypedRecord): boolean {
  return SINGULAR.includes(record.type as SingularType);
}

/**
 * What two statements must have in common to contradict each other. A round id alone is not enough: a second asker could
 * reuse it and make an honest peer commit twice.
 */
function anchorsOf(record: TypedRecord): readonly RecordId[] {
  return record.type === 'reveal' || record.type === 'ballot' ? [record.body.commit] : record.parents;
}

function proofOf(first: TypedRecord, second: TypedRecord, byId: ReadonlyMap<RecordId, TypedRecord>): Equivocation {
  const shared = anchorsOf(first).filter((anchor) => anchorsOf(second).includes(anchor));
  const times = shared.flatMap((anchor) => byId.get(anchor)?.time ?? []);
  return {
    author: first.author,
    round: first.body.round,
    type: first.type as SingularType,
    records: [first.id, second.id],
    timeMs: Math.max(first.time, second.time, ...times),
  };
}

function comparePairs(a: readonly [RecordId, RecordId], b: readonly [RecordId, RecordId]): number {
  return compareIds(a[0], b[0]) || compareIds(a[1], b[1]);
}
