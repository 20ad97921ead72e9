import { formatBytes, formatRate } from '../design/figure.ts';
import { Icon } from '../design/icon.tsx';
import { Meter } from '../design/meter.tsx';
import type { ModelView, ModelsView, RoomView } from '../session.ts';
import { useSession, useSnapshot } from '../use-session.ts';
import { ComingModel } from './coming-model.tsx';
import { TaskLine } from './task-line.tsx';

/** Which model works, which is to follow, and what is being done with models. */
export function ModelNow({ models }: { readonly models: ModelsView }) {
  const session = useSession();
  const model = useSnapshot((snapshot) => snapshot.model);
  const isMeasuring = models.task?.kind === 'measure' && models.task.status === 'running';
  return (
    <section className="sheet-part" aria-label="The model at work">
      <p className="models-now">
        <span className="soft">{model.status === 'ready' ? 'At work' : 'Chosen'}</span>
        <strong>{model.name}</strong>
        <span className="soft figures">{describeState(model, models)}</span>
      </p>
      {model.status === 'downloading' && <Meter share={shareOf(model.progress)} label={`Getting ${model.name}`} />}
      {model.status === 'failed' && (
        <div className="callout callout-alarm" role="alert">
          <strong>{model.error.message}</strong>
          {model.error.remedy !== undefined && <p>{model.error.remedy}</p>}
          <p className="row">
            <button type="button" className="button" onClick={() => session.retryModel()}>
              <Icon name="again" />
              Try again
            </button>
          </p>
        </div>
      )}
      {models.coming !== undefined && <ComingModel coming={models.coming} />}
      {models.room !== undefined && <Room room={models.room} />}
      {models.task !== undefined && <TaskLine task={models.task} options={models.options} />}
      {model.status === 'ready' && !isMeasuring && (
        <p className="row small">
          <button
            type="button"
            className="button"
            disabled={models.task?.status === 'running'}
            onClick={() => session.measureEngines()}
          >
            <Icon name="again" />
            Measure engines
          </button>
          <span className="soft models-aside">
            {models.chosen.untried === undefined
              ? 'Tries every engine that can run this model, for a minute or so, and stays with the best.'
              : `${engineName(models, models.chosen.untried)} can run this model too and was never tried here.`}
          </span>
        </p>
      )}
    </section>
  );
}

function engineName({ options, chosen }: ModelsView, kind: string): string {
  const engines = options.find(({ id }) => id === chosen.modelId)?.engines ?? [];
  return engines.find(({ engine }) => engine === kind)?.name ?? kind;
}

function describeState(model: ModelView, { options }: ModelsView): string {
  switch (model.status) {
    case 'checking':
      return 'looking for its files…';
    case 'downloading':
      return `${formatBytes(model.progress.receivedBytes)} of ${formatBytes(model.progress.totalBytes)} are here`;
    case 'loading':
      return 'loading into memory…';
    case 'failed':
      return 'not available';
    case 'ready': {
      const { engine, kind, modelId } = model.facts;
      // Just loaded it has not worked yet; what was measured before stands in the list.
      const known = options
        .find(({ id }) => id === modelId)
        ?.engines.find((one) => one.canRun && one.engine === kind && one.speed?.basis === 'measured');
      const writes = model.speed.decodeTokensPerSecond ?? (known?.canRun === true ? known.speed?.decode : undefined);
      const speed = writes === undefined ? 'speed not measured yet' : `writes ${formatRate(writes)} tokens/s`;
      return `${engine} · ${speed}`;
    }
  }
}

export function shareOf({ receivedBytes, totalBytes }: { receivedBytes: number; totalBytes: number }): number {
  return totalBytes > 0 ? receivedBytes / totalBytes : 0;
}

function Room({ room }: { readonly room: RoomView }) {
  const session = useSession();
  const { removes, freedBytes, neededBytes, error } = room;
  if (error !== undefined)
    return (
      <div className="callout callout-alarm">
        <strong>{error.message}</strong>
        {error.remedy !== undefined && <p>{error.remedy}</p>}
      </div>
    );
  return (
    <div className="callout">
      <strong>It needs {formatBytes(neededBytes)} of room.</strong>
      {removes.length === 0 ? (
        <p>What earlier downloads left would be removed.</p>
      ) : (
        <>
          <p>To make it, these models would be removed; they can be fetched or brought again later:</p>
          <ul className="models-removes">
            {removes.map(({ id, name, sizeBytes }) => (
              <li key={id}>
                {name} <span className="soft figures">({formatBytes(sizeBytes)})</span>
              </li>
            ))}
          </ul>
        </>
      )}
      <p className="row">
        <button type="button" className="button button-alarm" onClick={() => session.freeRoom()}>
          Free {formatBytes(freedBytes)} and go on
        </button>
      </p>
    </div>
  );
}
