import { type Result, err, failure, ok } from '#vocabulary';
import type { EngineError } from '../engine.ts';
import type { Backend, ModelLanguage, StartBackend } from '../serving/backend.ts';
import { type Encoder, type StartEncoderWorker, openEncoder } from './encoder.ort.ts';
import { normalise } from './vectors.ts';

export interface EncoderBackendOptions {
  readonly startWorker?: StartEncoderWorker;
}

/** A sentence encoder: it embeds, and neither replies nor scores. */
export function encoderBackend({ startWorker }: EncoderBackendOptions = {}): StartBackend {
  return async (request, gauge): Promise<Result<Backend, EngineError>> => {
    const { model, threads, signal } = request;
    const opened = await openEncoder({ model, threads, signal, startWorker });
    if (!opened.ok) return opened;
    const encoder = opened.value;
    const contextTokens = Math.min(request.contextTokens, encoder.shape.positions);
    const parameterBytes = model.files.get('model.safetensors')?.size ?? 0;
    return ok({
      facts: {
        kind: 'ort',
        engine: 'onnxruntime-web 1.30.0',
        device: 'cpu',
        threads: encoder.threads,
        contextTokens,
        vocabularySize: encoder.shape.vocabulary,
        canEmbed: true,
        stateLayers: 0,
        memoryBytes: parameterBytes,
      },
      language: languageOf(encoder),
      generate: (_prompt, _request, _signal, emit) => {
        emit({ type: 'error', error: onlyEmbeds });
        return Promise.resolve();
      },
      score: () => Promise.resolve(err(onlyEmbeds)),
      predict: () => Promise.resolve(err(onlyEmbeds)),
      async embed(texts, stop) {
        const vectors: Float32Array[] = [];
        for (const text of texts) {
          if (stop.aborted) return err(failure('aborted', 'The request was stopped.'));
          const beginMs = performance.now();
          const encoding = await encoder.run(text, contextTokens);
          if (!encoding.ok) return encoding;
          gauge.recordPrefill(encoder.tokenizer.encodeText(text).length + 2, performance.now() - beginMs);
          vectors.push(normalise(encoding.value.vector));
        }
        return ok(vectors);
      },
      isDead: encoder.isDead,
      mustBeReplaced: () => false,
      exit: () => Promise.resolve(encoder.end()),
    });
  };
}

function languageOf({ tokenizer }: Encoder): ModelLanguage {
  const { encodeText, encodeFramed, bytesOf, longestToken } = tokenizer;
  return {
    tokeniser:
      bytesOf === undefined
        ? err(failure('unsupported', 'The tokenizer.json does not say how tokens become text.'))
        : ok({ encode: encodeText, encodePrompt: encodeFramed, bytesOf, longestToken }),
    template: { render: (prompt) => ('plain' in prompt ? ok(prompt.plain) : err(onlyEmbeds)) },
    endToken: undefined,
  };
}

const onlyEmbeds = failure(
  'unsupported',
  'This model embeds texts; it neither replies nor scores.',
  'Load a model that is made for conversation.',
);
