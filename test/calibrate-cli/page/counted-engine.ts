import type { Engine } from '#inference';

export interface CountedEngine {
  readonly engine: Engine;
  /** Evaluated and written so far; of prompts to write from all tokens, also those that the engine had kept. */
  readonly tokens: () => number;
}

/** Counts the work of an engine, which is told piece by piece. */
export function countTokens(engine: Engine): CountedEngine {
  let count = 0;
  return {
    tokens: () => count,
    engine: {
      ...engine,
      async score(request) {
        const scored = await engine.score(request);
        if (scored.ok) for (const { evaluatedTokens } of scored.value) count += evaluatedTokens;
        return scored;
      },
      async predict(request) {
        const predicted = await engine.predict(request);
        if (predicted.ok) count += predicted.value.evaluatedTokens;
        return predicted;
      },
      async *generate(request) {
        for await (const event of engine.generate(request)) {
          if (event.type === 'end') count += event.promptTokens + event.tokens;
          yield event;
        }
      },
    },
  };
}
