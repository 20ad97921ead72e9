import type { RankingRow, RoundView, VerdictView } from '#round';
import { countOf } from '../design/figure.ts';
import { Shield } from '../design/shield.tsx';
import { nameOf } from '../peer-name.ts';
import { useSnapshot } from '../use-session.ts';
import { describeAgreement, describeConfidence, judgeCountOf, winningRow } from './round-summary.ts';
import './verdict-line.css';

/** How the round ended: who won, how sure that is, who checked it; or why there is no verdict. */
export function VerdictLine({ round }: { readonly round: RoundView }) {
  if (round.verdict !== undefined) return <Verdict round={round} verdict={round.verdict} />;
  return <Unjudged round={round} />;
}

function Verdict({ round, verdict }: { readonly round: RoundView; readonly verdict: VerdictView }) {
  const name = useSnapshot((snapshot) => nameOf(snapshot, verdict.winner));
  const row = winningRow(round);
  return (
    <div className="verdict">
      <Shield peer={verdict.winner} sizePx={34} />
      <div>
        <p className="verdict-who">
          {verdict.confirmsProvisional || name === 'You' ? (
            'The swarm confirmed your own answer'
          ) : (
            <>
              The swarm chose <bdi>{name}</bdi>’s answer{round.provisional.text === '' ? '' : ' over yours'}
            </>
          )}
        </p>
        <p className="verdict-how figures">{describeVerdict(round, row)}</p>
        {round.note !== undefined && <p className="verdict-how">{round.note.message}</p>}
      </div>
    </div>
  );
}

function describeVerdict(round: RoundView, row: RankingRow | undefined): string {
  const confidence = row === undefined ? undefined : describeConfidence(row);
  const judges = `${countOf(judgeCountOf(round), 'peer')} judged ${countOf(round.answers.length, 'answer')}`;
  const text = [confidence, judges, describeAgreement(round)].filter((piece) => piece !== undefined).join(' · ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const endings: Readonly<Record<string, string>> = {
  stopped: 'You stopped this question',
  interrupted: 'This tab closed before the verdict',
  failed: 'No verdict was reached',
  settled: 'Nobody else has judged this answer',
};

function Unjudged({ round }: { readonly round: RoundView }) {
  return (
    <div className={round.phase === 'failed' ? 'verdict verdict-failed' : 'verdict verdict-none'}>
      <div>
        <p className="verdict-who">{endings[round.phase] ?? ''}</p>
        <p className="verdict-how">
          {round.note === undefined
            ? 'What was finished is shown below.'
            : [round.note.message, round.note.remedy].filter((text) => text !== undefined).join(' ')}
        </p>
      </div>
    </div>
  );
}
