import { describe, expect, test } from 'vitest';
import { createVirtualClock } from '#vocabulary';
import { createAdmission } from '../../relay/admission.ts';
import { LOOPBACK } from '../../relay/client-address.ts';
import { defaultLimits } from '../../relay/limits.ts';

const limits = {
  ...defaultLimits,
  connections: 20,
  connectionsPerAddress: 3,
  newConnectionsPerSecond: 2,
  circuitMegabytesPerHour: 36,
};

describe('R13: admission', () => {
  test('one address has so many connections at once and so many new ones a second', async () => {
    const clock = createVirtualClock();
    const admission = createAdmission(clock, limits);
    const leave = Array.from({ length: 3 }, () => admission.admit('192.0.2.1'));
    expect(leave.every((end) => typeof end === 'function')).toBe(true);
    expect(admission.admit('192.0.2.1')).toBe('address-connections');
    expect(typeof admission.admit('192.0.2.2')).toBe('function');
    const [first] = leave;
    if (typeof first !== 'function') throw new Error('refused');
    first();
    first();
    expect(typeof admission.admit('192.0.2.1')).toBe('function');
    // Ten at once were allowed; five came.
    for (let turn = 0; turn < 5; turn++) expect(admission.admit('192.0.2.1')).toBe('address-connections');
    expect(admission.admit('192.0.2.1')).toBe('address-rate');
    await clock.advance(500);
    expect(admission.admit('192.0.2.1')).toBe('address-connections');
  });

  test('the relay as a whole is full at some time, loopback included', () => {
    const admission = createAdmission(createVirtualClock(), limits);
    const all = Array.from({ length: 21 }, () => admission.admit(LOOPBACK));
    expect(all.filter((end) => typeof end === 'function')).toHaveLength(20);
    expect(all.at(-1)).toBe('full');
  });

  test('relayed bytes are limited by the hour, and come back with time', async () => {
    const clock = createVirtualClock();
    const admission = createAdmission(clock, limits);
    expect(admission.spend('192.0.2.1', 'circuit-bytes', 36e6)).toBe(true);
    expect(admission.spend('192.0.2.1', 'circuit-bytes', 1)).toBe(false);
    expect(admission.spend('192.0.2.2', 'circuit-bytes', 1)).toBe(true);
    expect(admission.spend(LOOPBACK, 'circuit-bytes', 1e12)).toBe(true);
    await clock.advance(1000);
    expect(admission.spend('192.0.2.1', 'circuit-bytes', 10_000)).toBe(true);
    expect(admission.spend('192.0.2.1', 'circuit-bytes', 10_000)).toBe(false);
  });

  test('addresses that ask for nothing any more are forgotten', async () => {
    const clock = createVirtualClock();
    const admission = createAdmission(clock, { ...limits, connections: 5000 });
    for (let index = 0; index < 1000; index++) {
      const leave = admission.admit(`192.0.${index >> 8}.${index & 255}`);
      if (typeof leave === 'function') leave();
    }
    expect(admission.addressCount()).toBe(1000);
    await clock.advance(120_000);
    admission.spend('198.51.100.1', 'circuit');
    expect(admission.addressCount()).toBe(1);
  });
});
