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
  if (awaiting === undefined) {
    return <p className="round-awaiting">{steps.find((step) => step.phase === round.phase)?.meaning ?? ''}</p>;
  }
  const left = formatCountdown(awaiting.untilMs, nowMs);
  return (
    <p className="round-awaiting">
      {describeAwaiting(
        awaiting,
        awaiting.peers.map((peer) => nameOf(snapshot, peer)),
      )}
      <span className="figures">{left === undefined ? ' · going on now' : ` · at most ${left}`}</span>
    </p>
  );
}
