import { describe, expect, test } from 'vitest';
import type { SharingPolicy } from '#tab';
import type { DutyReading } from '../../src/tab/session/duty-meter.ts';
import {
  type SharingConditions,
  decideSharing,
  nextScheduleChangeMs,
  readPolicy,
} from '../../src/tab/session/sharing-policy.ts';
import { DEFAULT_POLICY } from '../../src/tab/session/sharing-defaults.ts';

const NOW = 1_000_000_000;
const idle: DutyReading = {
  share: 0,
  windowMs: 600_000,
  isWorking: false,
  tokensPerSecond: undefined,
  belowAtMs: () => NOW,
};
const usual: SharingConditions = {
  isSwitchedOn: true,
  battery: { status: 'plugged-in', level: 1 },
  isHidden: false,
  localMinute: 12 * 60,
};

function decide(policy: Partial<SharingPolicy>, conditions: Partial<SharingConditions> = {}, duty = idle) {
  const decision = decideSharing({ ...DEFAULT_POLICY, ...policy }, { ...usual, ...conditions }, duty, NOW);
  return decision.serves
    ? 'serves'
    : { type: decision.reason.type, message: decision.reason.message, untilMs: decision.untilMs };
}

describe('R40: a peer works for others', () => {
  test('by default whenever it is plugged in, or on more than half a battery, also in the background', () => {
    expect(decide({})).toBe('serves');
    expect(decide({}, { isHidden: true, battery: { status: 'unknown' } })).toBe('serves');
    expect(decide({}, { battery: { status: 'on-battery', level: 0.51 } })).toBe('serves');
    expect(decide({}, { battery: { status: 'on-battery', level: 0.5 } })).toEqual({
      type: 'battery',
      message: 'The battery is at 50 %; above 50 % it works for others.',
      untilMs: undefined,
    });
  });

  test('not when switched off, whatever else is allowed', () => {
    expect(decide({}, { isSwitchedOn: false })).toMatchObject({ type: 'switched-off' });
  });

  test('on battery never, always, or above a level', () => {
    const battery = { status: 'on-battery', level: 0.2 } as const;
    expect(decide({ onBattery: { rule: 'always' } }, { battery })).toBe('serves');
    expect(decide({ onBattery: { rule: 'never' } }, { battery })).toMatchObject({ type: 'battery' });
    expect(decide({ onBattery: { rule: 'above', level: 0.1 } }, { battery })).toBe('serves');
    expect(decide({ onBattery: { rule: 'never' } }, { battery: { status: 'plugged-in', level: 0.01 } })).toBe('serves');
    expect(decide({ onBattery: { rule: 'never' } }, { battery: { status: 'unknown' } })).toBe('serves');
  });

  test('in the background only where that is allowed', () => {
    expect(decide({ whenHidden: false }, { isHidden: true })).toMatchObject({ type: 'hidden' });
    expect(decide({ whenHidden: false })).toBe('serves');
  });

  test.each([
    [9, 17, 9, true],
    [9, 17, 16.99, true],
    [9, 17, 17, false],
    [9, 17, 8.99, false],
    [22, 6, 23, true],
    [22, 6, 0, true],
    [22, 6, 5.99, true],
    [22, 6, 6, false],
    [22, 6, 12, false],
    [8, 8, 3, true],
  ])('from %d to %d o’clock, at %d: %s', (from, to, at, serves) => {
    const schedule = { fromMinute: from * 60, toMinute: to * 60 };
    expect(decide({ schedule }, { localMinute: at * 60 }) === 'serves').toBe(serves);
  });

  test('again when its hours begin, which is said', () => {
    const schedule = { fromMinute: 22 * 60, toMinute: 6 * 60 + 30 };
    expect(decide({ schedule }, { localMinute: 12 * 60 })).toEqual({
      type: 'schedule',
      message: 'It works for others from 22:00 to 06:30.',
      untilMs: NOW + 10 * 3_600_000,
    });
    expect(nextScheduleChangeMs(schedule, 23 * 60)).toBe(7.5 * 3_600_000);
    expect(nextScheduleChangeMs(schedule, 22 * 60)).toBe(8.5 * 3_600_000);
    expect(nextScheduleChangeMs({ fromMinute: 60, toMinute: 60 }, 5)).toBeUndefined();
    expect(nextScheduleChangeMs(undefined, 5)).toBeUndefined();
  });

  test('up to the cap, and again when what it did has left the window', () => {
    const worked = { ...idle, share: 0.31, belowAtMs: (share: number) => NOW + share * 1_000 };
    expect(decide({ maxDuty: 0.4 }, {}, worked)).toBe('serves');
    expect(decide({ maxDuty: 0.3 }, {}, worked)).toEqual({
      type: 'cap',
      message: 'It worked 31 % of the last 10 minutes for others; 30 % are allowed.',
      untilMs: NOW + 300,
    });
    expect(decide({ maxDuty: 0 })).toEqual({
      type: 'cap',
      message: 'None of its time is given to others.',
      untilMs: undefined,
    });
    expect(decide({ maxDuty: 1 }, {}, { ...idle, share: 1 })).toBe('serves');
  });

  test('of several reasons the one named first is what the person set most plainly', () => {
    const policy = {
      maxDuty: 0,
      whenHidden: false,
      onBattery: { rule: 'never' } as const,
      schedule: { fromMinute: 0, toMinute: 1 },
    };
    const conditions = { isHidden: true, battery: { status: 'on-battery', level: 1 } as const };
    expect(decide(policy, { ...conditions, isSwitchedOn: false })).toMatchObject({ type: 'switched-off' });
    expect(decide(policy, conditions)).toMatchObject({ type: 'schedule' });
    expect(decide({ ...policy, schedule: undefined }, conditions)).toMatchObject({ type: 'battery' });
    expect(decide({ ...policy, schedule: undefined }, { isHidden: true })).toMatchObject({ type: 'hidden' });
    expect(decide({ ...policy, schedule: undefined })).toMatchObject({ type: 'cap' });
  });
});

describe('R41: a stored policy', () => {
  test('is read back as it was', () => {
    const policy: SharingPolicy = {
      maxDuty: 0.25,
      onBattery: { rule: 'above', level: 0.8 },
      whenHidden: false,
      schedule: { fromMinute: 1_320, toMinute: 360 },
    };
    expect(readPolicy(JSON.parse(JSON.stringify(policy)))).toEqual(policy);
    expect(readPolicy(JSON.parse(JSON.stringify(DEFAULT_POLICY)))).toEqual(DEFAULT_POLICY);
  });

  test('loses only the parts that are damaged', () => {
    expect(readPolicy({ maxDuty: 7, onBattery: { rule: 'never' }, whenHidden: 'yes' })).toEqual({
      ...DEFAULT_POLICY,
      onBattery: { rule: 'never' },
    });
    expect(readPolicy({ maxDuty: 0.5, schedule: { fromMinute: 1_440, toMinute: 0 } })).toEqual({
      ...DEFAULT_POLICY,
      maxDuty: 0.5,
    });
    for (const nothing of [undefined, null, 'x', 5, [], { maxDuty: Number.NaN }])
      expect(readPolicy(nothing)).toEqual(DEFAULT_POLICY);
  });
});
