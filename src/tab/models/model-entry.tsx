import { formatBytes } from '../design/figure.ts';
import { formatAgo } from '../design/duration.ts';
import { Disclosure } from '../design/disclosure.tsx';
import { Icon } from '../design/icon.tsx';
import { Meter } from '../design/meter.tsx';
import { useNow } from '../design/use-now.ts';
import type { EngineOption, ModelOption, ModelsView } from '../session.ts';
import { useSession, useSnapshot } from '../use-session.ts';
import { describeEngine, describeModel, runnableEngines } from './model-words.ts';

interface ModelEntryProps {
  readonly option: ModelOption;
  readonly models: ModelsView;
}

/** One model: what it is, how it would run here, and what can be done with it. */
export function ModelEntry({ option, models }: ModelEntryProps) {
  const { id, name, place, isRecommended, isOwn, isPinned, engines, best, purpose } = option;
  const working = useSnapshot(({ model }) =>
    model.status === 'ready' && model.facts.modelId === id ? model.facts.kind : undefined,
  );
  const runnable = runnableEngines(option);
  const main = runnable.find(({ engine }) => engine === (working ?? best)) ?? runnable[0];
  const refused = engines.find((engine) => !engine.canRun);
  return (
    <li className="model-entry">
      <div className="row">
        <h4 className="model-entry-name">{name}</h4>
        {working !== undefined && <span className="badge badge-good">at work</span>}
        {isRecommended && <span className="badge badge-best">best for this device</span>}
        {isOwn && <span className="badge">your own</span>}
        {isPinned && <span className="badge">kept for good</span>}
      </div>
      <p className="fine soft figures">{describeModel(option)}</p>
      {purpose === 'embedding' && <p className="fine">Turns texts into vectors; it cannot answer.</p>}
      {main !== undefined && <p className="fine figures">{describeEngine(main, purpose)}</p>}
      {main !== undefined && best === undefined && <p className="fine model-entry-warning">{main.why}</p>}
      {main === undefined && refused !== undefined && (
        <p className="fine model-entry-warning">
          {refused.reason} {refused.remedy}
        </p>
      )}
      {place === 'partly' && (
        <Meter share={option.arrivedBytes / option.sizeBytes} label={`Part of ${name} that is here`} />
      )}
      <Actions option={option} models={models} working={working} />
      {engines.length > 1 && (
        <Disclosure className="model-entry-engines" summary={`Engines (${engines.length})`}>
          <ul role="list" className="models-engines">
            {engines.map((engine) => (
              <Engine key={engine.engine} option={option} engine={engine} isWorking={engine.engine === working} />
            ))}
          </ul>
        </Disclosure>
      )}
    </li>
  );
}

interface ActionsProps extends ModelEntryProps {
  readonly working: EngineOption['engine'] | undefined;
}

function Actions({ option, models, working }: ActionsProps) {
  const session = useSession();
  const nowMs = useNow(false);
  const { id, name, place, isPinned, isInUse, lastUsedMs, purpose } = option;
  const isRunnable = runnableEngines(option).length > 0 || option.engines.length === 0;
  const isTaken = models.task?.status === 'running';
  const isComing = models.coming?.modelId === id && models.coming.status !== 'failed';
  const of = <span className="aloud"> {name}</span>;
  return (
    <div className="row model-entry-actions">
      {working === undefined && isRunnable && purpose === 'chat' && (
        <button type="button" className="button" disabled={isComing} onClick={() => session.chooseModel(id)}>
          {isComing ? 'On its way' : wordOf(option)}
          {of}
        </button>
      )}
      {place !== 'elsewhere' && (
        <>
          <button
            type="button"
            className="button button-quiet"
            aria-pressed={isPinned}
            title="A kept model is never removed to make room."
            onClick={() => session.pinModel(id, !isPinned)}
          >
            {isPinned && <Icon name="check" />}
            Keep{of}
          </button>
          <button
            type="button"
            className="button button-quiet"
            disabled={isTaken}
            onClick={() => (place === 'here' ? session.checkModel(id) : session.repairModel(id))}
          >
            {place === 'here' ? 'Check' : 'Fetch the rest'}
            {of}
          </button>
          <button
            type="button"
            className="button button-quiet"
            disabled={isTaken || isInUse}
            title={isInUse ? 'It is at work in this tab or another.' : undefined}
            onClick={() => session.removeModel(id)}
          >
            <Icon name="close" />
            Remove{of}
          </button>
          {lastUsedMs !== undefined && working === undefined && (
            <span className="fine faint">used {formatAgo(lastUsedMs, nowMs)}</span>
          )}
        </>
      )}
    </div>
  );
}

function wordOf({ place, sizeBytes, arrivedBytes, best, engines }: ModelOption): string {
  if (place === 'here') return 'Use';
  const rest = formatBytes(sizeBytes - arrivedBytes);
  return best === undefined && engines.length > 0 ? `Get ${rest} and use anyway` : `Get ${rest} and use`;
}

interface EngineProps {
  readonly option: ModelOption;
  readonly engine: EngineOption;
  readonly isWorking: boolean;
}

function Engine({ option, engine, isWorking }: EngineProps) {
  const session = useSession();
  if (!engine.canRun)
    return (
      <li>
        <p className="fine">
          <strong>{engine.name}</strong> {engine.reason} <span className="soft">{engine.remedy}</span>
        </p>
      </li>
    );
  return (
    <li className="row">
      <p className="fine figures models-engine">
        {describeEngine(engine)}
        {engine.engine === option.best && <span className="soft"> · suits this device best</span>}
      </p>
      {isWorking ? (
        <span className="badge badge-good">at work</span>
      ) : (
        <button type="button" className="button" onClick={() => session.chooseModel(option.id, engine.engine)}>
          Use {engine.name}
          <span className="aloud"> for {option.name}</span>
        </button>
      )}
    </li>
  );
}
