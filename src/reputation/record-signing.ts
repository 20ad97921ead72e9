import {
  type Canonical,
  type RecordId,
  type Result,
  type Signer,
  type VerifySignature,
  err,
  failure,
  messageOf,
  ok,
} from '#vocabulary';
import { type RecordBodies, type RecordOf, type TypedRecord, parseBody } from './bodies.ts';
import { FUTURE_TOLERANCE_MS } from './constants.ts';
import { decodeRecord, encodeRecord } from './record-codec.ts';
import {
  type RecordContent,
  type RecordError,
  type RecordType,
  type SignedRecord,
  compareIds,
  recordIdOf,
} from './record.ts';

export interface RecordDraft<T extends RecordType> {
  readonly type: T;
  /** In any order; repeated ids count once. */
  readonly parents: readonly RecordId[];
  readonly body: RecordBodies[T];
}

/** States a fact in the name of `signer`. Throws when the draft breaks a rule: it would be refused everywhere. */
export async function createRecord<T extends RecordType>(
  draft: RecordDraft<T>,
  { signer, nowMs }: { readonly signer: Signer; readonly nowMs: number },
): Promise<RecordOf<T>> {
  const content: RecordContent = {
    v: 1,
    type: draft.type,
    author: signer.peer,
    // Some clocks tick in fractions of a millisecond.
    time: Math.floor(nowMs),
    parents: [...new Set(draft.parents)].toSorted(compareIds),
    body: draft.body as Canonical,
  };
  const id = recordIdOf(content);
  const checked = checkForm(encodeRecord({ ...content, id, signature: await signer.sign(utf8(id)) }));
  if (!checked.ok) throw new TypeError(checked.error.message);
  return checked.value as RecordOf<T>;
}

export interface RecordChecks {
  readonly verifySignature: VerifySignature;
  readonly nowMs: number;
}

/** The gate for everything from outside: form, size, type, body, date, and last, as the dearest, the signature. Never throws. */
export async function verifyRecord(
  received: Uint8Array | SignedRecord,
  { verifySignature, nowMs }: RecordChecks,
): Promise<Result<TypedRecord, RecordError>> {
  const formed = received instanceof Uint8Array ? checkForm(received) : checkObject(received);
  if (!formed.ok) return formed;
  const record = formed.value;
  if (record.time > nowMs + FUTURE_TOLERANCE_MS)
    return err(
      failure(
        'future-dated',
        `A ${record.type} dated ${Math.ceil((record.time - nowMs) / 60_000)} minutes ahead of this clock.`,
        'Check the date and time of this device.',
      ),
    );
  if (!(await verifySignature(record.author, utf8(record.id), record.signature)))
    return err(failure('bad-signature', `A ${record.type} that ${record.author} did not sign.`));
  return ok(record);
}

function checkForm(bytes: Uint8Array): Result<TypedRecord, RecordError> {
  const decoded = decodeRecord(bytes);
  return decoded.ok ? parseBody(decoded.value) : decoded;
}

/** A record that came as an object goes through its bytes, so that both ways in keep the same rules. */
function checkObject(record: SignedRecord): Result<TypedRecord, RecordError> {
  let bytes: Uint8Array;
  try {
    bytes = encodeRecord(record);
  } catch (cause) {
    return err(failure('malformed', `Not a record: ${messageOf(cause)}`));
  }
  const checked = checkForm(bytes);
  if (checked.ok && checked.value.id !== record.id)
    return err(failure('malformed', 'The id of this record is not that of its content.'));
  return checked;
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
