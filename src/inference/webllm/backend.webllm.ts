import { type Result, err, failure, ok } from '#vocabulary';
import type { EngineError } from '../engine.ts';
import type { Backend, SpeedRecorder, StartBackend } from '../serving/backend.ts';
import type { Outcomes, Work } from './messages.ts';
import { type MlcModel, openMlcModel } from './mlc-model.ts';
import { writeReply } from './reply.ts';
import { type StartWorker, type WorkerPort, openWorker } from './worker-port.webllm.ts';

export interface WebllmOptions {
  readonly startWorker?: StartWorker;
}

/** MLC's compiled models on the graphics processor, in a worker of its own. The library (2 MB) is fetched by the first load. */
export function webllmBackend({ startWorker = startOwnWorker }: WebllmOptions = {}): StartBackend {
  return async (request, gauge): Promise<Result<Backend, EngineError>> => {
    const opened = await openMlcModel(request.model);
    if (!opened.ok) return opened;
    const { files, purpose, needsF16, sample, contextTokens: most } = opened.value;
    const { signal } = request;
    const isStopped = (): boolean => signal?.aborted === true;
    if (isStopped()) return err(loadStopped);
    // An encoder is compiled for one length.
    const contextTokens = purpose === 'chat' ? Math.min(request.contextTokens, most) : most;
    const port = openWorker(startWorker);
    signal?.addEventListener('abort', port.end, { once: true });
    const loaded = await port.perform<'load'>({ type: 'load', files, purpose, contextTokens, needsF16, sample });
    signal?.removeEventListener('abort', port.end);
    if (!loaded.ok) {
      port.end();
      if (isStopped()) return err(loadStopped);
      const { type, message } = loaded.error;
      return type === 'engine-crashed'
        ? err(failure('load-failed', message, 'Reload the page and try again.'))
        : loaded;
    }
    return ok(createBackend(port, opened.value, loaded.value, contextTokens, gauge));
  };
}

function startOwnWorker(): Worker {
  return new Worker(new URL('./worker.webllm.ts', import.meta.url), { type: 'module', name: 'web-llm' });
}

const loadStopped = failure('aborted', 'Loading the model was stopped.');
const noEmbeddings = failure(
  'unsupported',
  'This model computes no embeddings.',
  'Choose a model that is made for them.',
);
const noReplies = failure('unsupported', 'This model only computes embeddings.', 'Choose a chat model.');

function createBackend(
  port: WorkerPort,
  model: MlcModel,
  { vocabularySize, memoryBytes }: Outcomes['load'],
  contextTokens: number,
  gauge: SpeedRecorder,
): Backend {
  const { language, purpose, encodeFramed } = model;
  const record = ({ promptTokens, promptMs, decodedTokens, decodeMs }: Work): void => {
    gauge.recordPrefill(promptTokens, promptMs);
    gauge.recordDecode(decodedTokens, decodeMs);
  };
  return {
    facts: {
      kind: 'webllm',
      engine: 'web-llm 0.2.86',
      device: 'gpu',
      threads: 1,
      contextTokens,
      vocabularySize,
      canEmbed: purpose === 'embedding',
      stateLayers: 0,
      memoryBytes,
    },
    language,
    async generate(prompt, request, signal, emit) {
      if (!language.tokeniser.ok) return emit({ type: 'error', error: language.tokeniser.error });
      await writeReply(
        { port, model, tokeniser: language.tokeniser.value, contextTokens, record },
        prompt,
        request,
        signal,
        emit,
      );
    },
    async score(prompt, texts, signal, onToken) {
      if (purpose === 'embedding') return err(noReplies);
      if (prompt.tokens.length === 0) return err(noPrompt);
      const all = texts.map(({ tokens, ends }) => (ends ? [...tokens, language.endToken as number] : tokens));
      const scored = await port.perform<'score'>({ type: 'score', prompt: prompt.tokens, texts: all }, signal, onToken);
      if (!scored.ok) return scored;
      record(scored.value.work);
      return ok(scored.value.scores.map((score, index) => ({ ...score, tokens: all[index] as readonly number[] })));
    },
    async predict(prompt, firstTokens, signal) {
      if (purpose === 'embedding') return err(noReplies);
      if (prompt.tokens.length === 0) return err(noPrompt);
      const task = { type: 'predict', prompt: prompt.tokens, tokens: firstTokens } as const;
      const predicted = await port.perform<'predict'>(task, signal);
      if (!predicted.ok) return predicted;
      const { work, ...said } = predicted.value;
      record(work);
      return ok({ ...said, evaluatedTokens: work.promptTokens });
    },
    async embed(texts, signal) {
      if (encodeFramed === undefined) return err(noEmbeddings);
      if (texts.length === 0) return ok([]);
      const tokens = texts.map((text) => encodeFramed(text));
      if (tokens.some(({ length }) => length > contextTokens))
        return err(failure('context-overflow', 'A text is longer than what the model can hold.', 'Shorten it.'));
      if (tokens.some(({ length }) => length === 0)) return err(noVector);
      const embedded = await port.perform<'embed'>({ type: 'embed', texts: tokens }, signal);
      if (!embedded.ok) return embedded;
      const vectors = embedded.value.vectors.map(toUnitLength);
      return vectors.every((vector) => vector.every(Number.isFinite)) ? ok(vectors) : err(noVector);
    },
    isDead: port.isDead,
    mustBeReplaced: port.isSpent,
    exit: async () => port.end(),
  };
}

const noPrompt = failure('unsupported', 'There is no prompt to read.', 'Write something.');

const noVector = failure('unsupported', 'A text has no embedding: it is empty, or the model computes no numbers.');

function toUnitLength(vector: Float32Array): Float32Array {
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}
