import { logProbabilityOf } from '../serving/log-likelihood.ts';
import type { Decoder } from './decoder.webllm.ts';
import type { SamplingConfig } from './library.webllm.ts';
import type { Outcomes, TaskOf } from './messages.ts';
import { mixedSeed } from './mixed-seed.ts';

/** Writes a reply token by token. Between tokens it looks whether it was stopped. */
export async function generateTokens(
  decoder: Decoder,
  task: TaskOf<'generate'>,
  isStopped: () => boolean,
  onToken: (token: number, logProbability: number | undefined) => void,
): Promise<Outcomes['generate']> {
  const { pipeline } = decoder;
  const config: SamplingConfig = {
    temperature: task.temperature,
    // The library's greedy reply is one of temperature 1e-6, in which equals would still be drawn by lot.
    top_p: task.temperature === 0 ? 1e-5 : task.topP,
    // What the model's configuration suggests is not asked for.
    repetition_penalty: 1,
    frequency_penalty: 0,
    presence_penalty: 0,
    ...(task.schema === undefined ? {} : { response_format: { type: 'json_object', schema: task.schema } }),
  };
  await pipeline.prepareGrammarMatcherForSampling(config);
  const read = await decoder.readPrompt(task.prompt, isStopped);
  const work = { promptTokens: read.evaluatedTokens, promptMs: read.durationMs };
  if (read.logits === undefined) return { reason: 'aborted', work: { ...work, decodedTokens: 0, decodeMs: 0 } };

  const beginMs = performance.now();
  const endTokens = new Set(task.stopTokens);
  pipeline.setSeed(mixedSeed(task.seed));
  let logits = decoder.writeLogits(read.logits);
  let written = 0;
  const end = (reason: 'stop' | 'length' | 'aborted'): Outcomes['generate'] => ({
    reason,
    work: { ...work, decodedTokens: decoder.decodedTokens(), decodeMs: performance.now() - beginMs },
  });
  for (;;) {
    const raw = task.withLogProbabilities ? await decoder.readLogits(logits) : undefined;
    const token = await pipeline.sampleFromRawLogits(logits, config);
    logits.dispose();
    if (token >= pipeline.fullVocabSize) throw new Error('The model computes no probabilities.');
    if (isStopped()) return end('aborted');
    if (endTokens.has(token)) return end('stop');
    pipeline.commitSamplerState(token, config);
    onToken(token, raw && logProbabilityOf(raw, token));
    written += 1;
    if (written >= task.maxTokens) return end('length');
    logits = await decoder.decode(token);
  }
}
