import * as v from 'valibot';
import { type Canonical, type Result, decodeCanonical, encodeCanonical, err, failure, ok } from '#vocabulary';
import { ascendingIds, peerId } from './bodies.ts';
import { MAX_PARENTS, MAX_RECORD_BYTES } from './constants.ts';
import {
  RECORD_TYPES,
  type RecordContent,
  type RecordError,
  type RecordType,
  type SignedRecord,
  recordIdOfBytes,
} from './record.ts';

const SIGNATURE_BYTES = 64;
/** Bytes before the content and before the signature: canonical CBOR leaves no choice, so the content need not be encoded again. */
const LIST_HEAD_BYTES = 1;
const SIGNATURE_HEAD_BYTES = 2;

/** On the wire a record is the canonical CBOR of `[content, signature]`; the id is not sent, it follows from the content. */
const wireSchema = v.strictTuple([
  v.strictObject({
    v: v.pipe(v.number(), v.safeInteger()),
    type: v.pipe(v.string(), v.maxLength(32)),
    author: peerId,
    time: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
    parents: ascendingIds(MAX_PARENTS),
    body: v.custom<Canonical>((value) => typeof value === 'object' && value !== null),
  }),
  v.pipe(v.instance(Uint8Array), v.length(SIGNATURE_BYTES)),
]);

export function encodeRecord(record: SignedRecord): Uint8Array {
  const { v: version, type, author, time, parents, body, signature } = record;
  return encodeCanonical([{ v: version, type, author, time, parents, body }, signature]);
}

/** Reads a record and computes its id. Neither the signature nor the body is checked: see `verifyRecord`. Never throws. */
export function decodeRecord(bytes: Uint8Array): Result<SignedRecord, RecordError> {
  if (bytes.length > MAX_RECORD_BYTES)
    return err(failure('oversized', `A record of ${bytes.length} bytes; ${MAX_RECORD_BYTES} are allowed.`));
  const decoded = decodeCanonical(bytes);
  if (!decoded.ok) return err(failure('malformed', decoded.error.message));
  const parsed = v.safeParse(wireSchema, decoded.value, { abortEarly: true });
  if (!parsed.success) return err(failure('malformed', `Not a record: ${v.summarize(parsed.issues)}`));
  const [content, signature] = parsed.output;
  if (!isKnown(content))
    return err(
      failure('unknown-type', `Version ${content.v} of '${content.type}' is not known here.`, 'Update this app.'),
    );
  const id = recordIdOfBytes(bytes.subarray(LIST_HEAD_BYTES, bytes.length - SIGNATURE_HEAD_BYTES - SIGNATURE_BYTES));
  return ok({ ...content, id, signature });
}

function isKnown(content: { readonly v: number; readonly type: string }): content is RecordContent {
  return content.v === 1 && RECORD_TYPES.includes(content.type as RecordType);
}
