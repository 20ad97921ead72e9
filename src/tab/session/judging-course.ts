/** How good the model of this tab is as a judge: shipped, or measured here while nothing else is to do, and kept up to date. */
import { type Clock, type Failure, type Random, bytesToHex, failure, messageOf } from '#vocabulary';
import type { Engine } from '#inference';
import {
  type Calibration,
  type CalibrationStore,
  type Gold,
  type GoldItem,
  type GoldPorts,
  type GoldProgress,
  type KeptCalibration,
  GOLD_REVISION,
  calibrateTab,
  calibrationOf,
  refreshCalibration,
} from '#judging';
import type { JudgingView, MeasuringObstacle } from '../session.ts';
import { createEngineWriter } from './engine-writer.ts';
import { viewCalibration } from './judging-view.ts';

/** Quiet before measuring begins or goes on: a person who has just read an answer asks the next question. */
export const QUIET_MS = 5_000;
/** Between two items once a calibration is there: a refit every few hours costs a machine some two per cent of its time. */
export const REFRESH_PAUSE_MS = 10 * 60_000;

export interface JudgingCoursePorts {
  readonly clock: Clock;
  readonly random: Random;
  readonly engine: Engine;
  readonly store: CalibrationStore;
  readonly judgeOver: GoldPorts['judgeOver'];
  readonly loadGold: () => Promise<Gold>;
}

export interface JudgingCourse {
  getView(): JudgingView;
  /** What a judge of this tab reads with just now. Never changes while there is an obstacle. */
  calibration(): Calibration;
  subscribe(listener: () => void): () => void;
  /** Reads what was kept; measuring begins when the first obstacle is gone. */
  start(onNotice: (problem: Failure) => void): Promise<void>;
  /**
   * What stands in the way of measuring; it is left at once, and goes on when nothing does any more. Of rests alone the item
   * that was begun is finished first.
   */
  setObstacle(obstacle: Exclude<MeasuringObstacle, 'stopped'> | undefined): void;
  measure(): void;
  stop(): void;
  useShipped(): void;
  close(): void;
}

