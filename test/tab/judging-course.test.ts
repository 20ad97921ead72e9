import { describe, expect, test } from 'vitest';
import { createMemoryCalibrationStore, defaultCalibration } from '#judging';
import { err, failure } from '#vocabulary';
import { QUIET_MS, REFRESH_PAUSE_MS } from '../../src/tab/session/judging-course.ts';
import { openStage } from './scripted-measuring.ts';

async function measured(options: Parameters<typeof openStage>[0] = {}) {
  const stage = await openStage(options);
  stage.course.setObstacle(undefined);
  await stage.pass(QUIET_MS + 1);
  return stage;
}

describe('R27: a tab judges', () => {
  test('with the calibration that came with the page at once, and measures nothing', async () => {
    const stage = await measured({ modelId: defaultCalibration.modelId });
    expect(stage.course.calibration()).toBe(defaultCalibration);
    expect(stage.course.getView()).toMatchObject({ status: 'shipped', hasWeight: true });
    await stage.pass(10 * REFRESH_PAUSE_MS);
    expect(stage.requests()).toBe(0);
  });

  test('without weight until it has measured a model that none came for, then with what it found', async () => {
    const stage = await openStage();
    expect(stage.course.calibration().calibrated).toBe(false);
    expect(stage.course.getView()).toMatchObject({ status: 'waiting', obstacle: 'model', hasWeight: false });
    stage.course.setObstacle(undefined);
    await stage.pass(QUIET_MS - 1);
    expect(stage.requests()).toBe(0);
    await stage.pass(2);
    expect(stage.course.calibration()).toMatchObject({ modelId: 'other-model', calibrated: true });
    expect(stage.course.getView()).toMatchObject({
      status: 'stored',
      seed: expect.stringMatching(/^tab-[0-9a-f]{8}$/),
      version: expect.stringMatching(/^other-model\/tab-[0-9a-f]{12}$/),
    });
    expect(stage.problems).toEqual([]);
  });

  test('with the stored calibration after a reload, without measuring again', async () => {
    const first = await measured();
    const again = await measured({ store: first.store });
    expect(again.course.calibration()).toEqual(first.course.calibration());
    expect(again.requests()).toBe(0);
  });

  test('alike wherever the same seed is measured with the same answers', async () => {
    const [first, second] = [await measured(), await measured()];
    expect(second.course.calibration()).toEqual(first.course.calibration());
  });
});

