import type { RoundView } from '#round';
import { formatCountdown } from '../design/duration.ts';
import { Icon } from '../design/icon.tsx';
import { useNow } from '../design/use-now.ts';
import { nameOf } from '../peer-name.ts';
import { useSession } from '../use-session.ts';
import { describeAwaiting, steps } from './round-summary.ts';
import './round-steps.css';

/** Where a running round stands, whom it waits for and for how long at most. */
export function RoundSteps({ round }: { readonly round: RoundView }) {
  const here = steps.findIndex((step) => step.phase === round.phase);
  return (
    <div className="round-steps">
      <ol role="list" className="round-steps-list" aria-label="Course of the round">
        {steps.map((step, index) => (
          <li
            key={step.phase}
            className={index < here ? 'round-step round-step-done' : 'round-step'}
            aria-current={index === here ? 'step' : undefined}
            title={step.meaning}
          >
            <span className="round-step-mark">{index < here && <Icon name="check" />}</span>
            {step.word}
            {index < here && <span className="aloud"> (done)</span>}
          </li>
        ))}
      </ol>
      <Awaiting round={round} />
    </div>
  );
}

function Awaiting({ round }: { readonly round: RoundView }) {
  const snapshot = useSession().getSnapshot();
  const nowMs = useNow(true);
  const { awaiting } = round;
  const startedAtMs = round.phases.at(-1)?.startedAtMs ?? round.askedAtMs;
  const whom =
    awaiting === undefined
      ? (steps.find((step) => step.phase === round.phase)?.meaning ?? '')
      : describeAwaiting(
          awaiting,
          awaiting.peers.map((peer) => nameOf(snapshot, peer)),
        );
  return (
    <div className="round-awaiting">
      <p>{whom}</p>
      <p className="figures faint">{describeWait(startedAtMs, awaiting?.untilMs, nowMs)}</p>
    </div>
  );
}

/** A peer that reports progress is given more time; the limit shown is the one for a peer that says nothing. */
function describeWait(startedAtMs: number, untilMs: number | undefined, nowMs: number): string {
  const soFar = `${Math.max(0, Math.floor((nowMs - startedAtMs) / 1000))} s so far`;
  if (untilMs === undefined) return soFar;
  const left = formatCountdown(untilMs, nowMs);
  return left === undefined ? `${soFar}, going on now` : `${soFar}, silent peers are left behind in ${left}`;
}
