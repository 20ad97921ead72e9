import type { Leadership, TabChannel, TabMessage } from './tab-channel.ts';

export function openTabChannel(persona: string): TabChannel {
  const channel = new BroadcastChannel(`peerage/session/${persona}`);
  return {
    post: (message) => channel.postMessage(message),
    onMessage(listener) {
      const onEvent = (event: MessageEvent): void => listener(event.data as TabMessage);
      channel.addEventListener('message', onEvent);
      return () => channel.removeEventListener('message', onEvent);
    },
    close: () => channel.close(),
  };
}

/** Leadership by a Web Lock: the browser passes it on when the holder closes, crashes or navigates. */
export function lockedLeadership(persona: string): Leadership {
  return {
    acquire: () =>
      new Promise((resolve, reject) => {
        const hold = (): Promise<void> => new Promise((release) => resolve(release));
        navigator.locks.request(`peerage/leader/${persona}`, hold).catch(reject);
      }),
  };
}
