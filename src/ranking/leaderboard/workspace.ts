import type { PairStatistics } from './pair-statistics.ts';

/** What a fit keeps between its steps, by item, and the information of every pair. */
export interface Workspace {
  /** e^strength. In these P(a beats b) = pi_a / (pi_a + pi_b): a pass over the pairs needs no exponential. */
  readonly powers: Float64Array;
  /** Of the log posterior. */
  readonly gradient: Float64Array;
  /** Of the negative Hessian. */
  readonly diagonal: Float64Array;
  /** What Newton's method would add to the strengths. */
  readonly step: Float64Array;
  readonly residual: Float64Array;
  readonly direction: Float64Array;
  readonly image: Float64Array;
  /** By pair: games x p x (1 - p), the negative of its entry in the negative Hessian. */
  readonly information: Float64Array;
}

/** A small fit would spend most of its time on allocation, so one workspace serves all. Nothing in it outlives a fit. */
let shared = createWorkspace(64, 1024);

export function borrowWorkspace({ itemCount, seconds }: PairStatistics): Workspace {
  if (itemCount > shared.powers.length || seconds.length > shared.information.length)
    shared = createWorkspace(
      Math.max(itemCount, shared.powers.length),
      Math.max(seconds.length, shared.information.length),
    );
  return shared;
}

function createWorkspace(itemCapacity: number, pairCapacity: number): Workspace {
  const column = (): Float64Array => new Float64Array(itemCapacity);
  return {
    powers: column(),
    gradient: column(),
    diagonal: column(),
    step: column(),
    residual: column(),
    direction: column(),
    image: column(),
    information: new Float64Array(pairCapacity),
  };
}
