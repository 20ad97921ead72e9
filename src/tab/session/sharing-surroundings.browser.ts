import type { BatteryView } from '../session.ts';
import type { SharingSurroundings } from './sharing-course.ts';

/** What type libraries lack: the Battery Status API, which only Chromium has. */
interface BatteryManager extends EventTarget {
  readonly charging: boolean;
  readonly level: number;
}

/** Battery, foreground and local time of this tab, as far as the browser says. */
export function watchSurroundings(): SharingSurroundings {
  const listeners = new Set<() => void>();
  const changed = (): void => {
    for (const listener of listeners) listener();
  };
  document.addEventListener('visibilitychange', changed);

  let battery: BatteryManager | undefined;
  const find = async (): Promise<void> => {
    try {
      battery = await (navigator as { getBattery?: () => Promise<BatteryManager> }).getBattery?.();
    } catch {
      // A policy of the page or the person forbids it; then it is as if the browser had none.
    }
    for (const event of ['chargingchange', 'levelchange']) battery?.addEventListener(event, changed);
    changed();
  };
  void find();

  return {
    battery: () => viewBattery(battery),
    isHidden: () => document.visibilityState === 'hidden',
    localMinute(nowMs) {
      const local = new Date(nowMs);
      return local.getHours() * 60 + local.getMinutes() + local.getSeconds() / 60;
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function viewBattery(battery: BatteryManager | undefined): BatteryView {
  if (battery === undefined) return { status: 'unknown' };
  return { status: battery.charging ? 'plugged-in' : 'on-battery', level: battery.level };
}
