import { type Result, failure } from '#vocabulary';
import type { EngineError, GenerateEvent, GenerateRequest } from '../engine.ts';
import type { SpeedRecorder } from '../serving/backend.ts';
import type { Tokeniser } from '../tokens/tokeniser.ts';
import type { GenerateTask, TaskEvent, TaskResults } from './protocol.ts';
import { createReplyText } from './reply-text.ts';

export interface ReplyParts {
  readonly run: (
    task: GenerateTask,
    signal: AbortSignal,
    onEvent: (event: TaskEvent) => void,
  ) => Promise<Result<TaskResults['generate'], EngineError>>;
  readonly tokeniser: Tokeniser;
  readonly endTokens: readonly number[];
  readonly gauge: SpeedRecorder;
  readonly contextTokens: number;
}

/** Turns the tokens of a reply into its text; ends with exactly one `end` or `error`. */
export async function writeReply(
  { run, tokeniser, endTokens, gauge, contextTokens }: ReplyParts,
  prompt: readonly number[],
  request: GenerateRequest,
  signal: AbortSignal,
  emit: (event: GenerateEvent) => void,
): Promise<void> {
  if (request.schema !== undefined) return emit({ type: 'error', error: noSchema });
  const text = createReplyText(request.stop ?? []);
  const stop = new AbortController();
  const promptTokens = prompt.length;
  let tokens = 0;
  let isStopped = false;
  let unsent: number[] = [];

  const send = (piece: string): void => {
    if (piece === '') return;
    emit({
      type: 'text',
      text: piece,
      tokens,
      ...(request.logProbabilities === true ? { logProbabilities: unsent } : {}),
    });
    unsent = [];
  };
  const onEvent = (event: TaskEvent): void => {
    if (event.type === 'prefilled') gauge.recordPrefill(event.tokens, event.durationMs);
    if (event.type === 'decoded') gauge.recordDecode(event.tokens, event.durationMs);
    if (event.type !== 'token' || isStopped || signal.aborted) return;
    tokens++;
    if (event.logProbability !== undefined) unsent.push(event.logProbability);
    const { text: piece, stopped } = text.add(tokeniser.bytesOf(event.token));
    send(piece);
    if (!stopped) return;
    isStopped = true;
    stop.abort();
  };

  const task: GenerateTask = {
    type: 'generate',
    prompt,
    maxTokens: Math.min(request.maxTokens, contextTokens - promptTokens),
    temperature: request.temperature,
    topP: request.topP,
    seed: request.seed,
    endTokens,
    logProbabilities: request.logProbabilities === true,
  };
  const outcome = await run(task, AbortSignal.any([signal, stop.signal]), onEvent);
  if (isStopped) return emit({ type: 'end', reason: 'stop', promptTokens, tokens });
  if (!outcome.ok && outcome.error.type === 'aborted')
    return emit({ type: 'end', reason: 'aborted', promptTokens, tokens });
  if (!outcome.ok) return emit({ type: 'error', error: outcome.error });
  send(text.end());
  emit({ type: 'end', reason: outcome.value.reason, promptTokens, tokens });
}

const noSchema = failure('unsupported', 'This engine cannot hold a reply to a schema.', 'Choose another engine.');
