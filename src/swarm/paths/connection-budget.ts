/*
 * A browser refuses an RTCPeerConnection when 500 of a page exist (Chromium: "Cannot create so many
 * PeerConnections"). Closed ones count until the garbage collector has taken them, which it does when memory is short
 * and not when connections are: 688 opened and closed in a loop were too many, 1,500 with collections in between not.
 */
const MOST = 500;
/** From here on attempts that are not needed become rare. */
const LOW_FROM = 300;
/** From here on only what nothing else can do: the rest is for peers that call. */
const SPENT_FROM = 440;

export type BudgetLevel = 'ample' | 'low' | 'spent';

export interface BudgetState {
  /** Made since the page was loaded. */
  readonly made: number;
  /** Not closed. */
  readonly open: number;
  /** Not yet collected, closed or not: what the browser counts. */
  readonly existing: number;
  readonly most: number;
  readonly level: BudgetLevel;
}

/** Counts the RTCPeerConnections of this page. */
export interface ConnectionBudget {
  made(): void;
  closed(): void;
  collected(): void;
  state(): BudgetState;
}

/** `onLevel` is called when the level changes: the log says it, the garbage collector may be asked. */
export function createConnectionBudget(onLevel: (state: BudgetState) => void): ConnectionBudget {
  let made = 0;
  let open = 0;
  let existing = 0;
  let level: BudgetLevel = 'ample';

  const state = (): BudgetState => ({ made, open, existing, most: MOST, level });
  const weigh = (): void => {
    const next = existing >= SPENT_FROM ? 'spent' : existing >= LOW_FROM ? 'low' : 'ample';
    if (next === level) return;
    level = next;
    onLevel(state());
  };
  return {
    made() {
      made++;
      open++;
      existing++;
      weigh();
    },
    closed: () => void open--,
    collected() {
      existing--;
      weigh();
    },
    state,
  };
}
