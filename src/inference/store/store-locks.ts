/** Agreement between the tabs of an origin. All is released when a tab ends, however it ends. */
export interface StoreLocks {
  /** Runs `work` while no other tab does so under the same name. Rejects when `signal` aborts before that. */
  exclusively<T>(name: string, signal: AbortSignal, work: () => Promise<T>): Promise<T>;
  /** Any number of tabs may hold a name at once. */
  hold(name: string): Promise<() => void>;
  /** Runs `work` if nobody holds the name, and lets nobody take it meanwhile. */
  ifFree(name: string, work: () => Promise<void>): Promise<boolean>;
  isTaken(name: string): Promise<boolean>;
}
