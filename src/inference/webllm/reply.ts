import { type Result, failure } from '#vocabulary';
import type { EngineError, GenerateEvent, GenerateRequest } from '../engine.ts';
import type { ReadPrompt } from '../serving/backend.ts';
import { readSchema } from '../serving/reply-schema.ts';
import type { Tokeniser } from '../tokens/tokeniser.ts';
import type { Outcomes, TaskOf, Work } from './messages.ts';
import type { MlcModel } from './mlc-model.ts';
import { createReplyText } from './reply-text.ts';

interface ReplyContext {
  readonly port: {
    perform(
      task: TaskOf<'generate'>,
      signal: AbortSignal,
      onToken: (token: number, logProbability: number | undefined) => void,
    ): Promise<Result<Outcomes['generate'], EngineError>>;
  };
  readonly model: Pick<MlcModel, 'stopTokens' | 'stopTexts'>;
  readonly tokeniser: Tokeniser;
  readonly contextTokens: number;
  readonly record: (work: Work) => void;
}

/** Writes one reply, ending with exactly one `end` or `error`. */
export async function writeReply(
  { port, model, tokeniser, contextTokens, record }: ReplyContext,
  prompt: ReadPrompt,
  request: GenerateRequest,
  signal: AbortSignal,
  emit: (event: GenerateEvent) => void,
): Promise<void> {
  const promptTokens = prompt.tokens.length;
  const schema = readSchema(request.schema);
  if (!schema.ok) return emit({ type: 'error', error: schema.error });
  if (promptTokens === 0)
    return emit({ type: 'error', error: failure('unsupported', 'There is no prompt to read.', 'Write something.') });

  // A stop string ends the work like an abort, but the reply like the model's own end.
  const enough = new AbortController();
  const reply = createReplyText([...model.stopTexts, ...(request.stop ?? [])]);
  let tokens = 0;
  let untold: number[] = [];
  const tell = (text: string): void => {
    if (text === '' || signal.aborted) return;
    const told = request.logProbabilities === true ? { logProbabilities: untold } : {};
    untold = [];
    emit({ type: 'text', text, tokens, ...told });
  };

  const outcome = await port.perform(
    {
      type: 'generate',
      prompt: prompt.tokens,
      maxTokens: Math.min(request.maxTokens, contextTokens - promptTokens),
      temperature: Math.max(0, request.temperature),
      topP: Math.min(1, Math.max(1e-5, request.topP)),
      seed: request.seed,
      stopTokens: model.stopTokens,
      schema: request.schema,
      withLogProbabilities: request.logProbabilities === true,
    },
    AbortSignal.any([signal, enough.signal]),
    (token, logProbability) => {
      if (reply.hasStopped()) return;
      tokens += 1;
      if (logProbability !== undefined) untold.push(logProbability);
      tell(reply.push(tokeniser.bytesOf(token)));
      if (reply.hasStopped()) enough.abort();
    },
  );
  if (!outcome.ok) return emit({ type: 'error', error: outcome.error });
  record(outcome.value.work);
  tell(reply.end());
  const reason = reply.hasStopped() ? 'stop' : outcome.value.reason;
  emit({ type: 'end', reason: signal.aborted ? 'aborted' : reason, promptTokens, tokens });
}
