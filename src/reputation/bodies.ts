import * as v from 'valibot';
import { type PeerId, type RecordId, type Result, type RoundId, err, failure, ok } from '#vocabulary';
import { MAX_BALLOT_ANSWERS, MAX_READINGS, MAX_REASON_LENGTH, MAX_ROUND_PEERS, MAX_TEXT_LENGTH } from './constants.ts';
import type { RecordError, RecordType, SignedRecord } from './record.ts';

const text = v.pipe(v.string(), v.maxLength(MAX_TEXT_LENGTH));
const reason = v.pipe(v.string(), v.maxLength(MAX_REASON_LENGTH));
const finite = v.pipe(v.number(), v.finite());
const probability = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
const wholeTo = (max: number) => v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(max));
const bytes = (length: number) => v.pipe(v.instance(Uint8Array), v.length(length));
const digest = bytes(32);

const isAscending = <T extends string | number>(items: T[]): boolean =>
  items.every((item, index) => index === 0 || (items[index - 1] as T) < item);
const isDistinct = <T>(items: T[]): boolean => new Set(items).size === items.length;

/** A bounded name; whether it is a key is decided where its signature is checked. */
export const peerId = v.pipe(
  v.string(),
  v.regex(/^[0-9A-Za-z-]{1,64}$/u),
  v.transform((name) => name as PeerId),
);
const roundId = v.pipe(
  v.string(),
  v.regex(/^[0-9a-f]{32}$/u),
  v.transform((hex) => hex as RoundId),
);
/** Exactly the base32 texts of CIDv1, dag-cbor, sha2-256: 36 bytes, unused bits zero. */
export const recordId = v.pipe(
  v.string(),
  v.regex(/^bafyrei[a-h][a-z2-7]{50}[aeimquy4]$/u),
  v.transform((cid) => cid as RecordId),
);
export const ascendingIds = (max: number) =>
  v.pipe(v.array(recordId), v.maxLength(max), v.check(isAscending, 'Expected ascending ids'));
/** An order of answers by the ids of their commits, best first. A disputer that could fit nothing leaves it empty. */
const order = v.pipe(v.array(recordId), v.maxLength(MAX_ROUND_PEERS), v.check(isDistinct, 'Expected distinct ids'));

const participants = v.pipe(
  v.array(v.strictObject({ peer: peerId, model: text, standing: probability })),
  v.minLength(1),
  v.maxLength(MAX_ROUND_PEERS),
  v.check((list) => isDistinct(list.map((one) => one.peer)), 'Expected distinct peers'),
);

const answerIndex = wholeTo(MAX_BALLOT_ANSWERS - 1);
const vote = v.strictObject({
  first: answerIndex,
  second: answerIndex,
  logOdds: finite,
  weight: probability,
  contributions: v.pipe(v.array(v.strictObject({ name: text, logOdds: finite })), v.maxLength(MAX_READINGS)),
});
const reading = v.strictObject({ name: text, value: finite });

const ballot = v.pipe(
  v.strictObject({
    round: roundId,
    commit: recordId,
    salt: bytes(16),
    model: text,
    calibration: text,
    answers: v.pipe(
      v.array(recordId),
      v.minLength(1),
      v.maxLength(MAX_BALLOT_ANSWERS),
      v.check(isDistinct, 'Expected distinct ids'),
    ),
    screened: v.pipe(v.array(answerIndex), v.maxLength(MAX_BALLOT_ANSWERS), v.check(isAscending, 'Expected ascending')),
    readings: v.pipe(v.array(v.pipe(v.array(reading), v.maxLength(MAX_READINGS))), v.maxLength(MAX_BALLOT_ANSWERS)),
    votes: v.pipe(v.array(vote), v.maxLength((MAX_BALLOT_ANSWERS * (MAX_BALLOT_ANSWERS - 1)) / 2)),
  }),
  v.check(({ answers, readings }) => readings.length === answers.length, 'Expected readings for every answer'),
  v.check(
    ({ answers, screened }) => screened.every((index) => index < answers.length),
    'Expected screened answers of this ballot',
  ),
  v.check(({ answers, votes }) => arePairsOf(answers.length, votes), 'Expected each pair of answers at most once'),
);

function arePairsOf(count: number, votes: readonly { readonly first: number; readonly second: number }[]): boolean {
  const pairs = new Set<number>();
  for (const { first, second } of votes) {
    if (first === second || first >= count || second >= count) return false;
    pairs.add(Math.min(first, second) * count + Math.max(first, second));
  }
  return pairs.size === votes.length;
}

const perAnswer = v.pipe(v.array(finite), v.maxLength(MAX_ROUND_PEERS));
const verdict = v.pipe(
  v.strictObject({
    round: roundId,
    lineup: recordId,
    ballots: ascendingIds(MAX_ROUND_PEERS),
    order: v.pipe(order, v.minLength(1)),
    strengths: perAnswer,
    lows: perAnswer,
    highs: perAnswer,
    pBest: v.pipe(v.array(probability), v.maxLength(MAX_ROUND_PEERS)),
  }),
  v.check(
    (body) =>
      [body.strengths, body.lows, body.highs, body.pBest].every((figures) => figures.length === body.order.length),
    'Expected one figure for every answer',
  ),
);

/** Shape of each body. README.md says what every field means and which record carries it. */
const bodySchemas = {
  ask: v.strictObject({
    round: roundId,
    questionDigest: digest,
    maxTokens: wholeTo(100_000),
    temperature: wholeTo(10_000),
    answersPerJudge: wholeTo(MAX_BALLOT_ANSWERS),
  }),
  roster: v.strictObject({ round: roundId, ask: recordId, participants }),
  commit: v.strictObject({ round: roundId, digest }),
  lineup: v.strictObject({
    round: roundId,
    roster: recordId,
    commits: v.pipe(ascendingIds(MAX_ROUND_PEERS), v.minLength(1)),
  }),
  reveal: v.strictObject({ round: roundId, commit: recordId, answerDigest: digest }),
  'ballot-commit': v.strictObject({ round: roundId, digest }),
  ballot,
  verdict,
  confirmation: v.strictObject({ round: roundId, verdict: recordId, order }),
  dispute: v.strictObject({ round: roundId, verdict: recordId, order, reason }),
} satisfies Record<RecordType, v.GenericSchema>;

type Frozen<T> = T extends string | number
  ? T
  : T extends Uint8Array
    ? Uint8Array
    : T extends readonly (infer Item)[]
      ? readonly Frozen<Item>[]
      : { readonly [K in keyof T]: Frozen<T[K]> };

/** Body of each type of record. */
export type RecordBodies = { [T in RecordType]: Frozen<v.InferOutput<(typeof bodySchemas)[T]>> };

/** A signed record whose body is known to have the shape of its type. Of several types, one of their records. */
export type RecordOf<T extends RecordType> = T extends RecordType
  ? Omit<SignedRecord, 'type' | 'body'> & { readonly type: T; readonly body: RecordBodies[T] }
  : never;
export type TypedRecord = RecordOf<RecordType>;
export type BallotRecord = RecordOf<'ballot'>;

/** Checks the body against the shape of the record's type. */
export function parseBody(record: SignedRecord): Result<TypedRecord, RecordError> {
  const parsed = v.safeParse(bodySchemas[record.type], record.body, { abortEarly: true });
  if (!parsed.success)
    return err(failure('malformed', `The body of this ${record.type} is not valid: ${v.summarize(parsed.issues)}`));
  return ok({ ...record, body: parsed.output } as TypedRecord);
}
