/** A sharing course whose surroundings tests steer. */
import type { BatteryView, SharingView } from '#tab';
import { createVirtualClock } from '#vocabulary';
import { createSharingCourse } from '../../src/tab/session/sharing-course.ts';

export interface Surroundings {
  battery: BatteryView;
  isHidden: boolean;
  /** Local time at the clock's zero. */
  firstMinute: number;
}

export function openSharingStage(clock = createVirtualClock()) {
  const around: Surroundings = { battery: { status: 'plugged-in', level: 1 }, isHidden: false, firstMinute: 0 };
  const listeners = new Set<() => void>();
  let lock: SharingView['wakeLock'] = 'not-held';
  const subscribe = (listener: () => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  const course = createSharingCourse({
    clock,
    surroundings: {
      battery: () => around.battery,
      isHidden: () => around.isHidden,
      localMinute: (nowMs) => (around.firstMinute + nowMs / 60_000) % 1_440,
      subscribe,
    },
    wakeLock: {
      setWanted: (wanted) => void (lock = wanted ? 'held' : 'not-held'),
      state: () => lock,
      subscribe: () => () => undefined,
    },
  });
  return {
    clock,
    course,
    wakeLock: () => lock,
    /** Things change around the tab, and it is told. */
    change(next: Partial<Surroundings>) {
      Object.assign(around, next);
      for (const listener of listeners) listener();
    },
    async work(durationMs: number, tokens = 0) {
      const unit = course.beginWork();
      await clock.advance(durationMs);
      unit.addTokens(tokens);
      unit.end();
    },
  };
}
