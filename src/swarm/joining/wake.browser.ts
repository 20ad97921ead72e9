import type { Clock } from '#vocabulary';
import { type Wake, gatherWakes, watchSleep } from './wake.ts';

/** The Network Information API, which not all browsers have. */
interface NetworkInformation extends EventTarget {
  /** `wifi`, `cellular`, ...; absent on desktops. */
  readonly type?: string;
}

/**
 * Everything by which a browser lets on that the world may have changed: back online, another network, thawed, shown
 * again, or hours passed between two ticks of a timer.
 */
export function watchWakes(clock: Clock, onWake: (wake: Wake) => void): () => void {
  const wakes = gatherWakes(clock, onWake);
  const stopWatchingSleep = watchSleep(clock, () => wakes.add('changed'));
  const network = (navigator as { readonly connection?: NetworkInformation }).connection;
  let networkType = network?.type;

  const onChanged = (): void => wakes.add('changed');
  const onVisibility = (): void => {
    if (document.visibilityState === 'visible') wakes.add('shown');
  };
  const onNetwork = (): void => {
    // Told also whenever the browser estimates the speed anew.
    wakes.add(network?.type === networkType ? 'shown' : 'changed');
    networkType = network?.type;
  };
  const events: readonly (readonly [target: EventTarget | undefined, type: string, listener: () => void])[] = [
    [globalThis, 'online', onChanged],
    [document, 'resume', onChanged],
    [document, 'visibilitychange', onVisibility],
    [network, 'change', onNetwork],
  ];
  for (const [target, type, listener] of events) target?.addEventListener(type, listener);
  return () => {
    wakes.stop();
    stopWatchingSleep();
    for (const [target, type, listener] of events) target?.removeEventListener(type, listener);
  };
}
