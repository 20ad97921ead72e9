import { createSeededRandom } from '#vocabulary';
import { growTree, treeBias } from './continuation-tree.ts';
import type { Decoder, OpenedPrompt } from './decoder.ts';
import type { GenerateTask, PredictTask, ScoreTask, StatesTask, TaskEvent, TaskResults } from './protocol.ts';
import { logSumExp } from '../serving/log-likelihood.ts';
import { drawToken } from './sampling.ts';

type Tell = (event: TaskEvent) => void;

/** Writes a reply token by token. Its randomness is its own: what was asked before changes nothing. */
export async function generate(decoder: Decoder, task: GenerateTask, tell: Tell): Promise<TaskResults['generate']> {
  const random = createSeededRandom(String(task.seed));
  const ends = new Set(task.endTokens);
  const opened = await decoder.open(task.prompt);
  tell({ type: 'prefilled', tokens: opened.evaluatedTokens, durationMs: opened.durationMs });
  const { cache } = opened;
  const before = cache.tokens.length;
  let token = opened.last;
  try {
    for (let count = 0; count < task.maxTokens; count++) {
      await decoder.breathe();
      const beginMs = decoder.now();
      const { logits } = await decoder.read(cache, [token], { rows: [0] });
      token = drawToken(logits, task, random);
      tell({ type: 'decoded', tokens: 1, durationMs: decoder.now() - beginMs });
      if (ends.has(token)) return { reason: 'stop' };
      const logProbability = task.logProbabilities ? (logits[token] as number) - logSumExp(logits) : undefined;
      tell({ type: 'token', token, ...(logProbability === undefined ? {} : { logProbability }) });
    }
    return { reason: 'length' };
  } finally {
    cache.truncate(before);
  }
}

/** Log probabilities of texts after one prompt; texts that are short enough together share a pass. */
export async function score(decoder: Decoder, task: ScoreTask, tell: Tell): Promise<TaskResults['score']> {
  const opened = await decoder.open(task.prompt);
  tell({ type: 'prefilled', tokens: opened.evaluatedTokens, durationMs: opened.durationMs });
  const scores: TaskResults['score'][number][] = [];
  while (scores.length < task.texts.length) {
    const count = textsOfOnePass(task.texts, scores.length, decoder.chunk());
    const texts = task.texts.slice(scores.length, scores.length + Math.max(1, count));
    // The prompt was read for the first text.
    const prompt = scores.length === 0 ? opened.evaluatedTokens : 0;
    if (count > 0) scores.push(...(await scoreTogether(decoder, opened, texts, prompt, tell)));
    else scores.push(await scoreLong(decoder, opened, texts[0] ?? [], prompt, tell));
  }
  return scores;
}

function textsOfOnePass(texts: readonly (readonly number[])[], from: number, limit: number): number {
  let tokens = 0;
  let count = 0;
  for (const text of texts.slice(from)) {
    tokens += Math.max(1, text.length);
    if (tokens > limit) break;
    count++;
  }
  return count;
}

async function scoreTogether(
  decoder: Decoder,
  { cache, last }: OpenedPrompt,
  texts: readonly (readonly number[])[],
  promptTokens: number,
  tell: Tell,
): Promise<TaskResults['score'][number][]> {
  await decoder.breathe();
  const tree = growTree(last, texts);
  const bias = treeBias(tree, cache.tokens.length);
  const rows = tree.tokens.map((_, place) => place);
  const { logits } = await decoder.readTree(cache, { tokens: tree.tokens, depths: tree.depths, bias, rows });
  // The root is read again with the next texts.
  cache.truncate(cache.tokens.length - 1);
  const sums = rows.map((row) => logSumExp(rowOf(logits, row, decoder.vocabulary)));
  const scores = texts.map((text, index) => {
    const places = tree.places[index] ?? [];
    const logProbabilities = text.map((token, at) => {
      const place = places[at] as number;
      return (logits[place * decoder.vocabulary + token] as number) - (sums[place] as number);
    });
    const root = index === 0 ? promptTokens + 1 : 0;
    return { logProbabilities, evaluatedTokens: root + (tree.added[index] ?? 0) };
  });
  tell({ type: 'scored', count: texts.reduce((sum, text) => sum + text.length, 0) });
  return scores;
}

