import { type Random, createSeededRandom } from '#vocabulary';
import type { GenerateTask, PredictTask, ScoreTask, Task, TaskEvent, TaskResults } from '../ort/protocol.ts';
import { drawToken, logSumExp } from '../ort/sampling.ts';
import { sharedLength } from '../tokens/forced-decoding.ts';
import type { DecoderSession } from './decoder.ts';

export interface DecoderTasks {
  /** What is held of earlier requests is not read again. Throws `Stopped` when `watch` says so. */
  perform(task: Task, watch: TaskWatch): Promise<TaskResults[Task['type']]>;
}

export interface TaskWatch {
  readonly tell: (event: TaskEvent) => void;
  /** Lets other messages arrive; true when the request was stopped meanwhile. */
  readonly isStopped: () => Promise<boolean>;
  readonly nowMs: () => number;
}

export class Stopped extends Error {}

/** Tokens read between two looks at whether the request was stopped, and whose logits are held at once. */
const tokensAtOnce = 64;

export function createDecoderTasks(session: DecoderSession, contextTokens: number): DecoderTasks {
  const { vocabulary } = session;
  let held: number[] = [];

  const checkStop = async ({ isStopped }: TaskWatch): Promise<void> => {
    if (await isStopped()) throw new Stopped();
  };
  /** Makes the session hold exactly these tokens, at least `fresh` of them read anew; logits of the last of them. */
  const hold = async (tokens: readonly number[], fresh: 0 | 1, watch: TaskWatch) => {
    const kept = Math.min(sharedLength(held, tokens), tokens.length - fresh);
    await session.truncate(kept);
    held = held.slice(0, kept);
    const beginMs = watch.nowMs();
    let logits: Float32Array | undefined;
    for (let begin = kept; begin < tokens.length; begin += tokensAtOnce) {
      await checkStop(watch);
      const some = tokens.slice(begin, begin + tokensAtOnce);
      logits = await session.read(some, 'last');
      held.push(...some);
    }
    const count = tokens.length - kept;
    if (count > 0) watch.tell({ type: 'prefilled', tokens: count, durationMs: watch.nowMs() - beginMs });
    return { logits, count };
  };

  const generate = async (task: GenerateTask, watch: TaskWatch): Promise<TaskResults['generate']> => {
    const random: Random = createSeededRandom(String(task.seed));
    let { logits } = await hold(task.prompt, 1, watch);
    for (let count = 1; ; count++) {
      if (logits === undefined) throw new Error('A prompt of no tokens was to be continued.');
      const token = drawToken(logits, task, random);
      if (task.endTokens.includes(token)) return { reason: 'stop' };
      watch.tell({
        type: 'token',
        token,
        ...(task.logProbabilities && { logProbability: (logits[token] as number) - logSumExp(logits) }),
      });
      if (count >= task.maxTokens || held.length >= contextTokens) return { reason: 'length' };
      await checkStop(watch);
      const beginMs = watch.nowMs();
      logits = await session.read([token], 'last');
      held.push(token);
      watch.tell({ type: 'decoded', tokens: 1, durationMs: watch.nowMs() - beginMs });
    }
  };

  const score = async ({ prompt, texts }: ScoreTask, watch: TaskWatch): Promise<TaskResults['score']> => {
    const results: { logProbabilities: number[]; evaluatedTokens: number }[] = [];
    for (const text of texts) {
      // The last token of the prompt is read with the text: its logits are those of the text's first token.
      const { count } = await hold(prompt.slice(0, -1), 0, watch);
      const read = [...prompt.slice(-1), ...text.slice(0, -1)];
      const logProbabilities: number[] = [];
      for (let begin = 0; begin < text.length; begin += tokensAtOnce) {
        await checkStop(watch);
        const some = read.slice(begin, begin + tokensAtOnce);
        const rows = await session.read(some, 'all');
        held.push(...some);
        for (const index of some.keys()) {
          const row = rows.subarray(index * vocabulary, (index + 1) * vocabulary);
          logProbabilities.push((row[text[begin + index] as number] as number) - logSumExp(row));
        }
        watch.tell({ type: 'scored', count: some.length });
      }
      results.push({ logProbabilities, evaluatedTokens: count + text.length });
    }
    return results;
  };

  const predict = async ({ prompt, tokens }: PredictTask, watch: TaskWatch): Promise<TaskResults['predict']> => {
    const { logits, count } = await hold(prompt, 1, watch);
    if (logits === undefined) throw new Error('A prompt of no tokens was to be continued.');
    const all = logSumExp(logits);
    return {
      logProbabilities: tokens.map((token) => (token === undefined ? undefined : (logits[token] as number) - all)),
      floor: logits.reduce((least, logit) => Math.min(least, logit), Infinity) - all,
      evaluatedTokens: count,
    };
  };

  return {
    async perform(task, watch) {
      switch (task.type) {
        case 'generate':
          return generate(task, watch);
        case 'score':
          return score(task, watch);
        case 'predict':
          return predict(task, watch);
        case 'states':
          throw new Error('This decoder shows no states.');
      }
    },
  };
}
