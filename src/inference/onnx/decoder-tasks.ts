import { createSeededRandom } from '#vocabulary';
import type {
  GenerateTask,
  PredictTask,
  ScoreTask,
  StatesTask,
  Task,
  TaskEvent,
  TaskResults,
} from '../ort/protocol.ts';
import { logSumExp } from '../serving/log-likelihood.ts';
import { drawToken } from '../ort/sampling.ts';
import { sharedLength } from '../tokens/forced-decoding.ts';
import type { DecoderSession } from './decoder.ts';

export interface TaskWatch {
  readonly tell: (event: TaskEvent) => void;
  /** Lets messages in; throws when one of them ends the task. */
  readonly breathe: () => Promise<void>;
  readonly now: () => number;
}

export interface DecoderTasks {
  /** What is held of the prompt before is not read again. */
  perform(task: Task, watch: TaskWatch): Promise<TaskResults[keyof TaskResults]>;
}

/** Tokens whose logits or states are held at once. */
const rowsAtOnce = 64;

export function createDecoderTasks(session: DecoderSession): DecoderTasks {
  const { vocabulary, passTokens } = session;
  /** The tokens that the session holds. Only those of prompts: what a reply added was computed one by one. */
  let held: number[] = [];

  /**
   * Makes the session hold all tokens of the prompt but the last, which every task reads itself, because only then are
   * there logits to begin with. A pass of one token may round otherwise than longer ones, so the rest is not read by one:
   * a reply must not depend on what was asked before.
   */
  const open = async (prompt: readonly number[], { tell, breathe, now }: TaskWatch) => {
    const [last] = prompt.slice(-1);
    if (last === undefined) throw new Error('A prompt has no tokens.');
    const end = prompt.length - 1;
    const shared = sharedLength(held, prompt.slice(0, end));
    const kept = end - shared === 1 ? Math.max(0, shared - 1) : shared;
    held = held.slice(0, kept);
    await session.truncate(kept);
    const beginMs = now();
    while (held.length < end) {
      await breathe();
      const left = end - held.length;
      // No single token is left over.
      const count = left === passTokens + 1 ? passTokens - 1 : Math.min(left, passTokens);
      const some = prompt.slice(held.length, held.length + count);
      await session.read(some, 'last');
      held.push(...some);
    }
    if (end > kept) tell({ type: 'prefilled', tokens: end - kept, durationMs: now() - beginMs });
    return { last, evaluatedTokens: end - kept };
  };
  const close = (): Promise<void> => session.truncate(held.length);

  const generate = async (task: GenerateTask, watch: TaskWatch): Promise<TaskResults['generate']> => {
    const random = createSeededRandom(String(task.seed));
    let token = (await open(task.prompt, watch)).last;
    for (let count = 0; count < task.maxTokens; count++) {
      await watch.breathe();
      const beginMs = watch.now();
      const logits = await session.read([token], 'last');
      token = drawToken(logits, task, random);
      watch.tell({ type: 'decoded', tokens: 1, durationMs: watch.now() - beginMs });
      if (task.endTokens.includes(token)) return { reason: 'stop' };
      const logProbability = (logits[token] as number) - logSumExp(logits);
      watch.tell({ type: 'token', token, ...(task.logProbabilities && { logProbability }) });
    }
    return { reason: 'length' };
  };

  const score = async ({ prompt, texts }: ScoreTask, watch: TaskWatch): Promise<TaskResults['score']> => {
    const { last, evaluatedTokens } = await open(prompt, watch);
    const scores: TaskResults['score'][number][] = [];
    for (const text of texts) {
      await close();
      const read = [last, ...text.slice(0, -1)];
      const logProbabilities: number[] = [];
      while (logProbabilities.length < text.length) {
        await watch.breathe();
        const begin = logProbabilities.length;
        const some = read.slice(begin, begin + rowsAtOnce);
        const rows = await session.read(some, 'all');
        for (const place of some.keys()) {
          const row = rows.subarray(place * vocabulary, (place + 1) * vocabulary);
          logProbabilities.push((row[text[begin + place] as number] as number) - logSumExp(row));
        }
        watch.tell({ type: 'scored', count: some.length });
      }
      const prompted = scores.length === 0 ? evaluatedTokens : 0;
      scores.push({ logProbabilities, evaluatedTokens: prompted + text.length });
    }
    return scores;
  };

  const predict = async ({ prompt, tokens }: PredictTask, watch: TaskWatch): Promise<TaskResults['predict']> => {
    const { last, evaluatedTokens } = await open(prompt, watch);
    await watch.breathe();
    const logits = await session.read([last], 'last');
    const all = logSumExp(logits);
    return {
      logProbabilities: tokens.map((token) => (token === undefined ? undefined : (logits[token] as number) - all)),
      floor: logits.reduce((least, logit) => Math.min(least, logit), Infinity) - all,
      evaluatedTokens: evaluatedTokens + 1,
    };
  };

  const states = async ({ prompt, text, layer }: StatesTask, watch: TaskWatch): Promise<TaskResults['states']> => {
    const { last, evaluatedTokens } = await open(prompt, watch);
    await session.readStates([last], layer);
    let sum: Float32Array | undefined;
    let final = new Float32Array();
    for (let begin = 0; begin < text.length; begin += rowsAtOnce) {
      await watch.breathe();
      const some = text.slice(begin, begin + rowsAtOnce);
      const rows = await session.readStates(some, layer);
      const width = rows.length / some.length;
      sum ??= new Float32Array(width);
      for (const [index, value] of rows.entries()) sum[index % width] = (sum[index % width] as number) + value;
      final = rows.slice(-width);
    }
    const mean = Float32Array.from(sum ?? [], (value) => value / text.length);
    return { mean, last: final, evaluatedTokens: evaluatedTokens + 1 + text.length };
  };

  const compute = (task: Task, watch: TaskWatch): Promise<TaskResults[keyof TaskResults]> => {
    switch (task.type) {
      case 'generate':
        return generate(task, watch);
      case 'score':
        return score(task, watch);
      case 'predict':
        return predict(task, watch);
      case 'states':
        return states(task, watch);
    }
  };
  return {
    async perform(task, watch) {
      try {
        return await compute(task, watch);
      } finally {
        await close();
      }
    },
  };
}
