import type { PeerId } from '#vocabulary';
import type { JudgeFinding, RoundView, VoteView } from '#round';
import { Disclosure } from '../design/disclosure.tsx';
import { countOf, formatShare, formatSigned } from '../design/figure.ts';
import { nameOf, shortId } from '../peer-name.ts';
import { PeerTag } from '../peer-tag.tsx';
import { useSnapshot } from '../use-session.ts';
import { describeContribution } from './reading-words.ts';
import './vote-list.css';

/** Up to this many votes stand open from the start. */
const OPEN_AT_ONCE = 12;

/** Every vote of a round under the judge that cast it. */
export function VoteList({ round }: { readonly round: RoundView }) {
  const byJudge = Map.groupBy(round.votes, (vote) => vote.judge);
  return (
    <ul role="list" className="vote-judges">
      {[...byJudge].map(([judge, votes]) => (
        <li key={judge}>
          <Disclosure
            className="vote-judge"
            startsOpen={round.votes.length <= OPEN_AT_ONCE}
            summary={
              <JudgeLine judge={judge} votes={votes} finding={round.judges.find((one) => one.judge === judge)} />
            }
          >
            <ul role="list" className="vote-list">
              {votes.map((vote) => (
                <Vote key={`${vote.a} ${vote.b}`} vote={vote} />
              ))}
            </ul>
          </Disclosure>
        </li>
      ))}
    </ul>
  );
}

interface JudgeLineProps {
  readonly judge: PeerId;
  readonly votes: readonly VoteView[];
  readonly finding: JudgeFinding | undefined;
}

function JudgeLine({ judge, votes, finding }: JudgeLineProps) {
  const ballots = [...new Set(votes.map((vote) => vote.ballot))];
  return (
    <span className="vote-judge-line">
      <PeerTag peer={judge} />
      <span className="fine faint figures">
        {countOf(votes.length, 'vote')}
        {finding !== undefined && ` · ${describeFinding(finding)}`} · ballot{' '}
        {ballots.map((ballot) => (
          <span key={ballot} className="fixed" title={ballot}>
            {shortId(ballot)}{' '}
          </span>
        ))}
      </span>
    </span>
  );
}

function describeFinding({ agreement, discrimination }: JudgeFinding): string {
  const believed = `believed ${discrimination.toFixed(2)}`;
  return agreement === undefined ? believed : `agrees ${formatShare(agreement)} · ${believed}`;
}

/** One comparison: the bar grows from the middle toward the answer this judge found better. */
function Vote({ vote }: { readonly vote: VoteView }) {
  const lead = vote.outcome - 0.5;
  const side = lead >= 0 ? 'a' : 'b';
  const preferred = useSnapshot((snapshot) => nameOf(snapshot, vote[side]));
  return (
    <li className="vote">
      <span className={side === 'a' && lead !== 0 ? 'vote-side vote-preferred' : 'vote-side'}>
        <PeerTag peer={vote.a} sizePx={16} />
      </span>
      <svg className="vote-bar" width="100%" height="14" aria-hidden="true" focusable="false">
        <rect className="vote-track" x="0" y="5" width="100%" height="4" rx="2" />
        <rect
          className={`vote-lead-${side}`}
          x={`${side === 'a' ? 50 - lead * 100 : 50}%`}
          y="3"
          width={`${Math.abs(lead) * 100}%`}
          height="8"
        />
        <line className="vote-middle" x1="50%" x2="50%" y1="0" y2="14" />
      </svg>
      <span className={side === 'b' ? 'vote-side vote-side-b vote-preferred' : 'vote-side vote-side-b'}>
        <PeerTag peer={vote.b} sizePx={16} />
      </span>
      <span className="vote-figures figures">
        {lead === 0 ? 'undecided' : `${formatShare(0.5 + Math.abs(lead))} for ${preferred}`}
        {` · log-odds ${formatSigned(Math.abs(vote.logOdds))}`}
        {vote.weight > 0
          ? ` · weight ${vote.weight.toFixed(2)}`
          : ' · no weight: not measured, or no better than chance'}
      </span>
      <span className="vote-figures figures">
        {vote.contributions
          // Of the answer that is preferred, so that what speaks for it is positive.
          .map(({ name, logOdds }) => describeContribution({ name, logOdds: side === 'a' ? logOdds : -logOdds }))
          .join(' · ')}
      </span>
    </li>
  );
}
