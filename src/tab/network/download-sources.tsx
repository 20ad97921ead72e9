import type { ContentSourceView } from '#swarm';
import { countOf, formatSpeed, listOf } from '../design/figure.ts';
import { useSnapshot } from '../use-session.ts';

/** Where what is being fetched comes from just now, in one line. */
export function DownloadSources() {
  const downloads = useSnapshot((snapshot) => snapshot.network.transfers.now.downloads);
  const sources = downloads.flatMap((download) => download.sources).filter(({ status }) => status === 'active');
  const parts = [
    describe(sources, 'server', (count) => (count === 1 ? 'a server' : `${count} servers`)),
    describe(sources, 'peer', (count) => countOf(count, 'peer')),
  ].filter((part) => part !== undefined);
  if (parts.length === 0) return null;
  return <p className="fine soft figures">From {listOf(parts)}</p>;
}

function describe(
  sources: readonly ContentSourceView[],
  kind: ContentSourceView['kind'],
  nameThem: (count: number) => string,
): string | undefined {
  const some = sources.filter((source) => source.kind === kind);
  // One peer may give several files.
  const count = new Set(some.map(({ name }) => name)).size;
  const speed = some.reduce((sum, { bytesPerSecond }) => sum + bytesPerSecond, 0);
  return count === 0 ? undefined : `${nameThem(count)} (${formatSpeed(speed)})`;
}
