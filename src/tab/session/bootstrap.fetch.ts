import * as v from 'valibot';
import { type Clock, type Failure, failure, sleep } from '#vocabulary';

/** What a page must know to find the others: the relay behind its own origin. */
export interface Bootstrap {
  readonly relay: string;
}

export const bootstrapSchema = v.object({ relay: v.pipe(v.string(), v.regex(/^[1-9A-HJ-NP-Za-km-z]{40,64}$/u)) });
const unreachable = failure(
  'server-unreachable',
  'The server of this page does not say where its relay is, so this peer cannot start. It keeps trying.',
  'Check the connection, or start the server again with npm start.',
);
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15_000;

/** Asks the page's own server until it answers: without a relay there is no swarm, and a restart takes moments. */
export async function fetchBootstrap(
  clock: Clock,
  onDelay: (problem: Failure | undefined) => void,
): Promise<Bootstrap> {
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(LONGEST_PAUSE_MS, 2 * pauseMs)) {
    const bootstrap = await tryFetch();
    onDelay(bootstrap === undefined ? unreachable : undefined);
    if (bootstrap !== undefined) return bootstrap;
    await sleep(clock, pauseMs);
  }
}

async function tryFetch(): Promise<Bootstrap | undefined> {
  try {
    const response = await fetch('/bootstrap.json', { cache: 'no-store' });
    const parsed = v.safeParse(bootstrapSchema, await response.json());
    return response.ok && parsed.success ? parsed.output : undefined;
  } catch {
    return undefined;
  }
}