describe('R27: measuring', () => {
  test('is left at once when a round begins, goes on after it, and comes out as if never left', async () => {
    const stage = await openStage();
    const open = stage.hold();
    stage.course.setObstacle(undefined);
    await stage.pass(QUIET_MS + 1);
    const asked = stage.requests();
    expect(asked).toBeGreaterThan(0);
    stage.course.setObstacle('round');
    open();
    await stage.pass(60_000);
    expect(stage.requests()).toBe(asked);
    expect(stage.course.getView()).toMatchObject({ status: 'waiting', obstacle: 'round', hasWeight: false });
    stage.course.setObstacle(undefined);
    await stage.pass(QUIET_MS + 1);
    expect(stage.course.calibration()).toEqual((await measured()).course.calibration());
  });

  test('goes on after a reload with what was done, which the page shows at once', async () => {
    const store = createMemoryCalibrationStore();
    const stage = await openStage({ store });
    let releases = 0;
    // Every change is one item done: leave after the fifth.
    stage.course.subscribe(() => {
      if (stage.course.getView().done === 5 && releases++ === 0) stage.course.setObstacle('round');
    });
    stage.course.setObstacle(undefined);
    await stage.pass(QUIET_MS + 1);
    expect(stage.course.getView()).toMatchObject({ status: 'waiting', done: 5, total: 24 });
    const again = await openStage({ store, seed: 'another' });
    expect(again.course.getView()).toMatchObject({ status: 'waiting', done: 5, total: 24 });
    again.course.setObstacle(undefined);
    await again.pass(QUIET_MS + 1);
    expect(again.course.calibration()).toEqual((await measured()).course.calibration());
  });

  test('can be stopped by the person, over a reload too, and goes on only when asked', async () => {
    const stage = await openStage();
    stage.course.setObstacle(undefined);
    stage.course.stop();
    await stage.pass(60_000);
    expect(stage.requests()).toBe(0);
    const again = await measured({ store: stage.store });
    expect(again.course.getView()).toMatchObject({ status: 'waiting', obstacle: 'stopped' });
    again.course.measure();
    await again.pass(QUIET_MS + 1);
    expect(again.course.getView().status).toBe('stored');
  });

  test('may be asked for where figures came with the page, which stay in use meanwhile and can be had back', async () => {
    const stage = await measured({ modelId: defaultCalibration.modelId });
    stage.course.measure();
    expect(stage.course.calibration()).toBe(defaultCalibration);
    expect(stage.course.getView()).toMatchObject({ status: 'measuring', hasWeight: true });
    await stage.pass(QUIET_MS + 1);
    expect(stage.course.getView()).toMatchObject({ status: 'stored', canUseShipped: true });
    expect(stage.course.calibration()).not.toBe(defaultCalibration);
    stage.course.useShipped();
    expect(stage.course.calibration()).toBe(defaultCalibration);
    expect(stage.course.getView()).toMatchObject({ status: 'shipped', canUseShipped: false });
  });

  test('that the engine fails says so, and goes on when the model is loaded again or the person asks', async () => {
    const stage = await openStage();
    stage.breakEngine(true);
    stage.course.setObstacle(undefined);
    await stage.pass(QUIET_MS + 1);
    expect(stage.course.getView()).toMatchObject({ status: 'failed', error: { remedy: 'Load the model again.' } });
    const asked = stage.requests();
    await stage.pass(60 * 60_000);
    expect(stage.requests()).toBe(asked);
    stage.breakEngine(false);
    stage.course.setObstacle('model');
    stage.course.setObstacle(undefined);
    await stage.pass(QUIET_MS + 1);
    expect(stage.course.getView().status).toBe('stored');
  });

  test('that cannot fetch its questions fails with a remedy', async () => {
    const stage = await measured({ gold: () => Promise.reject(new Error('offline')) });
    expect(stage.course.getView()).toMatchObject({ status: 'failed', error: { remedy: expect.any(String) } });
  });

  test('goes on in memory where nothing can be kept, and says so', async () => {
    const lost = failure('calibration-not-kept', 'No room.', 'Free some.');
    const stage = await measured({ store: { load: async () => ({ notice: lost }), save: async () => err(lost) } });
    expect(stage.course.getView().status).toBe('stored');
    expect(new Set(stage.problems)).toEqual(new Set([lost]));
  });
});

test('R28: a calibration is kept up to date one item at a time, and fitted anew after twenty', async () => {
  const stage = await measured();
  const first = stage.course.calibration();
  const passPauses = async (count: number): Promise<void> => {
    for (let index = 0; index < count; index++) await stage.pass(REFRESH_PAUSE_MS);
  };
  await passPauses(3);
  const record = await stage.store.load('other-model');
  expect(record.kept?.progress).toMatchObject({ kind: 'refresh', seed: `${first.seed}+1` });
  expect(record.kept?.progress?.done.length).toBe(3);
  expect(stage.course.calibration()).toBe(first);
  stage.course.setObstacle('not-contributing');
  await passPauses(30);
  expect((await stage.store.load('other-model')).kept?.progress?.done.length).toBe(3);
  stage.course.setObstacle(undefined);
  await passPauses(17);
  expect(stage.course.calibration()).toMatchObject({ seed: `${first.seed}+1`, calibrated: true });
  expect(stage.course.calibration().version).not.toBe(first.version);
  // Two questions came up a second time.
  expect((await stage.store.load('other-model')).kept?.result?.slates).toHaveLength(24 + 20 - 2);
});

test('R44: while sharing rests the item that was begun is finished, and no other begins', async () => {
  const stage = await openStage();
  const open = stage.hold();
  stage.course.setObstacle(undefined);
  await stage.pass(QUIET_MS + 1);
  stage.course.setObstacle('resting');
  open();
  await stage.pass(60_000);
  expect(stage.course.getView()).toMatchObject({ status: 'waiting', obstacle: 'resting', done: 1, total: 24 });
  const asked = stage.requests();
  // Nor does one that was only due.
  stage.course.setObstacle(undefined);
  stage.course.setObstacle('resting');
  await stage.pass(60_000);
  expect(stage.requests()).toBe(asked);
  stage.course.setObstacle(undefined);
  await stage.pass(QUIET_MS + 1);
  expect(stage.course.calibration()).toEqual((await measured()).course.calibration());
});

test('R29: votes of a model that guesses carry no weight, and the page is told why', async () => {
  const stage = await measured({ knows: false });
  const view = stage.course.getView();
  expect(view).toMatchObject({ status: 'stored', hasWeight: false });
  expect(view.why).toMatch(/^It was right in \d+ %.+a vote needs more than 60 %\.$/);
});
