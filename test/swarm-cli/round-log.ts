import type { RoundView } from '#round';
import type { PeerId } from '#vocabulary';

/** Tells a running round as a story: one line for everything that became different since the view before. */
export function createRoundLog(
  nameOf: (peer: PeerId) => string,
  say: (line: string) => void,
): (view: RoundView) => void {
  const told = new Set<string>();
  const tell = (key: string, line: string): void => {
    if (told.has(key)) return;
    told.add(key);
    say(line);
  };
  return (view) => {
    const since = (atMs: number): string => `${((atMs - view.askedAtMs) / 1000).toFixed(1).padStart(6)} s`;
    const nowMs = view.phases.at(-1)?.startedAtMs ?? view.askedAtMs;
    for (const phase of view.phases) tell(`phase ${phase.phase}`, `${since(phase.startedAtMs)}  ${phase.phase}`);
    const { firstTokenMs } = view.provisional;
    if (firstTokenMs !== undefined) {
      tell('first token', `${since(view.askedAtMs + firstTokenMs)}  first token of the provisional answer`);
    }
    for (const one of view.participants) {
      const why = one.reason === undefined ? '' : ` (${one.reason})`;
      if (one.state !== 'invited')
        tell(`${one.peer} ${one.state}`, `${since(nowMs)}    ${nameOf(one.peer)} ${one.state}${why}`);
    }
  };
}
