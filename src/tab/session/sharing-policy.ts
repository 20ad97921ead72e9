/** Whether a peer may take on work for others: what its person allowed, held against how things stand. */
import * as v from 'valibot';
import { formatShare } from '../design/figure.ts';
import type { BatteryView, DailySchedule, SharingPause, SharingPolicy } from '../session.ts';
import type { DutyReading } from './duty-meter.ts';
import { DEFAULT_POLICY } from './sharing-defaults.ts';

export interface SharingConditions {
  readonly isSwitchedOn: boolean;
  readonly battery: BatteryView;
  readonly isHidden: boolean;
  /** Minutes since midnight where the person is. */
  readonly localMinute: number;
}

export type SharingDecision =
  | { readonly serves: true }
  | {
      readonly serves: false;
      readonly reason: { readonly type: SharingPause; readonly message: string };
      /** When this reason ends by itself; absent where it depends on what the person does. */
      readonly untilMs?: number;
    };

const MINUTES_A_DAY = 24 * 60;
const MINUTE_MS = 60_000;

/** About accepting new rounds. The first reason that lasts longest is named: the switch, the hour, the battery, the tab, the cap. */
export function decideSharing(
  policy: SharingPolicy,
  conditions: SharingConditions,
  duty: DutyReading,
  nowMs: number,
): SharingDecision {
  if (!conditions.isSwitchedOn) return pause('switched-off', 'Working for others is switched off.');
  return (
    findScheduleReason(policy, conditions, nowMs) ??
    findBatteryReason(policy, conditions) ??
    (conditions.isHidden && !policy.whenHidden
      ? pause('hidden', 'The tab that runs the model is in the background.')
      : undefined) ??
    findCapReason(policy, duty) ?? { serves: true }
  );
}

/** Milliseconds until the daily hours begin or end; undefined where there are none. */
export function nextScheduleChangeMs(schedule: DailySchedule | undefined, localMinute: number): number | undefined {
  if (schedule === undefined || schedule.fromMinute === schedule.toMinute) return undefined;
  const next = isWithin(schedule, localMinute) ? schedule.toMinute : schedule.fromMinute;
  const minutes = (next - localMinute + MINUTES_A_DAY) % MINUTES_A_DAY;
  // At the very minute it has happened already, so the same comes again tomorrow.
  return (minutes === 0 ? MINUTES_A_DAY : minutes) * MINUTE_MS;
}

function findScheduleReason(
  { schedule }: SharingPolicy,
  { localMinute }: SharingConditions,
  nowMs: number,
): SharingDecision | undefined {
  if (schedule === undefined || isWithin(schedule, localMinute)) return undefined;
  const waitMs = nextScheduleChangeMs(schedule, localMinute) ?? 0;
  const hours = `from ${formatMinute(schedule.fromMinute)} to ${formatMinute(schedule.toMinute)}`;
  return pause('schedule', `It works for others ${hours}.`, nowMs + waitMs);
}

/** The hours begin with their first minute and end before their last. */
function isWithin({ fromMinute, toMinute }: DailySchedule, localMinute: number): boolean {
  if (fromMinute === toMinute) return true;
  const isAfter = localMinute >= fromMinute;
  const isBefore = localMinute < toMinute;
  return fromMinute < toMinute ? isAfter && isBefore : isAfter || isBefore;
}

function findBatteryReason({ onBattery }: SharingPolicy, { battery }: SharingConditions): SharingDecision | undefined {
  if (battery.status !== 'on-battery' || onBattery.rule === 'always') return undefined;
  if (onBattery.rule === 'never') return pause('battery', 'The machine runs on battery.');
  if (battery.level > onBattery.level) return undefined;
  const level = formatShare(battery.level);
  return pause('battery', `The battery is at ${level}; above ${formatShare(onBattery.level)} it works for others.`);
}

function findCapReason({ maxDuty }: SharingPolicy, duty: DutyReading): SharingDecision | undefined {
  if (maxDuty >= 1 || duty.share < maxDuty) return undefined;
  if (maxDuty <= 0) return pause('cap', 'None of its time is given to others.');
  const window = `the last ${Math.round(duty.windowMs / MINUTE_MS)} minutes`;
  const message = `It worked ${formatShare(duty.share)} of ${window} for others; ${formatShare(maxDuty)} are allowed.`;
  return pause('cap', message, duty.belowAtMs(maxDuty));
}

function pause(type: SharingPause, message: string, untilMs?: number): SharingDecision {
  return { serves: false, reason: { type, message }, ...(untilMs === undefined ? {} : { untilMs }) };
}

/** `06:30` */
function formatMinute(minute: number): string {
  const [hours, minutes] = [Math.floor(minute / 60), minute % 60];
  return `${String(hours).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`;
}

const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
const minute = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(MINUTES_A_DAY - 1));
const batteryRule = v.variant('rule', [
  v.object({ rule: v.literal('always') }),
  v.object({ rule: v.literal('never') }),
  v.object({ rule: v.literal('above'), level: share }),
]);
const schedule = v.object({ fromMinute: minute, toMinute: minute });
const policySchema = v.object({
  maxDuty: v.fallback(share, DEFAULT_POLICY.maxDuty),
  onBattery: v.fallback(batteryRule, DEFAULT_POLICY.onBattery),
  whenHidden: v.fallback(v.boolean(), DEFAULT_POLICY.whenHidden),
  schedule: v.fallback(v.optional(schedule), undefined),
});

/** A policy from anything: what is damaged or was never stored is as by default. */
export function readPolicy(stored: unknown): SharingPolicy {
  const parsed = v.safeParse(policySchema, typeof stored === 'object' && stored !== null ? stored : {});
  if (!parsed.success) return DEFAULT_POLICY;
  const { maxDuty, onBattery, whenHidden, schedule: hours } = parsed.output;
  return { maxDuty, onBattery, whenHidden, schedule: hours };
}
