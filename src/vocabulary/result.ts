/** Outcome of an operation whose failure is expected: a peer's input, quota, no GPU. Broken invariants throw instead. */
export type Result<T, E> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: E };

export function ok<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value };
}

export function err<E>(error: E): { readonly ok: false; readonly error: E } {
  return { ok: false, error };
}

/** Every expected failure: a machine-readable tag and a sentence that says what to do about it. */
export interface Failure<Type extends string = string> {
  readonly type: Type;
  /** What went wrong, in words for a person. */
  readonly message: string;
  /** What that person can do about it. */
  readonly remedy?: string;
}

export function failure<Type extends string>(type: Type, message: string, remedy?: string): Failure<Type> {
  return remedy === undefined ? { type, message } : { type, message, remedy };
}

/** What a caught value says: anything may be thrown. */
export function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