export function createJudgingCourse(ports: JudgingCoursePorts, modelId: string): JudgingCourse {
  const { clock, store } = ports;
  const shipped = calibrationOf(modelId);
  const listeners = new Set<() => void>();
  const writer = createEngineWriter(ports.engine);
  let notify: (problem: Failure) => void = () => undefined;
  let kept: KeptCalibration = { modelId, revision: GOLD_REVISION };
  let obstacle: Exclude<MeasuringObstacle, 'stopped'> | undefined = 'model';
  let plan: { readonly of: string; readonly items: readonly GoldItem[] } | undefined;
  let failed: Failure | undefined;
  let working: AbortController | undefined;
  let cancelTimer: (() => void) | undefined;
  let isOpen = false;
  let isClosed = false;

  const changed = (): void => {
    for (const listener of listeners) listener();
  };
  const calibration = (): Calibration => kept.result?.calibration ?? shipped;
  /** A measurement that the person stopped may rest where there are figures to judge with. */
  const isMeasuring = (): boolean =>
    !calibration().calibrated || (kept.progress?.kind === 'whole' && !kept.progress.stopped);

  const keep = async (next: KeptCalibration): Promise<void> => {
    kept = next;
    changed();
    const saved = await store.save(next);
    if (!saved.ok) notify(saved.error);
  };

  const wholeMeasurement = (): GoldProgress =>
    kept.progress?.kind === 'whole'
      ? kept.progress
      : { kind: 'whole', seed: `tab-${bytesToHex(ports.random.bytes(4))}`, stopped: false, done: [] };

  const nextProgress = (): GoldProgress => {
    const known = kept.result?.calibration.seed;
    if (known === undefined || isMeasuring()) return wholeMeasurement();
    return kept.progress ?? { kind: 'refresh', seed: nextSeed(known), stopped: false, done: [] };
  };

  const schedule = (): void => {
    cancelTimer?.();
    cancelTimer = undefined;
    // A shipped calibration comes without its slates: there is nothing to fit anew.
    const isDue = isMeasuring() || kept.result !== undefined;
    if (!isOpen || obstacle !== undefined || working !== undefined || failed !== undefined || !isDue) return;
    if (kept.progress?.stopped === true) return;
    cancelTimer = clock.after(isMeasuring() ? QUIET_MS : REFRESH_PAUSE_MS, () => void work());
  };

  const work = async (): Promise<void> => {
    const controller = new AbortController();
    working = controller;
    try {
      const problem = await measure(controller.signal);
      // What fails while there are figures in use is tried again later.
      if (problem !== undefined && isMeasuring()) failed = problem;
    } catch (cause) {
      failed = failure('measuring-failed', `Measuring stopped: ${messageOf(cause)}`, 'Reload the page, then go on.');
    }
    working = undefined;
    schedule();
    changed();
  };

  /** Until it is done or `signal` aborts; of an update one item at a time. */
  const measure = async (signal: AbortSignal): Promise<Failure | undefined> => {
    const gold = await ports.loadGold();
    if (signal.aborted) return undefined;
    const progress = nextProgress();
    const items = planOf(gold, progress);
    kept = { ...kept, progress };
    changed();
    const run = { scorer: ports.engine, writer, judgeOver: ports.judgeOver, signal };
    const done = new Set(progress.done.map(({ id }) => id));
    for await (const step of gold.runGold(run, items, done)) {
      if (!step.ok) return step.error.type === 'aborted' ? undefined : step.error;
      const now = kept.progress;
      // Stopped for good or begun anew meanwhile.
      if (now?.seed !== progress.seed) return undefined;
      await keep({ ...kept, progress: { ...now, done: [...now.done, step.value] } });
      if (signal.aborted || obstacle !== undefined || kept.progress?.kind === 'refresh') break;
    }
    return signal.aborted ? undefined : finish(items);
  };

  /** Fits what was measured, if that is all or enough. */
  const finish = async (items: readonly GoldItem[]): Promise<Failure | undefined> => {
    const { progress, result, ...rest } = kept;
    if (progress === undefined) return undefined;
    const isOver = progress.done.length >= items.length;
    const fresh = progress.done.flatMap(({ slates }) => slates);
    const { seed } = progress;
    if (progress.kind === 'whole') {
      if (!isOver) return undefined;
      const made = calibrateTab(fresh, { modelId, seed });
      if (!made.ok) return made.error;
      await keep({ ...rest, result: { calibration: made.value, slates: fresh } });
      return undefined;
    }
    const made = refreshCalibration(result?.slates ?? [], fresh, { modelId, seed });
    if (!made.ok) return made.error;
    if (made.value !== undefined) await keep({ ...rest, result: made.value });
    else if (isOver && result !== undefined) await keep({ ...rest, result });
    return undefined;
  };

  const planOf = (gold: Gold, { kind, seed }: GoldProgress): readonly GoldItem[] => {
    const of = `${kind}/${seed}`;
    if (plan?.of !== of)
      plan = { of, items: kind === 'whole' ? gold.planGold(seed) : gold.planGold(seed, gold.refreshSize) };
    return plan.items;
  };

  const leave = (): void => {
    working?.abort();
    schedule();
    changed();
  };

  return {
    calibration,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    getView() {
      const { progress } = kept;
      const whole = progress?.kind === 'whole' ? progress : undefined;
      const waitsFor = whole?.stopped === true ? 'stopped' : obstacle;
      const known = kept.result === undefined ? 'shipped' : 'stored';
      const open = failed !== undefined ? 'failed' : waitsFor === undefined ? 'measuring' : 'waiting';
      return {
        ...viewCalibration(calibration()),
        status: isMeasuring() ? open : known,
        done: whole?.done.length ?? 0,
        total: whole !== undefined && plan?.of === `whole/${whole.seed}` ? plan.items.length : 0,
        ...(isMeasuring() && waitsFor !== undefined ? { obstacle: waitsFor } : {}),
        ...(failed === undefined ? {} : { error: failed }),
        canUseShipped: shipped.calibrated && kept.result !== undefined,
      };
    },
    async start(onNotice) {
      notify = onNotice;
      const loaded = await store.load(modelId);
      if (isClosed) return;
      if (loaded.notice !== undefined) notify(loaded.notice);
      if (loaded.kept !== undefined) kept = loaded.kept;
      isOpen = true;
      // A reload shows how far a measurement is before it goes on.
      if (kept.progress?.kind === 'whole')
        await ports.loadGold().then(
          (gold) => planOf(gold, kept.progress as GoldProgress),
          () => undefined,
        );
      schedule();
      changed();
    },
    setObstacle(next) {
      if (next === obstacle) return;
      // A model that is loaded again deserves another try.
      if (obstacle === 'model') failed = undefined;
      obstacle = next;
      if (next === undefined || next === 'resting') schedule();
      else leave();
      changed();
    },
    measure() {
      failed = undefined;
      void keep({ ...kept, progress: { ...wholeMeasurement(), stopped: false } });
      leave();
    },
    stop() {
      if (isMeasuring()) void keep({ ...kept, progress: { ...wholeMeasurement(), stopped: true } });
      leave();
    },
    useShipped() {
      failed = undefined;
      void keep({ modelId, revision: GOLD_REVISION });
      leave();
    },
    close() {
      isOpen = false;
      isClosed = true;
      leave();
      listeners.clear();
    },
  };
}

/** `tab-1a2b+3` names the plan of a tab's third update, and a calibration that rests on the first plan and three updates. */
function nextSeed(seed: string): string {
  const [root = seed, updates = '0'] = seed.split('+');
  return `${root}+${Number(updates) + 1}`;
}
