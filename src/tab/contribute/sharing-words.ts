import { formatRate, formatShare } from '../design/figure.ts';
import type { SharingPolicy, SharingView } from '../session.ts';

/** What this peer does for others just now, in a sentence or two. */
export function describeSharing({ serves, reason, untilMs }: SharingView): string {
  if (serves) return 'Serving: it takes part when somebody asks.';
  const until = untilMs === undefined ? '' : ` On again at about ${formatClock(untilMs)}.`;
  return `Paused. ${reason?.message ?? ''}${until}`;
}

/** What was measured of it. */
export function describeDuty({ duty, dutyWindowMs, tokensPerSecond }: SharingView): string {
  const minutes = Math.round(dutyWindowMs / 60_000);
  if (duty === 0) return `It did nothing for others in the last ${minutes} minutes.`;
  const speed = tokensPerSecond === undefined ? '' : `, ${formatRate(tokensPerSecond)} tokens/s while at it`;
  return `It worked ${formatShare(duty)} of the last ${minutes} minutes for others${speed}.`;
}

export function describeWakeLock(wakeLock: SharingView['wakeLock']): string {
  switch (wakeLock) {
    case 'held':
      return 'The screen is kept awake while the round for others runs.';
    case 'not-held':
      return 'While a round for others runs the screen is kept awake, unless the browser refuses.';
    case 'unsupported':
      return 'This browser cannot keep the screen awake: the machine may fall asleep in a round.';
  }
}

export function describeBattery(battery: SharingView['battery']): string {
  if (battery.status === 'unknown') return 'This browser tells of no battery, so it counts as plugged in.';
  const level = formatShare(battery.level);
  return battery.status === 'plugged-in' ? `Plugged in now, battery at ${level}.` : `On battery now, at ${level}.`;
}

export const shares = [0.25, 0.5, 0.75, 1] as const;

/** Levels a person may choose, and the one that is set where it is none of them. */
export const batteryLevels = [0.8, 0.5, 0.3] as const;

type BatteryRule = SharingPolicy['onBattery'];

/** A rule as the value of a form field, and back. */
export function keyOfRule(rule: BatteryRule): string {
  return rule.rule === 'above' ? String(rule.level) : rule.rule;
}

export function ruleOfKey(key: string): BatteryRule {
  return key === 'always' || key === 'never' ? { rule: key } : { rule: 'above', level: Number(key) };
}

/** Minutes since midnight as a time field wants them: `06:30`. */
export function timeOfMinute(minute: number): string {
  return `${pad(Math.floor(minute / 60))}:${pad(minute % 60)}`;
}

/** Undefined while the field is not filled in. */
export function minuteOfTime(time: string): number | undefined {
  const [, hours, minutes] = /^(\d\d):(\d\d)/.exec(time) ?? [];
  return hours === undefined ? undefined : Number(hours) * 60 + Number(minutes);
}

/** `18:05` where the person is. */
export function formatClock(timeMs: number): string {
  const time = new Date(timeMs);
  return timeOfMinute(time.getHours() * 60 + time.getMinutes());
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}
