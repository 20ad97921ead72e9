import { formatCount } from '../design/figure.ts';
import { Switch } from '../design/switch.tsx';
import { Giving } from '../network/giving.tsx';
import { PeerTag } from '../peer-tag.tsx';
import { isRunning, stateWords } from '../ask/round-summary.ts';
import { useSession, useSnapshot } from '../use-session.ts';
import { SharingControls } from './sharing-controls.tsx';

/** Lending this machine: the switch, what it does just now, and what it has done. */
export function Contribution() {
  const session = useSession();
  const contributing = useSnapshot((snapshot) => snapshot.contributing);
  const isStarted = useSnapshot((snapshot) => snapshot.self.role !== 'starting');
  const totals = useSnapshot((snapshot) => snapshot.contribution);
  const figures: readonly (readonly [string, number])[] = [
    ['Answered', totals.roundsAnswered],
    ['Won', totals.roundsWon],
    ['Ballots', totals.ballotsCast],
    ['Tokens', totals.tokensGenerated],
  ];
  return (
    <section className="panel-section">
      <h3 className="section-title">For others</h3>
      <Switch on={contributing} onChange={(on) => session.setContributing(on)}>
        Answer and judge for others
      </Switch>
      <p className="fine soft">
        {contributing
          ? 'While this tab is open it may use your processor when somebody asks, and to measure how well it judges. Switch it off at any time.'
          : 'Other peers cannot use your processor. You can still ask.'}
      </p>
      {contributing && isStarted && <SharingControls />}
      <Serving />
      <dl className="totals">
        {figures.map(([name, count]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{formatCount(count)}</dd>
          </div>
        ))}
      </dl>
      {isStarted && <Giving />}
    </section>
  );
}

function Serving() {
  const serving = useSnapshot((snapshot) => snapshot.serving);
  if (serving === undefined || !isRunning(serving)) return null;
  const own = serving.participants.find((participant) => participant.self);
  return (
    <div className="callout" role="status">
      <p className="row">
        Working for <PeerTag peer={serving.asker} />
        {own !== undefined && <span className="badge badge-good">{stateWords[own.state]}</span>}
      </p>
      <p className="soft serving-question" dir="auto">
        {serving.question}
      </p>
    </div>
  );
}
