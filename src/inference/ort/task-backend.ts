import { type Result, ok } from '#vocabulary';
import type { EngineError } from '../engine.ts';
import type { Backend, ModelLanguage, SpeedRecorder } from '../serving/backend.ts';
import type { Tokeniser } from '../tokens/tokeniser.ts';
import type { Task, TaskEvent, TaskResults } from './protocol.ts';
import { writeReply } from './reply.ts';

/** A worker that performs a decoder's tasks, as seen from the tab. One task at a time. */
export interface TaskPort {
  /** Resolves when the worker is free again; aborted tasks with `aborted`. */
  run<Type extends Task['type']>(
    task: Extract<Task, { readonly type: Type }>,
    signal: AbortSignal,
    onEvent: (event: TaskEvent) => void,
  ): Promise<Result<TaskResults[Type], EngineError>>;
  isDead(): boolean;
  /** The graphics processor was taken away; a worker of its own must be started anew. */
  isLost(): boolean;
  end(): void;
}

export interface TaskBackendParts {
  readonly port: TaskPort;
  readonly facts: Backend['facts'];
  readonly language: ModelLanguage;
  readonly tokeniser: Tokeniser;
  readonly endTokens: readonly number[];
  readonly gauge: SpeedRecorder;
}

/** What the page asks of a model, as tasks of the worker that holds it. */
export function createTaskBackend(parts: TaskBackendParts): Backend {
  const { port, facts, language, tokeniser, endTokens, gauge } = parts;
  const { run } = port;
  const { contextTokens } = facts;
  const recordPrefill = (event: TaskEvent): void => {
    if (event.type === 'prefilled') gauge.recordPrefill(event.tokens, event.durationMs);
  };
  return {
    facts,
    language,
    generate: (prompt, reply, signal, emit) =>
      writeReply({ run, tokeniser, endTokens, gauge, contextTokens }, prompt.tokens, reply, signal, emit),
    async score(prompt, texts, signal, onToken) {
      const tokens = texts.map((text) => [
        ...text.tokens,
        ...(text.ends && language.endToken !== undefined ? [language.endToken] : []),
      ]);
      const scored = await run({ type: 'score', prompt: prompt.tokens, texts: tokens }, signal, (event) => {
        recordPrefill(event);
        if (event.type === 'scored') for (let count = 0; count < event.count; count++) onToken();
      });
      if (!scored.ok) return scored;
      return ok(scored.value.map((score, index) => ({ tokens: tokens[index] ?? [], ...score })));
    },
    predict: (prompt, firstTokens, signal) =>
      run({ type: 'predict', prompt: prompt.tokens, tokens: firstTokens }, signal, recordPrefill),
    states: (prompt, text, layer, signal) =>
      run({ type: 'states', prompt: prompt.tokens, text, layer }, signal, () => undefined),
    isDead: port.isDead,
    mustBeReplaced: port.isLost,
    exit: () => Promise.resolve(port.end()),
  };
}
