import type { SharingPolicy, SharingView } from '../session.ts';

/**
 * Asks for nothing a lender would notice: on battery it stops at half, since an empty battery is what lenders of portable
 * machines complain of first (BOINC stops on battery altogether). In the background it goes on: that is where lent tabs are.
 */
export const DEFAULT_POLICY: SharingPolicy = {
  maxDuty: 1,
  onBattery: { rule: 'above', level: 0.5 },
  whenHidden: true,
  schedule: undefined,
};

/** Short enough that a cap is felt within a coffee break, long enough that one round does not fill it. */
export const DUTY_WINDOW_MS = 10 * 60_000;

/** Before a leader has spoken: nothing is known of how things stand. */
export const UNKNOWN_SHARING: SharingView = {
  policy: DEFAULT_POLICY,
  serves: true,
  duty: 0,
  dutyWindowMs: DUTY_WINDOW_MS,
  wakeLock: 'not-held',
  battery: { status: 'unknown' },
};
