import { sharedLength } from '../tokens/forced-decoding.ts';
import type { Decoder } from './decoder.webllm.ts';
import { leastLogProbability, logProbabilityOf } from '../serving/log-likelihood.ts';
import type { Outcomes, ScoredTokens, TaskOf } from './messages.ts';

/** The task was stopped; its result is nobody's any more. */
export class Stopped extends Error {}

/**
 * Log probabilities by forced decoding: each token of a text is fed to the model, whatever the model would have written, after
 * its probability was read. A beginning shared with the text before is still in the cache, and its probabilities are known.
 */
export async function scoreTexts(
  decoder: Decoder,
  task: TaskOf<'score'>,
  isStopped: () => boolean,
  onToken: (token: number) => void,
): Promise<Outcomes['score']> {
  const read = await decoder.readPrompt(task.prompt, isStopped);
  const { logits: first } = read;
  if (first === undefined) throw new Stopped();
  const beginMs = performance.now();
  const scores: ScoredTokens[] = [];
  let decoded = 0;
  let evaluatedTokens = read.evaluatedTokens;
  let before: { readonly tokens: readonly number[]; readonly logProbabilities: readonly number[] } | undefined;

  /** Logits after the prompt and the first tokens of the text, of which the cache holds all but the last or all. */
  const logitsAfter = async (text: readonly number[], length: number): Promise<Float32Array> => {
    if (length === 0) return first;
    evaluatedTokens += await decoder.keepDecoded(Math.min(length - 1, decoder.decodedTokens()));
    const logits = await decoder.decode(text[length - 1] as number);
    evaluatedTokens += 1;
    decoded += 1;
    try {
      return await decoder.readLogits(logits);
    } finally {
      logits.dispose();
    }
  };

  for (const text of task.texts) {
    const shared = before === undefined ? 0 : sharedLength(before.tokens, text);
    const logProbabilities = before?.logProbabilities.slice(0, shared) ?? [];
    for (const token of text.slice(0, shared)) onToken(token);
    if (shared === 0) evaluatedTokens += await decoder.keepDecoded(0);
    for (let place = shared; place < text.length; place++) {
      const token = text[place] as number;
      const logProbability = logProbabilityOf(await logitsAfter(text, place), token);
      if (logProbability === undefined) throw new Error('The model computes no probabilities.');
      logProbabilities.push(logProbability);
      onToken(token);
      if (isStopped()) throw new Stopped();
    }
    scores.push({ logProbabilities, evaluatedTokens });
    evaluatedTokens = 0;
    before = { tokens: text, logProbabilities };
  }
  const decodeMs = performance.now() - beginMs;
  const work = { promptTokens: read.evaluatedTokens, promptMs: read.durationMs, decodedTokens: decoded, decodeMs };
  return { scores, work };
}

/** All probabilities of the next token are there after one pass, so no candidate is below the floor. */
export async function predictNext(
  decoder: Decoder,
  task: TaskOf<'predict'>,
  isStopped: () => boolean,
): Promise<Outcomes['predict']> {
  const read = await decoder.readPrompt(task.prompt, isStopped);
  const { logits } = read;
  if (logits === undefined) throw new Stopped();
  const floor = leastLogProbability(logits);
  if (!Number.isFinite(floor)) throw new Error('The model computes no probabilities.');
  return {
    logProbabilities: task.tokens.map((token) => (token === undefined ? undefined : logProbabilityOf(logits, token))),
    floor,
    work: { promptTokens: read.evaluatedTokens, promptMs: read.durationMs, decodedTokens: 0, decodeMs: 0 },
  };
}
