import { afterEach, describe, expect, test, vi } from 'vitest';
import { watchSurroundings } from '../../src/tab/session/sharing-surroundings.browser.ts';
import { openWakeLock } from '../../src/tab/session/sharing-wake-lock.browser.ts';

const restores: (() => void)[] = [];
afterEach(() => {
  for (const restore of restores.splice(0)) restore();
});

/** Puts something in the place of what the browser has, until the test is over. */
function replace(target: object, name: string, value: unknown): void {
  const own = Object.getOwnPropertyDescriptor(target, name);
  Object.defineProperty(target, name, { configurable: true, value });
  restores.push(() => {
    if (own === undefined) Reflect.deleteProperty(target, name);
    else Object.defineProperty(target, name, own);
  });
}

function setVisibility(state: DocumentVisibilityState): void {
  replace(document, 'visibilityState', state);
  document.dispatchEvent(new Event('visibilitychange'));
}

class FakeBattery extends EventTarget {
  charging = true;
  level = 1;
  become(charging: boolean, level: number): void {
    Object.assign(this, { charging, level });
    this.dispatchEvent(new Event('chargingchange'));
  }
}

class FakeSentinel extends EventTarget {
  release = vi.fn<() => Promise<void>>(async () => void this.dispatchEvent(new Event('release')));
}

describe('R40: surroundings', () => {
  test('of a real tab: a battery or none, the foreground, and the local time', async () => {
    const surroundings = watchSurroundings();
    await vi.waitFor(() => expect(surroundings.battery().status).toBe('plugged-in'));
    expect(surroundings.isHidden()).toBe(document.visibilityState === 'hidden');
    const minute = surroundings.localMinute(new Date(2030, 5, 5, 21, 30, 30).getTime());
    expect(minute).toBe(21 * 60 + 30.5);
  });

  test('tell of a plug that is pulled and of a tab that goes to the background', async () => {
    const battery = new FakeBattery();
    replace(navigator, 'getBattery', async () => battery);
    const surroundings = watchSurroundings();
    await vi.waitFor(() => expect(surroundings.battery()).toEqual({ status: 'plugged-in', level: 1 }));
    let told = 0;
    const stop = surroundings.subscribe(() => told++);
    battery.become(false, 0.4);
    expect(surroundings.battery()).toEqual({ status: 'on-battery', level: 0.4 });
    setVisibility('hidden');
    expect(surroundings.isHidden()).toBe(true);
    expect(told).toBe(2);
    stop();
    battery.become(true, 0.4);
    expect(told).toBe(2);
  });

  test('are unknown where the browser has no battery to tell of, or refuses to', async () => {
    replace(navigator, 'getBattery', undefined);
    expect(watchSurroundings().battery()).toEqual({ status: 'unknown' });
    replace(navigator, 'getBattery', () => Promise.reject(new Error('not allowed')));
    const surroundings = watchSurroundings();
    await Promise.resolve();
    expect(surroundings.battery()).toEqual({ status: 'unknown' });
  });
});

describe('R43: the wake lock', () => {
  function openStage() {
    const sentinels: FakeSentinel[] = [];
    const request = vi.fn<() => Promise<FakeSentinel>>(async () => {
      const sentinel = new FakeSentinel();
      sentinels.push(sentinel);
      return sentinel;
    });
    replace(navigator, 'wakeLock', { request });
    replace(document, 'visibilityState', 'visible');
    const lock = openWakeLock();
    return { lock, request, sentinels };
  }

  test('is held while wanted, and given back after', async () => {
    const { lock, sentinels } = openStage();
    let told = 0;
    lock.subscribe(() => told++);
    expect(lock.state()).toBe('not-held');
    lock.setWanted(true);
    await vi.waitFor(() => expect(lock.state()).toBe('held'));
    lock.setWanted(false);
    expect(lock.state()).toBe('not-held');
    expect(sentinels[0]?.release).toHaveBeenCalledOnce();
    expect(told).toBe(2);
  });

  test('that the browser took with the foreground is asked for again with it', async () => {
    const { lock, request, sentinels } = openStage();
    lock.setWanted(true);
    await vi.waitFor(() => expect(lock.state()).toBe('held'));
    setVisibility('hidden');
    sentinels[0]?.dispatchEvent(new Event('release'));
    expect(lock.state()).toBe('not-held');
    expect(request).toHaveBeenCalledTimes(1);
    setVisibility('visible');
    await vi.waitFor(() => expect(lock.state()).toBe('held'));
    expect(request).toHaveBeenCalledTimes(2);
  });

  test('is not asked for twice, and not kept when it comes too late', async () => {
    const { lock, request, sentinels } = openStage();
    lock.setWanted(true);
    lock.setWanted(true);
    lock.setWanted(false);
    await vi.waitFor(() => expect(sentinels[0]?.release).toHaveBeenCalledOnce());
    expect(lock.state()).toBe('not-held');
    expect(request).toHaveBeenCalledTimes(1);
  });

  test('that is refused or unknown shows, and fails nothing', async () => {
    replace(document, 'visibilityState', 'visible');
    replace(navigator, 'wakeLock', { request: () => Promise.reject(new Error('low battery')) });
    const refused = openWakeLock();
    refused.setWanted(true);
    await Promise.resolve();
    expect(refused.state()).toBe('not-held');
    replace(navigator, 'wakeLock', undefined);
    const unknown = openWakeLock();
    unknown.setWanted(true);
    expect(unknown.state()).toBe('unsupported');
  });
});
