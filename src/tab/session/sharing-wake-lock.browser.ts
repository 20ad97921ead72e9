import type { SharingView } from '../session.ts';
import type { WakeLock } from './sharing-course.ts';

/** The screen wake lock of this tab. The browser takes it away when the tab goes to the background; it is asked for again after. */
export function openWakeLock(): WakeLock {
  const { wakeLock } = navigator as { readonly wakeLock?: Navigator['wakeLock'] };
  const listeners = new Set<() => void>();
  let isWanted = false;
  let isAsking = false;
  let held: WakeLockSentinel | undefined;

  const changed = (): void => {
    for (const listener of listeners) listener();
  };

  const lose = (sentinel: WakeLockSentinel): void => {
    if (held !== sentinel) return;
    held = undefined;
    changed();
  };

  const ask = async (): Promise<void> => {
    if (wakeLock === undefined || !isWanted || held !== undefined || isAsking) return;
    if (document.visibilityState === 'hidden') return;
    isAsking = true;
    try {
      const sentinel = await wakeLock.request('screen');
      held = sentinel;
      sentinel.addEventListener('release', () => lose(sentinel), { once: true });
      changed();
    } catch {
      // A low battery or a policy forbids it. Rounds go on without; the state shows it.
    } finally {
      isAsking = false;
    }
    if (!isWanted) release();
  };

  const release = (): void => {
    const sentinel = held;
    if (sentinel === undefined) return;
    lose(sentinel);
    void sentinel.release().catch(() => undefined);
  };

  document.addEventListener('visibilitychange', () => void ask());

  return {
    setWanted(wanted) {
      isWanted = wanted;
      if (wanted) void ask();
      else release();
    },
    state(): SharingView['wakeLock'] {
      if (wakeLock === undefined) return 'unsupported';
      return held === undefined ? 'not-held' : 'held';
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
