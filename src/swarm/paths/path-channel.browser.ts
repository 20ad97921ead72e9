import type { Channel } from '../session/channel.ts';
import { kindOfPath } from './path.ts';
import { currentPath, watchPath } from './selected-path.browser.ts';

/** The same channel with the path it takes, now and whenever it changes. */
export async function overPath<C extends Channel>(channel: C, connection: RTCPeerConnection): Promise<C> {
  let path = await currentPath(connection);
  let onPathChange: () => void = () => undefined;
  const stop = watchPath(connection, path, (next) => {
    path = next;
    onPathChange();
  });
  return {
    ...channel,
    get kind() {
      return path === undefined ? 'direct' : kindOfPath(path);
    },
    get path() {
      return path;
    },
    listen(listener) {
      onPathChange = listener.onPathChange;
      channel.listen({
        ...listener,
        onClose() {
          stop();
          listener.onClose();
        },
      });
    },
  };
}
