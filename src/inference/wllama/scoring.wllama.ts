import { type Result, err, failure, ok } from '#vocabulary';
import type { ContinuationScore, EngineError } from '../engine.ts';
import { type ForcedText, grammarOf, planRun, sharedLength, textOf } from '../tokens/forced-decoding.ts';
import type { ScoringContext } from './context.wllama.ts';
import type { Chunk } from './runtime.wllama.ts';

/** Log probability of each token by its place in the text; undefined where it could not be read. */
type Readings = (number | undefined)[];

interface ReadText {
  readonly text: ForcedText;
  readonly readings: Readings;
  evaluatedTokens: number;
}

/** Below this many tokens it costs more to read a shared beginning again than to decode it. */
const leastShared = 2;

/**
 * Log probabilities by forced decoding. A beginning that a text shares with an earlier one has the same tokens in the
 * same place, hence the same probabilities: it is taken from there and only read as part of the prompt.
 */
export async function scoreTexts(
  context: ScoringContext,
  texts: readonly ForcedText[],
  signal: AbortSignal,
  onToken: () => void,
): Promise<Result<readonly ContinuationScore[], EngineError>> {
  const { endToken, runtime } = context;
  if (texts.some((text) => text.ends) && (endToken === undefined || !runtime.endTokens.includes(endToken)))
    return err(failure('unsupported', 'The model has no token that ends a turn.'));

  const done: ReadText[] = [];
  for (const text of texts) {
    const readings: Readings = [];
    for (const earlier of done) {
      const length = Math.min(sharedLength(text.tokens, earlier.text.tokens), text.tokens.length - (text.ends ? 0 : 1));
      if (length >= leastShared && length > readings.length && staysTokenised(context, text.tokens.slice(0, length)))
        readings.splice(0, readings.length, ...earlier.readings.slice(0, length));
    }
    for (let shared = 0; shared < readings.length; shared++) onToken();
    const read: ReadText = { text, readings, evaluatedTokens: 0 };
    const problem = await readText(context, read, signal, onToken);
    if (problem !== undefined) return err(problem);
    done.push(read);
  }
  return ok(done.map((read) => scoreOf(read, endToken)));
}

/** Fills `readings` from where it stands to the end of the text. */
async function readText(
  context: ScoringContext,
  progress: ReadText,
  signal: AbortSignal,
  onToken: () => void,
): Promise<EngineError | undefined> {
  const { text, readings } = progress;
  const { runtime, tokeniser, endToken, prompt, gauge } = context;
  const length = text.tokens.length + (text.ends ? 1 : 0);
  const record = (reading: number | undefined): void => {
    readings.push(reading);
    onToken();
  };
  while (readings.length < length) {
    const run = planRun(tokeniser, prompt.rendered, text, readings.length);
    while (readings.length < (run?.first ?? length)) record(undefined);
    if (run === undefined) break;

    const expected = run.ends ? [...run.tokens, endToken as number] : run.tokens;
    let read = 0;
    let hasStrayed = false;
    let timings: Chunk['timings'];
    const outcome = await runtime.run(
      {
        prompt: run.prompt,
        grammar: grammarOf(run.tokens),
        max_tokens: expected.length,
        temperature: 0,
        logprobs: 1,
        n_probs: 1,
        ...(run.ends ? { bannedTokens: runtime.endTokens.filter((token) => token !== endToken) } : {}),
      },
      signal,
      (chunk) => {
        timings = chunk.timings ?? timings;
        for (const entry of chunk.choices[0]?.logprobs?.content ?? []) {
          if (entry.id !== expected[read]) hasStrayed = true;
          if (hasStrayed) return;
          read++;
          record(entry.logprob);
        }
      },
    );
    if (timings !== undefined) {
      progress.evaluatedTokens += timings.prompt_n + timings.predicted_n;
      gauge.recordPrefill(timings.prompt_n, timings.prompt_ms);
      gauge.recordDecode(timings.predicted_n - 1, timings.predicted_ms);
    }
    if (outcome === 'aborted') return failure('aborted', 'Scoring was stopped.');
    if (outcome !== 'done' && outcome !== 'garbled') return outcome;
    if (hasStrayed || (outcome === 'done' && read < expected.length))
      return failure('unsupported', 'The engine would not follow the tokens of this text.');
    // The likeliest token at this place is no text, so the reply about ours was lost with it.
    if (outcome === 'garbled') record(undefined);
  }
  return undefined;
}

/** Whether the prompt with these tokens as text is read as just these tokens again. */
function staysTokenised(context: ScoringContext, tokens: readonly number[]): boolean {
  const { tokeniser, prompt } = context;
  const together = tokeniser.encodePrompt(prompt.rendered + textOf(tokeniser, tokens));
  const wanted = [...prompt.tokens, ...tokens];
  return together.length === wanted.length && sharedLength(together, wanted) === wanted.length;
}

function scoreOf({ text, readings, evaluatedTokens }: ReadText, endToken: number | undefined): ContinuationScore {
  const all = text.ends ? [...text.tokens, endToken as number] : text.tokens;
  const unreadTokens = readings.filter((reading) => reading === undefined).length;
  return {
    tokens: all.filter((_, place) => readings[place] !== undefined),
    logProbabilities: readings.filter((reading) => reading !== undefined),
    ...(unreadTokens > 0 ? { unreadTokens } : {}),
    evaluatedTokens,
  };
}
