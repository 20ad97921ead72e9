/** Events and effects that the reducers of both sides share; a reducer loop brings the former about and performs the latter. */
import type { Failure, RecordId } from '#vocabulary';
import type { RecordBodies, TypedRecord } from '#reputation';

export type LoopEvent =
  | { readonly type: 'signed'; readonly record: TypedRecord; readonly nowMs: number }
  | { readonly type: 'sign-failed'; readonly error: Failure; readonly nowMs: number }
  | { readonly type: 'tick'; readonly nowMs: number };

export type SignEffect = {
  [T in keyof RecordBodies]: {
    readonly type: 'sign';
    readonly record: T;
    readonly body: RecordBodies[T];
    readonly parents: readonly RecordId[];
  };
}[keyof RecordBodies];

export type LoopEffect =
  | SignEffect
  /** Look again at this time (epoch milliseconds); a later wake replaces an earlier one. */
  | { readonly type: 'wake'; readonly atMs: number };
