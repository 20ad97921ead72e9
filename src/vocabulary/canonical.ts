import { decode, encode } from 'cborg';
import { type Failure, type Result, err, failure, ok } from './result.ts';

/** Values with exactly one byte form. `undefined`, functions and class instances are not among them. */
export type Canonical =
  | null
  | boolean
  | number
  | string
  | Uint8Array
  | readonly Canonical[]
  | { readonly [key: string]: Canonical };

/** Deterministic CBOR (RFC 8949, 4.2: shortest forms, sorted keys): equal values give equal bytes. */
export function encodeCanonical(value: Canonical): Uint8Array {
  return encode(value);
}

/** Strict inverse: refuses indefinite lengths, undefined, duplicate keys, trailing bytes and any form `encodeCanonical` would not write. */
export function decodeCanonical(bytes: Uint8Array): Result<unknown, Failure<'malformed-cbor'>> {
  try {
    const value: unknown = decode(bytes, {
      allowIndefinite: false,
      allowUndefined: false,
      allowNaN: false,
      allowInfinity: false,
      allowBigInt: false,
      rejectDuplicateMapKeys: true,
      strict: true,
    });
    return ok(value);
  } catch (cause) {
    return err(
      failure('malformed-cbor', `Not canonical CBOR: ${cause instanceof Error ? cause.message : String(cause)}`),
    );
  }
}
