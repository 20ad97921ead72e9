import { BLOCK_TOKENS, reusableLength } from './kept-prompt.ts';
import type { Pipeline, Tensor } from './library.webllm.ts';

/** What follows a prompt, and what it took to know. */
export interface PromptReading {
  /** Logits of every token, as the model gave them. Undefined when reading was stopped. */
  readonly logits: Float32Array | undefined;
  readonly evaluatedTokens: number;
  readonly durationMs: number;
}

/** One sequence of tokens in the model's cache of keys and values. */
export interface Decoder {
  readonly pipeline: Pipeline;
  /** Makes the prompt the whole of the cache. Looks between blocks whether it was stopped. */
  readPrompt(tokens: readonly number[], isStopped: () => boolean): Promise<PromptReading>;
  /** Takes back what was decoded after the prompt, but for so many tokens. How many tokens had to be computed again for that. */
  keepDecoded(count: number): Promise<number>;
  /** Appends a token; the logits are for the caller to dispose of. */
  decode(token: number): Promise<Tensor>;
  readLogits(logits: Tensor): Promise<Float32Array>;
  writeLogits(logits: Float32Array): Tensor;
  /** How many tokens follow the prompt in the cache. */
  decodedTokens(): number;
}

export function createDecoder(pipeline: Pipeline): Decoder {
  const { tvm, device } = pipeline;
  // States of recurrent models cannot be wound back.
  const takeBack =
    pipeline.kvStateKind === 'kv_cache'
      ? tvm.getGlobalFuncInternalOptional('vm.builtin.kv_state_popn', false)
      : undefined;
  const blockTokens = Math.min(BLOCK_TOKENS, pipeline.prefillChunkSize);
  let tokens: number[] = [];
  let promptLength = 0;
  let logitsAfterPrompt: Float32Array | undefined;

  const forget = (): void => {
    pipeline.resetChat();
    tokens = [];
    promptLength = 0;
    logitsAfterPrompt = undefined;
  };

  const cutTo = (length: number): void => {
    if (length === tokens.length) return;
    if (length === 0 || takeBack === undefined) return forget();
    const count = tokens.length - length;
    takeBack(pipeline.kvCache, tvm.scalar(0, 'int64'), tvm.scalar(count, 'int32'));
    pipeline.filledKVCacheLength -= count;
    tokens.length = length;
  };

  const readLogits = async (logits: Tensor): Promise<Float32Array> => {
    tvm.beginScope();
    const copy = pipeline.updateLogitsOnCPU(logits);
    tvm.endScope();
    await device.sync();
    return copy.toArray();
  };

  /** Reads the rest of the prompt in blocks, after `from` tokens that are there. */
  const readBlocks = async (
    prompt: readonly number[],
    from: number,
    isStopped: () => boolean,
  ): Promise<Float32Array | undefined> => {
    for (let begin = from; begin < prompt.length; begin += blockTokens) {
      const block = prompt.slice(begin, begin + blockTokens);
      const logits = await pipeline.forwardKnownTokens(block, true);
      tokens.push(...block);
      promptLength = tokens.length;
      const isLast = promptLength === prompt.length;
      const read = isLast ? await readLogits(logits) : undefined;
      logits.dispose();
      if (read !== undefined) return read;
      await device.sync();
      if (isStopped()) return undefined;
    }
    throw new Error('A prompt without tokens was to be read.');
  };

  return {
    pipeline,
    async readPrompt(prompt, isStopped) {
      const beginMs = performance.now();
      const kept = { tokens, promptLength, knowsNext: logitsAfterPrompt !== undefined };
      const reused = reusableLength(kept, prompt, blockTokens);
      cutTo(reused);
      // Everything was forgotten where nothing can be taken back.
      const held = tokens.length;
      if (held < prompt.length) {
        promptLength = held;
        logitsAfterPrompt = undefined;
        logitsAfterPrompt = await readBlocks(prompt, held, isStopped);
      }
      const durationMs = performance.now() - beginMs;
      return { logits: logitsAfterPrompt, evaluatedTokens: tokens.length - held, durationMs };
    },
    async keepDecoded(count) {
      const wanted = tokens.slice(0, promptLength + count);
      const logits = logitsAfterPrompt;
      cutTo(promptLength + count);
      if (tokens.length === wanted.length) return 0;
      // Recurrent models read again.
      const prompt = wanted.slice(0, wanted.length - count);
      await readBlocks(prompt, 0, () => false);
      logitsAfterPrompt = logits;
      for (const token of wanted.slice(prompt.length)) (await this.decode(token)).dispose();
      return wanted.length;
    },
    async decode(token) {
      const logits = await pipeline.forwardDecodeToken(token);
      tokens.push(token);
      return logits;
    },
    readLogits,
    writeLogits(logits) {
      tvm.beginScope();
      const tensor = tvm.detachFromCurrentScope(
        tvm.empty([1, 1, pipeline.fullVocabSize], 'float32', device).copyFrom(logits),
      );
      tvm.endScope();
      return tensor;
    },
    decodedTokens: () => tokens.length - promptLength,
  };
}
