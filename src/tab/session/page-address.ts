import { type EngineKind, engineKinds } from '#inference';

/** What the address of the page asks for. */
export interface PageAddress {
  /** `?peer=NAME`: a peer of its own beside the browser's main one. */
  readonly persona: string | undefined;
  /** Threads of the engine; `?threads=N` overrides what the machine suggests. */
  readonly threads: number;
  /** `?engine=KIND`; without it the one that suits the machine best. */
  readonly engine: EngineKind | undefined;
}

/** More threads than this gain little on the processors of today's portable machines and take all of them. */
const MAX_THREADS = 8;
const PERSONA = /^[\p{L}\p{N}_-]{1,40}$/u;

export function readPageAddress(search: string, processors: number): PageAddress {
  const parameters = new URLSearchParams(search);
  const name = parameters.get('peer') ?? '';
  const persona = PERSONA.test(name) ? name : undefined;
  const wanted = Number(parameters.get('threads') ?? 0);
  const isWanted = Number.isInteger(wanted) && wanted >= 1 && wanted <= 64;
  return {
    persona,
    threads: isWanted ? wanted : suggestThreads(processors, persona !== undefined),
    engine: engineKinds.find((kind) => kind === parameters.get('engine')),
  };
}

/**
 * Half of the processors leaves the machine usable, and threads that wait for a busy processor slow each other down far
 * below one alone. A persona shares the machine with its siblings and takes one.
 */
function suggestThreads(processors: number, isPersona: boolean): number {
  return isPersona ? 1 : Math.max(1, Math.min(MAX_THREADS, Math.floor(processors / 2)));
}
