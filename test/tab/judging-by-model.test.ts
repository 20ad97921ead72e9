import { expect, test, vi } from 'vitest';
import { createMemoryCalibrationStore, createJudge, loadGold } from '#judging';
import type { Engine } from '#inference';
import { createSeededRandom, createVirtualClock, err, failure } from '#vocabulary';
import { createModelJudging } from '../../src/tab/session/judging-by-model.ts';
import { type JudgingCoursePorts, QUIET_MS, createJudgingCourse } from '../../src/tab/session/judging-course.ts';

function open() {
  const clock = createVirtualClock();
  const loadSpy = vi.fn<typeof loadGold>(loadGold);
  const store = createMemoryCalibrationStore();
  const load = vi.spyOn(store, 'load');
  const stopped = err(failure('aborted', 'Stopped.'));
  const generate = async function* (): AsyncGenerator<unknown> {
    yield { type: 'error', error: stopped.error };
  };
  const engine = {
    countTokens: () => stopped,
    generate,
    score: async () => stopped,
    predict: async () => stopped,
  } as Partial<Record<keyof Engine, unknown>> as unknown as Engine;
  const judgeOver: JudgingCoursePorts['judgeOver'] = (scorer, calibration) => createJudge({ scorer, calibration });
  const ports = { clock, random: createSeededRandom('by model'), engine, store, judgeOver, loadGold: loadSpy };
  const course = createModelJudging((modelId) => createJudgingCourse(ports, modelId), 'first');
  return { clock, course, load, loadSpy };
}

test('R27: the model that runs judges with what is known of it, and obstacles go over to it', async () => {
  const { course, load } = open();
  const changes = vi.fn<() => void>();
  course.subscribe(changes);
  await course.start(() => undefined);
  course.setObstacle('not-contributing');
  expect(course.getView()).toMatchObject({ status: 'waiting', obstacle: 'not-contributing' });
  changes.mockClear();
  course.setModel('second');
  expect(changes).toHaveBeenCalled();
  expect(course.calibration().modelId).toBe('second');
  expect(course.getView().obstacle).toBe('not-contributing');
  expect(load.mock.calls).toEqual([['first'], ['second']]);
  course.setModel('second');
  expect(load).toHaveBeenCalledTimes(2);
});

test('R27: a model that was left while its figures were being read is not measured afterwards', async () => {
  const { clock, course, load, loadSpy } = open();
  const { promise, resolve } = Promise.withResolvers<Awaited<ReturnType<typeof load>>>();
  load.mockReturnValueOnce(promise);
  const started = course.start(() => undefined);
  course.setObstacle(undefined);
  course.setModel('second');
  course.setObstacle('round');
  resolve({});
  await started;
  await clock.advance(QUIET_MS + 1);
  expect(loadSpy).not.toHaveBeenCalled();
  course.setObstacle(undefined);
  await clock.advance(QUIET_MS + 1);
  expect(loadSpy).toHaveBeenCalledTimes(1);
  course.close();
});
