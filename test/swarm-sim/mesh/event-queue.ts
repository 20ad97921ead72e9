/** Events in order of their time, then of their registration (binary heap). */
export interface EventQueue {
  readonly nowMs: () => number;
  at(dueMs: number, action: () => void): void;
  /** Runs everything due until then. */
  runUntil(limitMs: number): void;
}

export function createEventQueue(startMs: number): EventQueue {
  let nowMs = startMs;
  let order = 0;
  const dues: number[] = [];
  const orders: number[] = [];
  const actions: (() => void)[] = [];

  const isBefore = (a: number, b: number): boolean =>
    (dues[a] as number) < (dues[b] as number) || (dues[a] === dues[b] && (orders[a] as number) < (orders[b] as number));
  const swap = (a: number, b: number): void => {
    const [due, place, action] = [dues[a] as number, orders[a] as number, actions[a] as () => void];
    dues[a] = dues[b] as number;
    orders[a] = orders[b] as number;
    actions[a] = actions[b] as () => void;
    dues[b] = due;
    orders[b] = place;
    actions[b] = action;
  };
  const sink = (): void => {
    for (let at = 0; ;) {
      let least = at;
      for (const child of [2 * at + 1, 2 * at + 2]) if (child < dues.length && isBefore(child, least)) least = child;
      if (least === at) return;
      swap(at, least);
      at = least;
    }
  };
  const take = (): (() => void) => {
    const action = actions[0] as () => void;
    nowMs = dues[0] as number;
    swap(0, dues.length - 1);
    dues.pop();
    orders.pop();
    actions.pop();
    sink();
    return action;
  };

  return {
    nowMs: () => nowMs,
    at(dueMs, action) {
      let at = dues.push(Math.max(nowMs, dueMs)) - 1;
      orders.push(order++);
      actions.push(action);
      for (let parent = (at - 1) >> 1; at > 0 && isBefore(at, parent); parent = (at - 1) >> 1) {
        swap(at, parent);
        at = parent;
      }
    },
    runUntil(limitMs) {
      while (dues.length > 0 && (dues[0] as number) <= limitMs) take()();
      nowMs = limitMs;
    },
  };
}
