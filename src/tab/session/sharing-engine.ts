import type { Engine, GenerateEvent } from '#inference';
import type { WorkUnit } from './duty-meter.ts';

/** The same engine; what it works is told to whoever keeps account. */
export function createCountedEngine(engine: Engine, beginWork: () => WorkUnit): Engine {
  const count = async <T>(work: () => Promise<T>, tokensOf: (result: T) => number): Promise<T> => {
    const unit = beginWork();
    try {
      const result = await work();
      unit.addTokens(tokensOf(result));
      return result;
    } finally {
      unit.end();
    }
  };
  return {
    load: (request) => engine.load(request),
    facts: () => engine.facts(),
    speed: () => engine.speed(),
    countTokens: (text) => engine.countTokens(text),
    generate(request) {
      const unit = beginWork();
      // Also where nobody reads to the end.
      if (request.signal?.aborted === true) unit.end();
      request.signal?.addEventListener('abort', () => unit.end(), { once: true });
      return countReply(engine.generate(request), unit);
    },
    score: (request) =>
      count(
        () => engine.score(request),
        (scored) => (scored.ok ? scored.value.reduce((sum, { evaluatedTokens }) => sum + evaluatedTokens, 0) : 0),
      ),
    predict: (request) =>
      count(
        () => engine.predict(request),
        (predicted) => (predicted.ok ? predicted.value.evaluatedTokens : 0),
      ),
    states: (request) =>
      count(
        () => engine.states(request),
        (read) => (read.ok ? read.value.evaluatedTokens : 0),
      ),
    embed: (texts) =>
      count(
        () => engine.embed(texts),
        () => 0,
      ),
    unload: () => engine.unload(),
  };
}

async function* countReply(events: AsyncIterable<GenerateEvent>, unit: WorkUnit): AsyncGenerator<GenerateEvent> {
  let written = 0;
  try {
    for await (const event of events) {
      if (event.type === 'text') {
        unit.addTokens(event.tokens - written);
        written = event.tokens;
      }
      // A prompt of which nothing came may not have been read.
      if (event.type === 'end' && event.tokens > 0) unit.addTokens(event.promptTokens + event.tokens - written);
      if (event.type !== 'text') unit.end();
      yield event;
    }
  } finally {
    unit.end();
  }
}
