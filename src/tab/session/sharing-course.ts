/** Keeps account of what this peer's machine gives to others, and says when it gives no more. */
import type { Clock } from '#vocabulary';
import type { BatteryView, SharingPolicy, SharingView } from '../session.ts';
import { type DutyMeter, type WorkUnit, createDutyMeter } from './duty-meter.ts';
import { DEFAULT_POLICY } from './sharing-defaults.ts';
import { type SharingDecision, decideSharing, nextScheduleChangeMs, readPolicy } from './sharing-policy.ts';

/** How things stand around the tab. */
export interface SharingSurroundings {
  battery(): BatteryView;
  isHidden(): boolean;
  /** Minutes since midnight where the person is. */
  localMinute(nowMs: number): number;
  subscribe(listener: () => void): () => void;
}

/** Keeps the screen awake while it is wanted and the tab is in front. Where that fails, it only shows. */
export interface WakeLock {
  setWanted(wanted: boolean): void;
  state(): SharingView['wakeLock'];
  subscribe(listener: () => void): () => void;
}

export interface SharingCoursePorts {
  readonly clock: Clock;
  readonly surroundings: SharingSurroundings;
  readonly wakeLock: WakeLock;
}

/** What runs in this peer just now. */
export interface RunningRounds {
  /** A question of its own. */
  readonly isAsking: boolean;
  /** Somebody else's. */
  readonly isServing: boolean;
}

export interface SharingCourse {
  getView(): SharingView;
  subscribe(listener: () => void): () => void;
  /** What the person allows. Damaged parts are as by default. */
  setPolicy(policy: SharingPolicy): void;
  /** The switch: off, nothing is done for others. */
  setContributing(contributing: boolean): void;
  setRounds(rounds: RunningRounds): void;
  /** The model begins to work. Counts unless it is for a question of its own. */
  beginWork(): WorkUnit;
  close(): void;
}

/** While work counts, figures are looked at this often: a cap is overstepped by no more, beside the round that runs. */
export const SHARING_TICK_MS = 5_000;

const UNCOUNTED: WorkUnit = { addTokens: () => undefined, end: () => undefined };

export function createSharingCourse({ clock, surroundings, wakeLock }: SharingCoursePorts): SharingCourse {
  const meter: DutyMeter = createDutyMeter(clock);
  const listeners = new Set<() => void>();
  let policy = DEFAULT_POLICY;
  let isSwitchedOn = true;
  let rounds: RunningRounds = { isAsking: false, isServing: false };
  let cancelTimer: (() => void) | undefined;
  let lookedAtMs = 0;
  let nextLookMs = Number.POSITIVE_INFINITY;
  let view = look();
  let isOpen = true;

  function look(): SharingView {
    const nowMs = clock.now();
    lookedAtMs = nowMs;
    const duty = meter.read();
    const battery = surroundings.battery();
    const conditions = {
      isSwitchedOn,
      battery,
      isHidden: surroundings.isHidden(),
      localMinute: surroundings.localMinute(nowMs),
    };
    const decision = decideSharing(policy, conditions, duty, nowMs);
    return {
      policy,
      ...viewDecision(decision),
      duty: duty.share,
      dutyWindowMs: duty.windowMs,
      ...(duty.tokensPerSecond === undefined ? {} : { tokensPerSecond: duty.tokensPerSecond }),
      wakeLock: wakeLock.state(),
      battery,
    };
  }

  const update = (): void => {
    if (!isOpen) return;
    const before = view;
    view = look();
    schedule();
    if (JSON.stringify(before) === JSON.stringify(view)) return;
    for (const listener of listeners) listener();
  };

  /** Wakes at the next moment at which time alone changes anything. */
  const schedule = (): void => {
    cancelTimer?.();
    const nowMs = clock.now();
    const duty = meter.read();
    const waitsMs = [
      ...(duty.isWorking || duty.share > 0 ? [SHARING_TICK_MS] : []),
      nextScheduleChangeMs(policy.schedule, surroundings.localMinute(nowMs)),
      view.untilMs === undefined ? undefined : view.untilMs - nowMs,
    ].filter((waitMs) => waitMs !== undefined);
    // A moment that has come to nothing is tried again, but not in a tight loop.
    const waitMs = Math.max(LEAST_WAIT_MS, Math.min(...waitsMs));
    nextLookMs = nowMs + waitMs;
    cancelTimer = Number.isFinite(waitMs) ? clock.after(waitMs, update) : undefined;
  };

  /** Judging asks the model many times a second; the page need not be told of each. */
  const updateForWork = (): void => {
    if (!isOpen) return;
    const nowMs = clock.now();
    if (Math.abs(nowMs - lookedAtMs) >= LEAST_BETWEEN_LOOKS_MS) update();
    else if (nextLookMs > nowMs + SHARING_TICK_MS) schedule();
  };

  const unsubscribes = [surroundings.subscribe(update), wakeLock.subscribe(update)];

  return {
    getView: () => view,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    setPolicy(next) {
      policy = readPolicy(next);
      update();
    },
    setContributing(contributing) {
      isSwitchedOn = contributing;
      update();
    },
    setRounds(next) {
      const isSame = next.isAsking === rounds.isAsking && next.isServing === rounds.isServing;
      if (isSame) return;
      rounds = next;
      wakeLock.setWanted(rounds.isServing);
      update();
    },
    beginWork() {
      if (rounds.isAsking) return UNCOUNTED;
      const unit = meter.begin();
      updateForWork();
      return {
        addTokens: (count) => unit.addTokens(count),
        end() {
          unit.end();
          updateForWork();
        },
      };
    },
    close() {
      isOpen = false;
      cancelTimer?.();
      wakeLock.setWanted(false);
      for (const unsubscribe of unsubscribes) unsubscribe();
      listeners.clear();
    },
  };
}

const LEAST_WAIT_MS = 100;
const LEAST_BETWEEN_LOOKS_MS = 1_000;

function viewDecision(decision: SharingDecision): Pick<SharingView, 'serves' | 'reason' | 'untilMs'> {
  if (decision.serves) return { serves: true };
  const { reason, untilMs } = decision;
  return { serves: false, reason, ...(untilMs === undefined ? {} : { untilMs }) };
}
