import { afterEach, describe, expect, test } from 'vitest';
import { createVirtualClock } from '#vocabulary';
import { watchWakes } from '../../../src/swarm/joining/wake.browser.ts';
import type { Wake } from '../../../src/swarm/joining/wake.ts';

describe('R30: how a browser lets on that the world may have changed', () => {
  let stop: () => void = () => undefined;
  afterEach(() => stop());

  const watch = () => {
    const clock = createVirtualClock();
    const wakes: Wake[] = [];
    stop = watchWakes(clock, (wake) => wakes.push(wake));
    const after = async (act: () => void): Promise<Wake[]> => {
      act();
      await clock.advance(300);
      return wakes.splice(0);
    };
    return { after };
  };
  const network = (navigator as { readonly connection?: EventTarget }).connection as EventTarget;

  test('back online and thawed: all has changed', async () => {
    const { after } = watch();
    expect(await after(() => dispatchEvent(new Event('online')))).toEqual(['changed']);
    expect(await after(() => document.dispatchEvent(new Event('resume')))).toEqual(['changed']);
  });

  test('shown again, or another estimate of the same network: worth a look', async () => {
    const { after } = watch();
    expect(document.visibilityState).toBe('visible');
    expect(await after(() => document.dispatchEvent(new Event('visibilitychange')))).toEqual(['shown']);
    expect(await after(() => network.dispatchEvent(new Event('change')))).toEqual(['shown']);
  });

  test('all at once are one; after the end there are none', async () => {
    const { after } = watch();
    const all = (): void => {
      dispatchEvent(new Event('online'));
      document.dispatchEvent(new Event('visibilitychange'));
      network.dispatchEvent(new Event('change'));
    };
    expect(await after(all)).toEqual(['changed']);
    stop();
    expect(await after(all)).toEqual([]);
  });
});
