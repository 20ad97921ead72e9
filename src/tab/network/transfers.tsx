import type { ContentSourceView, DownloadView } from '#swarm';
import { formatDuration } from '../design/duration.ts';
import { Disclosure } from '../design/disclosure.tsx';
import { countOf, formatBytes, formatSpeed } from '../design/figure.ts';
import { Meter } from '../design/meter.tsx';
import { PeerTag } from '../peer-tag.tsx';
import type { TransfersView } from '../session.ts';
import { boundReason } from './path-words.ts';

/** What this tab takes and gives: now, today and in all. */
export function Transfers({ transfers: { now, today, total } }: { readonly transfers: TransfersView }) {
  const rows = [
    ['Given to peers', today.givenBytes, total.givenBytes],
    ['Taken from peers', today.takenBytes, total.takenBytes],
    ['Taken from servers', today.serverBytes, total.serverBytes],
  ] as const;
  return (
    <section className="sheet-part">
      <h3 className="section-title">Transfers</h3>
      <p className="small soft">
        Models are large. A tab that has one hands it on in pieces, each checked on arrival, so that the next tab need
        not fetch all of it from the internet.
      </p>
      {now.downloads.map((download) => (
        <Download key={download.cid} download={download} />
      ))}
      {now.uploads.length > 0 && (
        <ul role="list" className="network-list small" aria-label="Sending now">
          {now.uploads.map(({ peer, cid, name, givenBytes, bytesPerSecond }) => (
            <li key={`${peer} ${cid}`} className="network-entry">
              <span className="network-entry-words">
                Sending to <PeerTag peer={peer} /> <span className="soft">{name}</span>
              </span>
              <span className="figures">
                {formatSpeed(bytesPerSecond)} <span className="soft">· {formatBytes(givenBytes)}</span>
              </span>
            </li>
          ))}
        </ul>
      )}
      {now.downloads.length === 0 && now.uploads.length === 0 && <p className="small soft">Nothing moves just now.</p>}
      <table className="network-totals small figures">
        <thead>
          <tr>
            <th scope="col">
              <span className="aloud">What</span>
            </th>
            <th scope="col">today</th>
            <th scope="col">in all</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, ofToday, inAll]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{formatBytes(ofToday)}</td>
              <td>{formatBytes(inAll)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {now.offered.length > 0 && (
        <Disclosure summary={`${countOf(now.offered.length, 'file')} can be had from this browser`}>
          <ul role="list" className="network-list small">
            {now.offered.map(({ cid, name, sizeBytes }) => (
              <li key={cid} className="network-entry">
                <span className="network-entry-words">
                  <span>{name}</span> <span className="soft figures">{formatBytes(sizeBytes)}</span>
                  <br />
                  <span className="fine fixed soft">{cid}</span>
                </span>
              </li>
            ))}
          </ul>
        </Disclosure>
      )}
      {now.traffic.length > 0 && (
        <Disclosure summary="With each peer, since this page was opened">
          <ul role="list" className="network-list small">
            {now.traffic.map(({ peer, givenBytes, takenBytes }) => (
              <li key={peer} className="network-entry">
                <PeerTag peer={peer} withId />
                <span className="figures soft">
                  given {formatBytes(givenBytes)}, taken {formatBytes(takenBytes)}
                </span>
              </li>
            ))}
          </ul>
        </Disclosure>
      )}
    </section>
  );
}

const phases: Readonly<Record<DownloadView['phase'], string>> = {
  finding: 'Looking for who has it',
  fetching: 'Getting',
  verifying: 'Checking',
};

function Download({ download }: { readonly download: DownloadView }) {
  const { name, phase, receivedBytes, sizeBytes, bytesPerSecond, sources } = download;
  const leftMs = bytesPerSecond > 0 ? ((sizeBytes - receivedBytes) / bytesPerSecond) * 1_000 : undefined;
  return (
    <div className="callout transfer">
      <p className="transfer-row">
        <span>
          <span className="soft">{phases[phase]}</span> <strong>{name}</strong>
        </span>
        <span className="figures">
          {formatSpeed(bytesPerSecond)}
          {leftMs !== undefined && phase === 'fetching' && (
            <span className="soft"> · {formatDuration(leftMs)} left</span>
          )}
        </span>
      </p>
      <Meter share={sizeBytes > 0 ? receivedBytes / sizeBytes : 0} label={`${phases[phase]} ${name}`} />
      <p className="fine soft figures">
        {formatBytes(receivedBytes)} of {formatBytes(sizeBytes)} are here and checked.
      </p>
      <ul role="list" className="transfer" aria-label="Sources">
        {sources.map((source) => (
          <li key={`${source.kind} ${source.name}`} className="transfer-row">
            <span>
              {source.peer === undefined ? (
                <>
                  <span className="soft">Server</span> {source.name}
                </>
              ) : (
                <PeerTag peer={source.peer} />
              )}
            </span>
            <span className={source.status === 'dropped' ? 'fine network-trouble' : 'fine figures soft'}>
              {describeSource(source)}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function describeSource({ status, reason, bytesPerSecond, receivedBytes }: ContentSourceView): string {
  const why = reason === undefined ? '' : ` ${boundReason(reason)}`;
  switch (status) {
    case 'active':
      return `${formatSpeed(bytesPerSecond)} · ${formatBytes(receivedBytes)}`;
    case 'resting':
      return `rests and is asked again soon · ${formatBytes(receivedBytes)}.${why}`;
    case 'dropped':
      return `not asked again.${why}`;
  }
}
