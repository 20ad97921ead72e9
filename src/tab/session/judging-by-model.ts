import type { Failure } from '#vocabulary';
import type { MeasuringObstacle } from '../session.ts';
import type { JudgingCourse } from './judging-course.ts';

/** The judging course of whichever model runs. */
export interface ModelJudging extends JudgingCourse {
  /** From now on this model judges, with what is known of it. */
  setModel(modelId: string): void;
}

export function createModelJudging(
  createCourse: (modelId: string) => JudgingCourse,
  firstModelId: string,
): ModelJudging {
  const listeners = new Set<() => void>();
  const changed = (): void => {
    for (const listener of listeners) listener();
  };
  let modelId = firstModelId;
  let course = createCourse(modelId);
  let unsubscribe = course.subscribe(changed);
  let notify: ((problem: Failure) => void) | undefined;
  let obstacle: Exclude<MeasuringObstacle, 'stopped'> | undefined = 'model';

  return {
    setModel(next) {
      if (next === modelId) return;
      modelId = next;
      unsubscribe();
      course.close();
      course = createCourse(next);
      unsubscribe = course.subscribe(changed);
      course.setObstacle(obstacle);
      if (notify !== undefined) void course.start(notify);
      changed();
    },
    getView: () => course.getView(),
    calibration: () => course.calibration(),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    start(onNotice) {
      notify = onNotice;
      return course.start(onNotice);
    },
    setObstacle(next) {
      obstacle = next;
      course.setObstacle(next);
    },
    measure: () => course.measure(),
    stop: () => course.stop(),
    useShipped: () => course.useShipped(),
    close() {
      course.close();
      listeners.clear();
    },
  };
}
