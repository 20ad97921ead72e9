import * as v from 'valibot';
import { type Clock, type Failure, failure, sleep } from '#vocabulary';
import { isRelayAddress } from '#swarm';

/** What a page must know to find the others: the relay behind its own origin. */
export interface Bootstrap {
  readonly relay: string;
  /** Multiaddrs of other relays of the same swarm. */
  readonly others: readonly string[];
}

/** A swarm has few relays; a longer list is not read to its end. */
const MAX_OTHERS = 8;

export const bootstrapSchema = v.pipe(
  v.object({
    relay: v.pipe(v.string(), v.regex(/^[1-9A-HJ-NP-Za-km-z]{40,64}$/u)),
    relays: v.fallback(v.optional(v.array(v.unknown()), []), []),
  }),
  v.transform(({ relay, relays }): Bootstrap => {
    const addresses = relays.filter((address) => typeof address === 'string' && isRelayAddress(address)) as string[];
    // It names itself among them, as it is reached from outside.
    return { relay, others: addresses.filter((address) => !address.endsWith(`/${relay}`)).slice(0, MAX_OTHERS) };
  }),
);
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
