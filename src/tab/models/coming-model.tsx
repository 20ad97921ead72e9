import { formatBytes } from '../design/figure.ts';
import { Icon } from '../design/icon.tsx';
import { Meter } from '../design/meter.tsx';
import type { ComingModel as Coming } from '../session.ts';
import { useSession, useSnapshot } from '../use-session.ts';

/** A model on its way while another works: how far it is, and how to leave it. */
export function ComingModel({ coming }: { readonly coming: Coming }) {
  const session = useSession();
  const working = useSnapshot(({ model }) => (model.status === 'ready' ? model.facts.modelId : undefined));
  const failed = coming.status === 'failed';
  return (
    <div className={failed ? 'callout callout-alarm' : 'callout'} role={failed ? 'alert' : 'status'}>
      <p>
        <strong>{failed ? `${coming.name} did not come.` : `Next: ${coming.name}`}</strong>{' '}
        <span className="soft figures">{failed ? coming.error.message : describeWay(coming)}</span>
      </p>
      {coming.status === 'downloading' && (
        <Meter
          share={coming.progress.totalBytes > 0 ? coming.progress.receivedBytes / coming.progress.totalBytes : 0}
          label={`Getting ${coming.name}`}
        />
      )}
      {failed && coming.error.remedy !== undefined && <p>{coming.error.remedy}</p>}
      <p className="row">
        {failed && (
          <button type="button" className="button" onClick={() => session.retryModel()}>
            <Icon name="again" />
            Try again
          </button>
        )}
        {working !== undefined && (
          <button type="button" className="button" onClick={() => session.chooseModel(working)}>
            Stay with the one at work
          </button>
        )}
      </p>
    </div>
  );
}

function describeWay(coming: Exclude<Coming, { status: 'failed' }>): string {
  switch (coming.status) {
    case 'checking':
      return 'Looking for its files…';
    case 'waiting':
      return 'It is here and takes over when the round that runs is over.';
    case 'downloading': {
      const { phase, receivedBytes, totalBytes } = coming.progress;
      const word = phase === 'verifying' ? 'Checking' : 'Downloading';
      return `${word}: ${formatBytes(receivedBytes)} of ${formatBytes(totalBytes)}. The one at work goes on meanwhile.`;
    }
  }
}
