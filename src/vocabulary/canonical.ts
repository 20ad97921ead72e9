import { Token, Tokenizer, Type, decode, encode } from 'cborg';
import { equalBytes } from './digest.ts';
import { type Failure, type Result, err, failure, messageOf, ok } from './result.ts';

/** Values with exactly one byte form. `undefined`, functions and class instances are not among them. */
export type Canonical =
  | null
  | boolean
  | number
  | string
  | Uint8Array
  | readonly Canonical[]
  | { readonly [key: string]: Canonical };

/** Nesting a peer may use: our deepest message has six levels, and a recursive decoder must not run out of stack. */
export const MAX_CANONICAL_DEPTH = 32;

/**
 * Deterministic CBOR in the DAG-CBOR profile of RFC 8949, 4.2: equal values give equal bytes.
 *
 * Integers and lengths in their shortest form, map keys shorter first and then bytewise, every other finite number as a
 * 64-bit float (DAG-CBOR allows no other width, and record ids carry its codec), -0 as 0.
 * Half a surrogate pair in a text becomes U+FFFD, as in every UTF-8 encoder.
 * Throws a TypeError on what `Canonical` excludes; the types prevent most of it, NaN and infinities they cannot.
 */
export function encodeCanonical(value: Canonical): Uint8Array {
  // In Node cborg may hand out a Buffer, a view into a shared pool.
  return new Uint8Array(encode(value, { float64: true, typeEncoders }));
}

/**
 * The exact inverse: accepts the bytes `encodeCanonical` writes for some value nested at most `MAX_CANONICAL_DEPTH`
 * deep, and nothing else. Never throws.
 */
export function decodeCanonical(bytes: Uint8Array): Result<Canonical, Failure<'malformed-cbor'>> {
  try {
    const value = decode(bytes, { ...decodeOptions, tokenizer: new BoundedTokenizer(bytes, decodeOptions) });
    // Key order, float widths and what else a lenient decoder lets pass all show in the second encoding.
    if (!equalBytes(encodeCanonical(value), bytes)) return refuse('the value has another byte form');
    return ok(value);
  } catch (cause) {
    return refuse(messageOf(cause));
  }
}

function refuse(reason: string): Result<never, Failure<'malformed-cbor'>> {
  return err(failure('malformed-cbor', `Not canonical CBOR: ${reason}`));
}

const decodeOptions = {
  allowIndefinite: false,
  allowUndefined: false,
  allowNaN: false,
  allowInfinity: false,
  allowBigInt: false,
  rejectDuplicateMapKeys: true,
  retainStringBytes: true,
  strict: true,
};

const strictText = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Bounds the nesting before any recursion, and reads texts without losing a leading U+FEFF as cborg's own reader does. */
class BoundedTokenizer extends Tokenizer {
  /** Items still to come on each open level. */
  readonly #open: number[] = [];

  override next(): Token {
    const token = super.next();
    if (token.type === Type.string) readText(token);
    const items: number = token.type === Type.array ? token.value : token.type === Type.map ? 2 * token.value : 0;
    if (items > 0) {
      if (this.#open.push(items) > MAX_CANONICAL_DEPTH)
        throw new RangeError(`nested deeper than ${MAX_CANONICAL_DEPTH} levels`);
    } else this.#closeFull();
    return token;
  }

  #closeFull(): void {
    for (let level = this.#open.length - 1; level >= 0; level--) {
      const left = (this.#open[level] as number) - 1;
      this.#open[level] = left;
      if (left > 0) return;
      this.#open.pop();
    }
  }
}

function readText(token: Token): void {
  const bytes = token.byteValue;
  // Equal lengths mean plain ASCII, or an ill-formed byte that the second encoding reveals.
  if (bytes === undefined || bytes.length === token.value.length) return;
  token.value = strictText.decode(bytes);
}

function refuseType(_value: unknown, type: string): never {
  throw new TypeError(`${type} has no canonical form`);
}

const typeEncoders = {
  undefined: refuseType,
  bigint: refuseType,
  Map: refuseType,
  number(value: number): null {
    if (!Number.isFinite(value)) throw new TypeError(`${value} has no canonical form`);
    return null;
  },
  string: (text: string): Token | null => (text.isWellFormed() ? null : new Token(Type.string, text.toWellFormed())),
  Object(value: object): null {
    // Two ill-formed keys could become one.
    if (!Object.keys(value).every((key) => key.isWellFormed())) throw new TypeError('A key is not well-formed text');
    return null;
  },
};
