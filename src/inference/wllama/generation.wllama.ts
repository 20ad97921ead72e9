import { failure } from '#vocabulary';
import type { GenerateEvent, GenerateRequest } from '../engine.ts';
import { readSchema } from '../serving/reply-schema.ts';
import { isReadable } from '../tokens/forced-decoding.ts';
import type { WllamaContext } from './context.wllama.ts';
import type { Chunk, WllamaRuntime } from './runtime.wllama.ts';
import type { Tokeniser } from '../tokens/tokeniser.ts';

/** Times a reply may go on after bytes that are no text; each time they are barred. */
const maxRestarts = 3;

/** Writes one reply, ending with exactly one `end` or `error`. */
export async function generateReply(
  { runtime, tokeniser, gauge, prompt }: WllamaContext,
  request: GenerateRequest,
  signal: AbortSignal,
  emit: (event: GenerateEvent) => void,
): Promise<void> {
  const schema = readSchema(request.schema);
  if (!schema.ok) return emit({ type: 'error', error: schema.error });
  let text = '';
  let unsent: number[] = [];
  let tokens = 0;
  let promptTokens: number | undefined;
  let timings: Chunk['timings'];
  let reason: 'stop' | 'length' = 'length';

  const complete = (restart: number): ReturnType<WllamaRuntime['run']> => {
    const tokensBefore = tokens;
    return runtime.run(
      {
        prompt: prompt.rendered + text,
        max_tokens: request.maxTokens - tokensBefore,
        temperature: Math.max(0, request.temperature),
        top_p: request.topP,
        // llama.cpp's defaults, stated so that a new version does not change the answers.
        top_k: 40,
        min_p: 0.05,
        // Another seed, so that a restart does not run into the same bytes.
        seed: (request.seed + restart) >>> 0,
        stop: [...(request.stop ?? [])],
        ...(schema.value === undefined ? {} : { json_schema: schema.value }),
        ...(request.logProbabilities === true ? { logprobs: 1, n_probs: 1 } : {}),
        ...(restart > 0 && tokeniser !== undefined ? { bannedTokens: unreadableTokens(tokeniser, runtime) } : {}),
      },
      signal,
      (chunk) => {
        const [choice] = chunk.choices;
        timings = chunk.timings ?? timings;
        tokens = tokensBefore + (chunk.timings?.predicted_n ?? 0);
        promptTokens ??= chunk.usage?.prompt_tokens;
        if (choice?.finish_reason === 'stop') reason = 'stop';
        unsent.push(...(choice?.logprobs?.content ?? []).map(({ logprob }) => logprob));
        if (choice === undefined || choice.text === '' || signal.aborted) return;
        text += choice.text;
        emit({
          type: 'text',
          text: choice.text,
          tokens,
          ...(request.logProbabilities === true ? { logProbabilities: unsent } : {}),
        });
        unsent = [];
      },
    );
  };

  for (let restart = 0; ; restart++) {
    const outcome = await complete(restart);
    if (timings !== undefined) {
      gauge.recordPrefill(timings.prompt_n, timings.prompt_ms);
      gauge.recordDecode(timings.predicted_n - 1, timings.predicted_ms);
    }
    if (outcome === 'garbled' && restart < maxRestarts && tokeniser !== undefined && tokens < request.maxTokens)
      continue;
    promptTokens ??= prompt.tokens.length;
    if (outcome === 'done') return emit({ type: 'end', reason, promptTokens, tokens });
    if (outcome === 'aborted') return emit({ type: 'end', reason: 'aborted', promptTokens, tokens });
    const error =
      outcome === 'garbled' ? failure('unsupported' as const, 'The model writes bytes that are no text.') : outcome;
    return emit({ type: 'error', error });
  }
}

function unreadableTokens(tokeniser: Tokeniser, runtime: WllamaRuntime): number[] {
  const all = Array.from({ length: runtime.vocabularySize }, (_, token) => token);
  return all.filter((token) => !isReadable(tokeniser, token));
}
