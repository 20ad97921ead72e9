import { type Clock, type Failure, type Result, err, failure, ok } from '#vocabulary';
import { type Engine, type EngineKind, engineNames } from '#inference';
import { formatRate } from '../design/figure.ts';
import type { ModelView } from '../session.ts';
import { type MeasuredSpeed, measureSpeed } from './models-measure.ts';
import type { TaskOutcome } from './models-tasks.ts';

export interface EngineTrial {
  readonly clock: Clock;
  readonly engine: Engine;
  /** Aborts when the person stops it, or somebody needs the engine. */
  readonly signal: AbortSignal;
  /** Resolves when the engine holds the model or has failed to. */
  loadWith(kind: EngineKind): Promise<void>;
  view(): ModelView;
  onEngine(kind: EngineKind): void;
  onSpeed(kind: EngineKind, speed: MeasuredSpeed): void;
  /** The one that suits the model best by what is known now. */
  best(): EngineKind | undefined;
}

/** Loads the model with each engine in turn, measures it and ends on the one that suits it best, also when it is left early. */
export async function tryEngines(
  kinds: readonly EngineKind[],
  trial: EngineTrial,
): Promise<Result<TaskOutcome, Failure>> {
  const speeds = new Map<EngineKind, MeasuredSpeed>();
  const problems: string[] = [];
  for (const kind of kinds) {
    if (trial.signal.aborted) break;
    trial.onEngine(kind);
    if (loadedKind(trial.view()) !== kind) await trial.loadWith(kind);
    const view = trial.view();
    const measured =
      view.status === 'failed' ? err(view.error) : await measureSpeed(trial.engine, trial.clock, trial.signal);
    if (trial.signal.aborted) break;
    if (measured.ok) {
      speeds.set(kind, measured.value);
      trial.onSpeed(kind, measured.value);
    } else problems.push(`${engineNames[kind]} failed: ${measured.error.message}`);
  }
  const best = trial.best();
  if (best !== undefined && loadedKind(trial.view()) !== best) await trial.loadWith(best);
  if (speeds.size === 0)
    return err(failure('not-measured', ['No engine could be measured.', ...problems].join(' '), 'Try again later.'));
  return ok({ outcome: [...describeSpeeds(speeds, best), ...problems].join(' '), isGood: problems.length === 0 });
}

function loadedKind(view: ModelView): EngineKind | undefined {
  return view.status === 'ready' ? view.facts.kind : undefined;
}

function describeSpeeds(speeds: ReadonlyMap<EngineKind, MeasuredSpeed>, best: EngineKind | undefined): string[] {
  const sentences = [...speeds].map(
    ([kind, { prefill, decode }]) =>
      `${engineNames[kind]} reads ${formatRate(prefill)} and writes ${formatRate(decode)} tokens a second.`,
  );
  return best !== undefined && speeds.size > 1
    ? [`${engineNames[best]} suits this device best.`, ...sentences]
    : sentences;
}
