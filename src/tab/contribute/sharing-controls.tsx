import { useId } from 'react';
import { Disclosure } from '../design/disclosure.tsx';
import { formatShare } from '../design/figure.ts';
import { Switch } from '../design/switch.tsx';
import type { DailySchedule, SharingPolicy, SharingView } from '../session.ts';
import { useSession, useSnapshot } from '../use-session.ts';
import {
  batteryLevels,
  describeBattery,
  describeDuty,
  describeSharing,
  describeWakeLock,
  keyOfRule,
  minuteOfTime,
  ruleOfKey,
  shares,
  timeOfMinute,
} from './sharing-words.ts';
import './sharing-controls.css';

/** Nights are when most machines stand idle. */
const FIRST_HOURS: DailySchedule = { fromMinute: 22 * 60, toMinute: 7 * 60 };

/** When and how much this peer works for others: how it stands, and on request what the person allows. */
export function SharingControls() {
  const sharing = useSnapshot((snapshot) => snapshot.sharing);
  return (
    <div className="sharing">
      <p className={sharing.serves ? 'small' : 'small sharing-paused'} role="status">
        {unbroken(describeSharing(sharing))}
      </p>
      <p className="fine soft figures">{unbroken(describeDuty(sharing))}</p>
      <Disclosure className="sharing-limits" summary="When and how much">
        <Limits sharing={sharing} />
      </Disclosure>
    </div>
  );
}

/** A number and its sign stay on one line. */
const unbroken = (words: string): string => words.replaceAll(' %', '\u00A0%');

function Limits({ sharing }: { readonly sharing: SharingView }) {
  const session = useSession();
  const { policy, wakeLock, battery } = sharing;
  const change = (next: Partial<SharingPolicy>): void => session.setSharing({ ...policy, ...next });
  return (
    <div className="sharing-body">
      <ShareOfTime policy={policy} onChange={change} />
      <OnBattery policy={policy} onChange={change} />
      <p className="fine soft sharing-note">{unbroken(describeBattery(battery))}</p>
      <Switch on={policy.whenHidden} onChange={(whenHidden) => change({ whenHidden })}>
        Also while this tab is in the background
      </Switch>
      <Switch on={policy.schedule !== undefined} onChange={(on) => change({ schedule: on ? FIRST_HOURS : undefined })}>
        Only at certain hours
      </Switch>
      {policy.schedule !== undefined && (
        <Hours schedule={policy.schedule} onChange={(schedule) => change({ schedule })} />
      )}
      <p className="fine soft">{describeWakeLock(wakeLock)}</p>
    </div>
  );
}

interface LimitProps {
  readonly policy: SharingPolicy;
  readonly onChange: (change: Partial<SharingPolicy>) => void;
}

function ShareOfTime({ policy: { maxDuty }, onChange }: LimitProps) {
  const name = useId();
  const offered = shares.includes(maxDuty as (typeof shares)[number])
    ? shares
    : [...shares, maxDuty].toSorted((a, b) => a - b);
  return (
    <fieldset className="choices">
      <legend className="small">Share of the time, at most</legend>
      <div className="choices-row">
        {offered.map((share) => (
          <label key={share} className="choice">
            <input type="radio" name={name} checked={share === maxDuty} onChange={() => onChange({ maxDuty: share })} />
            <span className="figures">{formatShare(share).replace(' ', '\u00A0')}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

function OnBattery({ policy: { onBattery }, onChange }: LimitProps) {
  const field = useId();
  const levels: readonly number[] =
    onBattery.rule === 'above' && !batteryLevels.includes(onBattery.level as (typeof batteryLevels)[number])
      ? [...batteryLevels, onBattery.level].toSorted((a, b) => b - a)
      : batteryLevels;
  return (
    <p className="sharing-row">
      <label htmlFor={field} className="small">
        On battery
      </label>
      <select
        id={field}
        className="field sharing-field"
        value={keyOfRule(onBattery)}
        onChange={({ target }) => onChange({ onBattery: ruleOfKey(target.value) })}
      >
        <option value="always">always</option>
        {levels.map((level) => (
          <option key={level} value={String(level)}>
            above {formatShare(level)}
          </option>
        ))}
        <option value="never">never</option>
      </select>
    </p>
  );
}

interface HoursProps {
  readonly schedule: DailySchedule;
  readonly onChange: (schedule: DailySchedule) => void;
}

function Hours({ schedule, onChange }: HoursProps) {
  const { fromMinute, toMinute } = schedule;
  const set = (end: keyof DailySchedule, time: string): void => {
    const minute = minuteOfTime(time);
    if (minute !== undefined) onChange({ ...schedule, [end]: minute });
  };
  return (
    <div className="sharing-hours">
      <label className="small">
        From
        <input
          type="time"
          className="field sharing-field"
          value={timeOfMinute(fromMinute)}
          onChange={({ target }) => set('fromMinute', target.value)}
        />
      </label>
      <label className="small">
        to
        <input
          type="time"
          className="field sharing-field"
          value={timeOfMinute(toMinute)}
          onChange={({ target }) => set('toMinute', target.value)}
        />
      </label>
      <p className="fine soft">
        {fromMinute === toMinute
          ? 'The same twice is the whole day.'
          : fromMinute > toMinute
            ? 'Over midnight, every day, by the clock of this machine.'
            : 'Every day, by the clock of this machine.'}
      </p>
    </div>
  );
}
