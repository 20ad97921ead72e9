import { type Clock, type Failure, type Result, err, failure, ok } from '#vocabulary';
import type { Engine } from '#inference';

/** Tokens a second. */
export interface MeasuredSpeed {
  readonly prefill: number;
  readonly decode: number;
}

const WARM_UP_TOKENS = 2;
const MEASURED_TOKENS = 24;
/** Fewer say more of the clock than of the engine. */
const LEAST_TOKENS = 6;

/** Long enough that reading it takes a while; asks for a text that goes on. */
const PROMPT = [
  'A lighthouse keeper writes a long letter to her brother in the city. She tells him of the storm that came in the night,',
  'of the ship that lost its way among the rocks, of the boats that went out to bring the sailors to the shore, of the fire',
  'they lit and the bread they shared, and of the morning after, when the sea was as quiet as a field under snow.',
  'Write the whole letter, and begin with the weather.',
].join(' ');

/** How fast the loaded model reads and writes, from one reply. The engine must have nothing else to do. */
export async function measureSpeed(
  engine: Engine,
  clock: Clock,
  signal: AbortSignal,
): Promise<Result<MeasuredSpeed, Failure>> {
  // The first request also compiles; its beginning differs, so that nothing of it is kept for the second.
  const warm = await time(engine, clock, 'Count to ten.', WARM_UP_TOKENS, signal);
  if (!warm.ok) return warm;
  const timed = await time(engine, clock, PROMPT, MEASURED_TOKENS, signal);
  if (!timed.ok) return timed;
  const { promptTokens, readMs, tokens, writeMs } = timed.value;
  if (tokens < LEAST_TOKENS || promptTokens === 0 || readMs <= 0 || writeMs <= 0)
    return err(failure('not-measured', `It wrote only ${tokens} tokens, too few to be measured.`));
  return ok({ prefill: (promptTokens / readMs) * 1000, decode: ((tokens - 1) / writeMs) * 1000 });
}

interface Timed {
  readonly promptTokens: number;
  /** Until the first token was there. */
  readonly readMs: number;
  readonly tokens: number;
  /** For all tokens but the first. */
  readonly writeMs: number;
}

async function time(
  engine: Engine,
  clock: Clock,
  content: string,
  maxTokens: number,
  signal: AbortSignal,
): Promise<Result<Timed, Failure>> {
  const beginMs = clock.now();
  let firstMs: number | undefined;
  let lastMs = beginMs;
  let tokensAtFirst = 0;
  let tokens = 0;
  const messages = [{ role: 'user', content }] as const;
  for await (const event of engine.generate({ messages, maxTokens, temperature: 0, topP: 1, seed: 1, signal })) {
    if (event.type === 'error') return err(event.error);
    if (event.type === 'end') {
      if (event.reason === 'aborted') return err(failure('aborted', 'Measuring was stopped.'));
      const readMs = (firstMs ?? lastMs) - beginMs;
      const writeMs = (lastMs - (firstMs ?? lastMs)) * ((tokens - 1) / Math.max(1, tokens - tokensAtFirst));
      return ok({ promptTokens: event.promptTokens, readMs, tokens, writeMs });
    }
    lastMs = clock.now();
    tokens = event.tokens;
    if (firstMs === undefined) {
      firstMs = lastMs;
      tokensAtFirst = tokens;
    }
  }
  return err(failure('engine-crashed', 'The engine ended without a reply.', 'Load the model again.'));
}
