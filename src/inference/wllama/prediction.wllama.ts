import { type Result, err, failure, ok } from '#vocabulary';
import type { EngineError, Prediction } from '../engine.ts';
import type { ScoringContext } from './context.wllama.ts';
import type { Chunk } from './runtime.wllama.ts';
import { scoreTexts } from './scoring.wllama.ts';

/**
 * How many tokens the library is asked to report, most first. Beyond the first thousand a token has less than 1e-4 of
 * probability as a rule. A reply that names a token which is part of a character is lost, and fewer are asked for.
 */
const REPORTED_TOKENS = [1_000, 300, 60] as const;

/** Log probability of each candidate's first token right after the prompt, in one pass where the library can say so. */
export async function predictNext(
  context: ScoringContext,
  firstTokens: readonly (number | undefined)[],
  signal: AbortSignal,
): Promise<Result<Prediction, EngineError>> {
  const { runtime, prompt, gauge } = context;
  let evaluatedTokens = 0;
  for (const count of REPORTED_TOKENS) {
    const byToken = new Map<number, number>();
    let timings: Chunk['timings'];
    const outcome = await runtime.run(
      { prompt: prompt.rendered, max_tokens: 1, temperature: 0, logprobs: count, n_probs: count },
      signal,
      (chunk) => {
        timings = chunk.timings ?? timings;
        for (const { id, logprob } of chunk.choices[0]?.logprobs?.content[0]?.top_logprobs ?? [])
          if (!byToken.has(id)) byToken.set(id, logprob);
      },
    );
    if (timings !== undefined) {
      evaluatedTokens += timings.prompt_n + timings.predicted_n;
      gauge.recordPrefill(timings.prompt_n, timings.prompt_ms);
    }
    if (outcome === 'aborted') return err(failure('aborted', 'Scoring was stopped.'));
    if (outcome === 'garbled') continue;
    if (outcome !== 'done') return err(outcome);
    if (byToken.size === 0) break;
    const floor = [...byToken.values()].reduce((least, value) => Math.min(least, value), 0);
    const logProbabilities = firstTokens.map((token) => (token === undefined ? undefined : byToken.get(token)));
    return ok({ logProbabilities, floor, evaluatedTokens });
  }
  return forceFirst(context, firstTokens, evaluatedTokens, signal);
}

/** Token by token, for a model whose likeliest tokens are parts of characters. */
async function forceFirst(
  context: ScoringContext,
  firstTokens: readonly (number | undefined)[],
  evaluatedBefore: number,
  signal: AbortSignal,
): Promise<Result<Prediction, EngineError>> {
  const distinct = [...new Set(firstTokens.filter((token) => token !== undefined))];
  const texts = distinct.map((token) => ({ tokens: [token], ends: false }));
  const scores = await scoreTexts(context, texts, signal, () => undefined);
  if (!scores.ok) return scores;
  const byToken = new Map(distinct.map((token, index) => [token, scores.value[index]?.logProbabilities[0]]));
  return ok({
    logProbabilities: firstTokens.map((token) => (token === undefined ? undefined : byToken.get(token))),
    floor: scores.value.reduce((least, { logProbabilities: [value = 0] }) => Math.min(least, value), 0),
    evaluatedTokens: scores.value.reduce((sum, score) => sum + score.evaluatedTokens, evaluatedBefore),
  });
}
