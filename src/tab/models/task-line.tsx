import { formatBytes } from '../design/figure.ts';
import { Icon } from '../design/icon.tsx';
import { Meter } from '../design/meter.tsx';
import type { ModelOption, ModelTask, ModelTaskKind } from '../session.ts';
import { useSession } from '../use-session.ts';

interface TaskLineProps {
  readonly task: ModelTask;
  readonly options: readonly ModelOption[];
}

const doing: Readonly<Record<ModelTaskKind, string>> = {
  import: 'Bringing',
  check: 'Checking',
  repair: 'Repairing',
  remove: 'Removing',
  measure: 'Measuring',
};

/** What is being done with models, or what it came to. */
export function TaskLine({ task, options }: TaskLineProps) {
  const session = useSession();
  const isRunning = task.status === 'running';
  const isBad = task.status === 'failed' || (task.status === 'done' && !task.isGood);
  const { status } = task;
  const modelId = status === 'running' ? undefined : task.modelId;
  return (
    <div className={isBad ? 'callout callout-alarm' : 'callout'} role={isBad ? 'alert' : 'status'}>
      {status === 'running' && <Running task={task} options={options} />}
      {status === 'done' && <p>{task.outcome}</p>}
      {status === 'failed' && (
        <>
          <strong>{task.error.message}</strong>
          {task.error.remedy !== undefined && <p>{task.error.remedy}</p>}
        </>
      )}
      <p className="row">
        {status === 'done' && task.kind === 'import' && modelId !== undefined && (
          <button type="button" className="button button-main" onClick={() => session.chooseModel(modelId)}>
            Use it
          </button>
        )}
        {isBad && task.kind === 'check' && modelId !== undefined && (
          <button type="button" className="button button-main" onClick={() => session.repairModel(modelId)}>
            Repair
          </button>
        )}
        <button type="button" className="button" onClick={() => session.endModelTask()}>
          <Icon name={isRunning ? 'stop' : 'check'} />
          {isRunning ? 'Stop' : 'Close'}
        </button>
      </p>
    </div>
  );
}

function Running({
  task,
  options,
}: {
  task: Extract<ModelTask, { status: 'running' }>;
  options: TaskLineProps['options'];
}) {
  const { kind, name, progress, engine } = task;
  const engines = options.flatMap((option) => option.engines);
  const tried = engine && engines.find((one) => one.engine === engine)?.name;
  return (
    <>
      <p>
        <strong>
          {doing[kind]} {name}
        </strong>{' '}
        {tried !== undefined && <span className="soft">with {tried}</span>}
        {progress !== undefined && (
          <span className="soft figures">
            {progress.phase === 'verifying' ? 'reading' : 'fetching'} {formatBytes(progress.receivedBytes)} of{' '}
            {formatBytes(progress.totalBytes)}
          </span>
        )}
      </p>
      {progress !== undefined && (
        <Meter
          share={progress.totalBytes > 0 ? progress.receivedBytes / progress.totalBytes : 0}
          label={`${doing[kind]} ${name}`}
        />
      )}
    </>
  );
}
