import { useRef } from 'react';
import { formatBytes, formatRate, formatShare } from '../design/figure.ts';
import { Icon } from '../design/icon.tsx';
import { Meter } from '../design/meter.tsx';
import { DownloadSources } from '../network/download-sources.tsx';
import type { ModelView } from '../session.ts';
import { useSession, useSnapshot } from '../use-session.ts';
import { JudgingCard } from './judging-card.tsx';
import { OpenModels } from './open-models.tsx';
import './model-card.css';

/** The model of this peer: how far it is, how fast, how good a judge, and what to do when it failed. */
export function ModelCard() {
  const model = useSnapshot((snapshot) => snapshot.model);
  const isStarted = useSnapshot((snapshot) => snapshot.self.role !== 'starting');
  return (
    <div className="model-card">
      <p className="row">
        <span className="model-name">{model.name}</span>
        {model.status === 'ready' && <span className="badge badge-good">{model.busy ? 'working' : 'ready'}</span>}
        {model.status === 'failed' && <span className="badge badge-alarm">not available</span>}
      </p>
      <Progress model={model} />
      {model.status === 'failed' && <Repair error={model.error} />}
      <Coming />
      {isStarted && <OpenModels />}
      <JudgingCard />
    </div>
  );
}

/** A model that is to follow, in one line; the view of all models says more. */
function Coming() {
  const coming = useSnapshot((snapshot) => snapshot.models.coming);
  if (coming === undefined) return null;
  if (coming.status === 'failed')
    return (
      <p className="fine model-trouble">
        {coming.name} did not come: {coming.error.message}
      </p>
    );
  const { status, name } = coming;
  const share = status === 'downloading' ? coming.progress.receivedBytes / Math.max(1, coming.progress.totalBytes) : 0;
  return (
    <>
      {status === 'downloading' && <Meter share={share} label={`Getting ${name}`} />}
      <p className="fine soft figures">
        Next: {name},{' '}
        {status === 'downloading' ? formatShare(share) : status === 'waiting' ? 'after this round' : 'on its way'}
      </p>
    </>
  );
}

function Progress({ model }: { readonly model: ModelView }) {
  switch (model.status) {
    case 'checking':
      return <p className="fine soft">Looking for the model on this machine…</p>;
    case 'downloading': {
      const { phase, receivedBytes, totalBytes } = model.progress;
      const share = totalBytes > 0 ? receivedBytes / totalBytes : 0;
      const word = phase === 'verifying' ? 'Checking the file' : 'Downloading, once for this browser';
      return (
        <>
          <Meter share={share} label={word} />
          <p className="fine soft figures">
            {word}: {formatBytes(receivedBytes)} of {formatBytes(totalBytes)}
          </p>
          <DownloadSources />
        </>
      );
    }
    case 'loading':
      return <p className="fine soft">Loading into memory…</p>;
    case 'ready':
      return <p className="fine soft figures">{describeReady(model)}</p>;
    case 'failed':
      return null;
  }
}

function describeReady({ facts, speed }: Extract<ModelView, { status: 'ready' }>): string {
  const reads = speed.prefillTokensPerSecond;
  const writes = speed.decodeTokensPerSecond;
  const pieces = [
    reads === undefined ? undefined : `reads ${formatRate(reads)} tokens/s`,
    writes === undefined ? undefined : `writes ${formatRate(writes)} tokens/s`,
    `${facts.engine}, ${facts.threads === 1 ? '1 thread' : `${facts.threads} threads`}`,
  ];
  return pieces.filter((piece) => piece !== undefined).join(' · ');
}

function Repair({ error }: { readonly error: Extract<ModelView, { status: 'failed' }>['error'] }) {
  const session = useSession();
  const input = useRef<HTMLInputElement>(null);
  return (
    <div className="callout callout-alarm" role="alert">
      <strong>{error.message}</strong>
      {error.remedy !== undefined && <p>{error.remedy}</p>}
      <p className="row">
        <button type="button" className="button" onClick={() => session.retryModel()}>
          <Icon name="again" />
          Try again
        </button>
        <button type="button" className="button" onClick={() => input.current?.click()}>
          <Icon name="file" />
          Use a model file
        </button>
      </p>
      <input
        ref={input}
        type="file"
        hidden
        aria-label="Model file"
        accept=".gguf"
        onChange={({ target }) => {
          const file = target.files?.[0];
          if (file !== undefined) session.adoptModelFile(file);
          target.value = '';
        }}
      />
    </div>
  );
}
