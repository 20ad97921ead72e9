import { type ConnectionBudget, createConnectionBudget } from './connection-budget.ts';

let ofThisPage: ConnectionBudget | undefined;

/** The budget is the page's: swarms that come one after the other share it. */
export function createPageBudget(log: (line: string) => void): ConnectionBudget {
  ofThisPage ??= createConnectionBudget(({ existing, open, most, level }) => {
    log(`Connections are ${level}: ${existing} of ${most} exist, ${open} of them in use. A reload frees the others.`);
    if (level !== 'ample') collectGarbage();
  });
  return ofThisPage;
}

/**
 * Closed connections count until they are collected. Pages cannot ask for that, but measuring memory makes Chromium
 * collect first; where it is not to be had, nothing is lost.
 */
function collectGarbage(): void {
  const { measureUserAgentSpecificMemory } = performance as Performance & {
    measureUserAgentSpecificMemory?: () => Promise<unknown>;
  };
  if (globalThis.crossOriginIsolated) measureUserAgentSpecificMemory?.call(performance).catch(() => undefined);
}
