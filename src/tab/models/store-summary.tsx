import type { StoreUsage } from '#inference';
import { formatBytes } from '../design/figure.ts';

const places: Readonly<Record<StoreUsage['place'], string>> = {
  opfs: 'in the private file system of this browser',
  cache: 'in the cache of this browser',
  memory: 'in the memory of this tab only: they are gone when it closes',
};

/** What the models take of the room that the browser gives. */
export function StoreSummary({ usage }: { readonly usage: StoreUsage | undefined }) {
  return (
    <section className="sheet-part">
      <h3 className="section-title">Storage</h3>
      {usage === undefined ? <p className="small soft">Looking…</p> : <Usage usage={usage} />}
    </section>
  );
}

function Usage({ usage: { place, modelBytes, otherBytes, origin, isPersistent } }: { readonly usage: StoreUsage }) {
  const restBytes = origin === undefined ? 0 : Math.max(0, origin.usedBytes - modelBytes - otherBytes);
  const parts = [
    { name: 'models', sizeBytes: modelBytes, tone: 'models' },
    { name: 'unfinished downloads', sizeBytes: otherBytes, tone: 'other' },
    { name: 'questions and records', sizeBytes: restBytes, tone: 'rest' },
  ].filter(({ sizeBytes }) => sizeBytes > 0);
  const words = parts.map(({ name, sizeBytes }) => `${formatBytes(sizeBytes)} ${name}`);
  return (
    <>
      {origin !== undefined && origin.quotaBytes > 0 && (
        <div className="store-bar" aria-hidden="true">
          {parts.map(({ tone, sizeBytes }) => (
            <span
              key={tone}
              className={`store-part store-${tone}`}
              style={{ width: `${Math.min(1, sizeBytes / origin.quotaBytes) * 100}%` }}
            />
          ))}
        </div>
      )}
      <ul role="list" className="store-legend fine figures">
        {parts.map(({ tone }, index) => (
          <li key={tone}>
            <span className={`store-dot store-${tone}`} aria-hidden="true" />
            {words[index]}
          </li>
        ))}
        {parts.length === 0 && <li>Nothing is kept yet.</li>}
      </ul>
      <p className="small soft figures">
        Models are kept {places[place]}.{' '}
        {origin === undefined
          ? 'The browser does not say how much room there is.'
          : `The browser gives this site up to ${formatBytes(origin.quotaBytes)}.`}{' '}
        {place !== 'memory' &&
          (isPersistent
            ? 'It will not delete them by itself.'
            : 'It may delete them when the disk runs full, and asks nobody.')}
      </p>
    </>
  );
}
