import type { PathView } from '../swarm.ts';
import { type StatsEntry, readPath, samePath } from './path.ts';

/** Browsers that do not tell when the pair changes are asked this often. */
const POLL_MS = 10_000;

/** The path a connection takes now; undefined while none is selected or the connection is closed. */
export async function currentPath(connection: RTCPeerConnection): Promise<PathView | undefined> {
  try {
    const report = await connection.getStats();
    return readPath(report.values() as Iterable<StatsEntry>);
  } catch {
    return undefined;
  }
}

/** Calls `onPath` with each path that differs from the last one. The returned function ends it. */
export function watchPath(
  connection: RTCPeerConnection,
  first: PathView | undefined,
  onPath: (path: PathView) => void,
): () => void {
  let last = first;
  let isOver = false;
  const look = async (): Promise<void> => {
    const path = await currentPath(connection);
    if (isOver || path === undefined || samePath(path, last)) return;
    last = path;
    onPath(path);
  };
  const onHint = (): void => void look();
  const ice = connection.sctp?.transport.iceTransport;
  ice?.addEventListener('selectedcandidatepairchange', onHint);
  connection.addEventListener('iceconnectionstatechange', onHint);
  const timer = ice !== undefined && 'onselectedcandidatepairchange' in ice ? undefined : setInterval(onHint, POLL_MS);
  const stop = (): void => {
    isOver = true;
    clearInterval(timer);
    ice?.removeEventListener('selectedcandidatepairchange', onHint);
    connection.removeEventListener('iceconnectionstatechange', onHint);
  };
  connection.addEventListener('close', stop, { once: true });
  return stop;
}
