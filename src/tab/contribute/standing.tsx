import type { PeerId } from '#vocabulary';
import { formatAgo } from '../design/duration.ts';
import { Disclosure } from '../design/disclosure.tsx';
import { formatShare, formatSigned } from '../design/figure.ts';
import { useNow } from '../design/use-now.ts';
import { shortId } from '../peer-name.ts';
import type { RoleStanding, StandingChange, StandingView } from '../session.ts';
import { useSnapshot } from '../use-session.ts';
import './standing.css';

/** Below this much evidence a figure would only repeat the prior. */
const LEAST_EVIDENCE = 0.05;

/** What a peer has earned as answerer and as judge, and which records changed it. */
export function Standing({ peer }: { readonly peer: PeerId }) {
  const standing = useSnapshot((snapshot) => snapshot.standings.find((candidate) => candidate.peer === peer));
  if (standing === undefined) return <p className="fine faint">No standing yet: nothing of it has been judged.</p>;
  return (
    <div className="standing">
      <dl className="standing-roles">
        <Role name="Answers" standing={standing.answerer} />
        <Role name="Judgements" standing={standing.judge} />
      </dl>
      <Why standing={standing} />
    </div>
  );
}

function Role({ name, standing }: { readonly name: string; readonly standing: RoleStanding }) {
  const { mean, low, high, evidence } = standing;
  const known = evidence >= LEAST_EVIDENCE;
  const at = (share: number): string => `${Math.min(1, Math.max(0, share)) * 100}%`;
  return (
    <>
      <dt>{name}</dt>
      <dd className="standing-figures figures">
        <svg className="standing-plot" width="100%" height="12" aria-hidden="true" focusable="false">
          <line className="standing-scale" x1="0" x2="100%" y1="6" y2="6" />
          {known && <line className="standing-interval" x1={at(low)} x2={at(high)} y1="6" y2="6" />}
          {known && <circle className="standing-mean" cx={at(mean)} cy="6" r="4" />}
        </svg>
        <span title={`from ${evidence.toFixed(1)} weighted observations`}>
          {known ? `${formatShare(mean)} (${formatShare(low)} to ${formatShare(high)})` : 'not known yet'}
        </span>
      </dd>
    </>
  );
}

function Why({ standing }: { readonly standing: StandingView }) {
  const nowMs = useNow(false);
  if (standing.changes.length === 0) return null;
  return (
    <Disclosure summary="Why" className="standing-why">
      <ul role="list" className="standing-changes">
        {standing.changes.map((change) => (
          <li key={`${change.time} ${change.role} ${change.reason}`}>
            <Change change={change} nowMs={nowMs} />
          </li>
        ))}
      </ul>
    </Disclosure>
  );
}

function Change({ change, nowMs }: { readonly change: StandingChange; readonly nowMs: number }) {
  return (
    <>
      <span className={change.amount < 0 ? 'standing-loss figures' : 'standing-gain figures'}>
        {formatSigned(change.amount)}
      </span>{' '}
      {change.reason}{' '}
      <span className="faint">
        as {change.role}, {formatAgo(change.time, nowMs)}
      </span>{' '}
      {change.records.map((record) => (
        <span key={record} className="fixed faint" title={record}>
          {shortId(record)}{' '}
        </span>
      ))}
    </>
  );
}