async function scoreLong(
  decoder: Decoder,
  { cache, last }: OpenedPrompt,
  text: readonly number[],
  promptTokens: number,
  tell: Tell,
): Promise<TaskResults['score'][number]> {
  const before = cache.tokens.length;
  const read = [last, ...text.slice(0, -1)];
  const logProbabilities: number[] = [];
  try {
    while (logProbabilities.length < text.length) {
      await decoder.breathe();
      const begin = logProbabilities.length;
      const tokens = read.slice(begin, begin + decoder.chunk());
      const { logits } = await decoder.read(cache, tokens, { rows: tokens.map((_, place) => place) });
      for (const place of tokens.keys()) {
        const row = rowOf(logits, place, decoder.vocabulary);
        logProbabilities.push((row[text[begin + place] as number] as number) - logSumExp(row));
      }
      tell({ type: 'scored', count: tokens.length });
    }
  } finally {
    cache.truncate(before);
  }
  return { logProbabilities, evaluatedTokens: promptTokens + read.length };
}

/** How likely each token is right after the prompt; `floor` is the least likely token of all. */
export async function predict(decoder: Decoder, task: PredictTask, tell: Tell): Promise<TaskResults['predict']> {
  const { cache, last, evaluatedTokens, durationMs } = await decoder.open(task.prompt);
  tell({ type: 'prefilled', tokens: evaluatedTokens, durationMs });
  await decoder.breathe();
  const { logits } = await decoder.read(cache, [last], { rows: [0] });
  cache.truncate(cache.tokens.length - 1);
  const sum = logSumExp(logits);
  const logProbabilities = task.tokens.map((token) =>
    token === undefined ? undefined : (logits[token] as number) - sum,
  );
  const floor = logits.reduce((least, logit) => Math.min(least, logit), Infinity) - sum;
  return { logProbabilities, floor, evaluatedTokens: evaluatedTokens + 1 };
}

/** The residual stream after a block, over the tokens of a text. */
export async function states(decoder: Decoder, task: StatesTask, tell: Tell): Promise<TaskResults['states']> {
  const { cache, last, evaluatedTokens, durationMs } = await decoder.open(task.prompt);
  tell({ type: 'prefilled', tokens: evaluatedTokens, durationMs });
  await decoder.breathe();
  const before = cache.tokens.length;
  let sum: Float64Array | undefined;
  let final = new Float32Array();
  try {
    await decoder.read(cache, [last], { rows: [0] });
    // The length of a chunk follows the speed of the last one.
    for (let begin = 0; begin < task.text.length;) {
      await decoder.breathe();
      const tokens = task.text.slice(begin, begin + decoder.chunk());
      begin += tokens.length;
      const read = await decoder.read(cache, tokens, { rows: [0], layer: task.layer });
      if (read.states === undefined) throw new Error('The graph gave no states.');
      const width = read.states.length / tokens.length;
      sum ??= new Float64Array(width);
      for (const [index, value] of read.states.entries()) {
        const place = index % width;
        sum[place] = (sum[place] as number) + value;
      }
      final = read.states.slice(-width);
    }
  } finally {
    cache.truncate(before);
  }
  const mean = Float32Array.from(sum ?? [], (value) => value / task.text.length);
  return { mean, last: final, evaluatedTokens: evaluatedTokens + 1 + task.text.length };
}

function rowOf(logits: Float32Array, row: number, vocabulary: number): Float32Array {
  return logits.subarray(row * vocabulary, (row + 1) * vocabulary);
}
