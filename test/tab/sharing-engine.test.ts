import { describe, expect, test } from 'vitest';
import type { Engine, GenerateEvent, GenerateRequest } from '#inference';
import { createVirtualClock, err, failure, ok } from '#vocabulary';
import { createDutyMeter } from '../../src/tab/session/duty-meter.ts';
import { createCountedEngine } from '../../src/tab/session/sharing-engine.ts';

const request: GenerateRequest = { messages: [], maxTokens: 9, temperature: 0, topP: 1, seed: 0 };

function openStage(events: readonly GenerateEvent[]) {
  const clock = createVirtualClock();
  const meter = createDutyMeter(clock);
  const engine = {
    async *generate() {
      for (const event of events) {
        await clock.advance(1_000);
        yield event;
      }
    },
    score: async () => {
      await clock.advance(2_000);
      return ok([{ evaluatedTokens: 30 }, { evaluatedTokens: 10 }]);
    },
    predict: async () => err(failure('not-loaded', 'No model is loaded.')),
    states: () => Promise.reject(new Error('broken')),
    facts: () => undefined,
  } as unknown as Engine;
  return { clock, meter, counted: createCountedEngine(engine, () => meter.begin()) };
}

const reply: readonly GenerateEvent[] = [
  { type: 'text', text: 'a', tokens: 2 },
  { type: 'text', text: 'b', tokens: 5 },
  { type: 'end', reason: 'stop', promptTokens: 20, tokens: 6 },
];

describe('R42: an engine whose work is counted', () => {
  test('passes events on as they are, and counts their time and tokens', async () => {
    const { counted, meter } = openStage(reply);
    const seen: GenerateEvent[] = [];
    for await (const event of counted.generate(request)) seen.push(event);
    expect(seen).toEqual(reply);
    expect(meter.read().share).toBeCloseTo(3_000 / 600_000);
    expect(meter.read().tokensPerSecond).toBeCloseTo(26 / 3);
    expect(meter.read().isWorking).toBe(false);
  });

  test('is not counted as working once its reader leaves or the request is aborted, be it never read', async () => {
    const { counted, meter } = openStage(reply);
    for await (const _ of counted.generate(request)) break;
    expect(meter.read().isWorking).toBe(false);
    const stop = new AbortController();
    void counted.generate({ ...request, signal: stop.signal });
    expect(meter.read().isWorking).toBe(true);
    stop.abort();
    expect(meter.read().isWorking).toBe(false);
    void counted.generate({ ...request, signal: AbortSignal.abort() });
    expect(meter.read().isWorking).toBe(false);
  });

  test('does not count a prompt that was given up before the first token', async () => {
    const { counted, meter } = openStage([{ type: 'end', reason: 'aborted', promptTokens: 500, tokens: 0 }]);
    for await (const _ of counted.generate(request)) continue;
    expect(meter.read().tokensPerSecond).toBe(0);
  });

  test('counts what scoring evaluates, and ends with refusals and exceptions too', async () => {
    const { counted, meter } = openStage([]);
    await counted.score({ prompt: { plain: '' }, continuations: [] });
    expect(meter.read().tokensPerSecond).toBeCloseTo(20);
    await counted.predict({ prompt: { plain: '' }, candidates: [] });
    await expect(counted.states({ prompt: { plain: '' }, continuation: '', layer: 1 })).rejects.toThrow('broken');
    expect(meter.read().isWorking).toBe(false);
    expect(counted.facts()).toBeUndefined();
  });
});
