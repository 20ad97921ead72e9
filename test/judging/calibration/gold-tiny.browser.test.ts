import { expect, test } from 'vitest';
import { createAnyEngine, packGguf } from '#inference';
import { type DoneGold, type GoldPorts, createJudge, loadGold } from '#judging';
import { asModelId } from '#vocabulary';
import { createEngineWriter } from '../../../src/tab/session/engine-writer.ts';
import { writeTinyGguf } from '../../inference/tiny-gguf.ts';

test('R31: a real engine is measured item by item, and measured again it comes out the same but for rounding', async () => {
  const engine = createAnyEngine();
  const load = {
    modelId: asModelId('tiny'),
    engine: 'wllama' as const,
    model: packGguf(writeTinyGguf()),
    threads: 1,
    contextTokens: 2_048,
  };
  expect(await engine.load(load)).toMatchObject({ ok: true });
  try {
    const { planGold, runGold } = await loadGold();
    const plan = planGold('tiny').slice(0, 9);
    const measure = async (): Promise<DoneGold[]> => {
      const done: DoneGold[] = [];
      const ports: GoldPorts = {
        scorer: engine,
        writer: createEngineWriter(engine),
        judgeOver: (scorer, calibration) => createJudge({ scorer, calibration }),
      };
      for await (const step of runGold(ports, plan, new Set())) {
        if (!step.ok) throw new Error(step.error.message);
        done.push(step.value);
      }
      return done;
    };
    const first = await measure();
    expect(first.map(({ id }) => id)).toEqual(plan.map(({ id }) => id));
    const read = first.flatMap(({ slates }) => slates).flatMap(({ answers }) => answers);
    expect(read.filter(({ readings }) => Number.isFinite(readings.forward)).length).toBeGreaterThan(6);
    const second = await measure();
    expect(withoutReadings(second)).toEqual(withoutReadings(first));
    // What an engine kept from before changes how it rounds, far less than answers differ.
    for (const [index, value] of readingsOf(second).entries()) expect(value).toBeCloseTo(readingsOf(first)[index]!, 1);
  } finally {
    await engine.unload();
  }
});

const readingsOf = (done: readonly DoneGold[]): number[] =>
  done.flatMap(({ slates }) => slates.flatMap(({ answers }) => answers.flatMap((one) => Object.values(one.readings))));

const withoutReadings = (done: readonly DoneGold[]): unknown =>
  done.map(({ id, slates }) => [
    id,
    slates.map((one) => one.answers.map(({ readings, ...rest }) => [rest, Object.keys(readings)])),
  ]);
