declare const brand: unique symbol;
type Branded<T, Name extends string> = T & { readonly [brand]: Name };

/** A libp2p peer id in its base58 text form (`12D3Koo…`), an Ed25519 public key. */
export type PeerId = Branded<string, 'PeerId'>;
/** 32 hex digits drawn by the asker, unique to one question. */
export type RoundId = Branded<string, 'RoundId'>;
/** Name of a model in the catalogue, e.g. `smollm2-135m-instruct-q4_1`. */
export type ModelId = Branded<string, 'ModelId'>;
/** CIDv1 (dag-cbor, sha2-256) of a record's canonical bytes, base32 text. */
export type RecordId = Branded<string, 'RecordId'>;

export const asPeerId = (text: string): PeerId => text as PeerId;
export const asRoundId = (text: string): RoundId => text as RoundId;
export const asModelId = (text: string): ModelId => text as ModelId;
export const asRecordId = (text: string): RecordId => text as RecordId;
