import { useId } from 'react';
import type { FragilityView, ParticipantState, RoundView, VerdictView } from '#round';
import { Participants } from '../ask/participants.tsx';
import { isRunning } from '../ask/round-summary.ts';
import { countOf } from '../design/figure.ts';
import { shortId } from '../peer-name.ts';
import { PeerTag } from '../peer-tag.tsx';
import { RankingList } from './ranking-list.tsx';
import { VoteList } from './vote-list.tsx';
import './ranking-panel.css';

/** How the answers of one round compare, and everything that follows from: votes, counts, who agreed. */
export function RankingPanel({ round }: { readonly round: RoundView | undefined }) {
  const heading = useId();
  return (
    <section className="panel" aria-labelledby={heading}>
      <h2 id={heading} className="panel-title">
        Ranking
      </h2>
      {round === undefined ? (
        <p className="small soft">
          After a question, all answers stand here with their strength, how sure it is, and every vote.
        </p>
      ) : (
        <Round round={round} key={round.id} />
      )}
    </section>
  );
}

function Round({ round }: { readonly round: RoundView }) {
  return (
    <>
      {round.role === 'participant' && (
        <p className="fine soft">
          Asked by <PeerTag peer={round.asker} />; this peer {isRunning(round) ? 'works' : 'worked'} in it
        </p>
      )}
      <p className="panel-question" dir="auto">
        {round.question}
      </p>
      {round.ranking.length === 0 ? <NoRanking round={round} /> : <RankingList round={round} />}
      {round.fragility !== undefined && <Fragility fragility={round.fragility} voteCount={round.votes.length} />}
      {round.verdict !== undefined && <Agreement verdict={round.verdict} />}
      {round.votes.length > 0 && (
        <section className="panel-section">
          <h3 className="section-title">
            {countOf(round.votes.length, 'vote')} of{' '}
            {countOf(new Set(round.votes.map(({ judge }) => judge)).size, 'judge')}
          </h3>
          <p className="fine soft">
            No peer judges its own answer. Log-odds add up what each reading says; a judge that compares many pairs
            counts less in each. How far a judge is believed follows from all votes together: 1 is a typical judge, 0
            one whose votes say nothing.
          </p>
          <VoteList round={round} />
        </section>
      )}
      <Missing round={round} />
    </>
  );
}

interface FragilityProps {
  readonly fragility: FragilityView;
  readonly voteCount: number;
}

/** What it would have taken for another answer to win. */
function Fragility({ fragility: { flips, exact, rival }, voteCount }: FragilityProps) {
  return (
    <p className="small soft">
      {flips === undefined || rival === undefined ? (
        'No set of votes was found that, turned round, would have made another answer win.'
      ) : (
        <>
          {exact ? '' : 'At most '}
          <strong className="figures">
            {flips} of {countOf(voteCount, 'vote')}
          </strong>{' '}
          turned round would have given the verdict to <PeerTag peer={rival} sizePx={16} />
        </>
      )}
    </p>
  );
}

function NoRanking({ round }: { readonly round: RoundView }) {
  const shown = round.answers.length > 0;
  const text = isRunning(round)
    ? `The ranking appears with the first votes. ${shown ? 'The answers are out and being compared.' : 'Until all answers are sealed nobody sees another’s.'}`
    : 'No votes were counted for this question, so there is no ranking.';
  return <p className="small soft">{text}</p>;
}

/** Who took part but did not stay to the end, with the reason. Without a count nobody had to do more than show an answer. */
function Missing({ round }: { readonly round: RoundView }) {
  const stayed: ReadonlySet<ParticipantState> = new Set(
    round.verdict === undefined ? ['revealed', 'opened', 'voted'] : ['confirmed', 'disputed'],
  );
  const missing = round.participants.filter(({ state }) => !stayed.has(state));
  // A round that was cut short left everybody in the middle of something.
  if ((round.phase !== 'settled' && round.phase !== 'failed') || missing.length === 0) return null;
  return (
    <section className="panel-section">
      <h3 className="section-title">Not to the end</h3>
      <Participants participants={missing} live={false} />
    </section>
  );
}

function Agreement({ verdict }: { readonly verdict: VerdictView }) {
  return (
    <section className="panel-section">
      <h3 className="section-title">Who repeated the count</h3>
      <dl className="agreement">
        <dt>Same order</dt>
        <dd className="row">
          {verdict.agreedBy.map((peer) => (
            <PeerTag key={peer} peer={peer} sizePx={16} />
          ))}
        </dd>
        {verdict.disputedBy.length > 0 && (
          <>
            <dt className="agreement-dispute">Another order</dt>
            <dd className="row">
              {verdict.disputedBy.map((peer) => (
                <PeerTag key={peer} peer={peer} sizePx={16} />
              ))}
            </dd>
          </>
        )}
      </dl>
      <p className="fine faint">
        Signed verdict{' '}
        <span className="fixed" title={verdict.record}>
          {shortId(verdict.record)}
        </span>
      </p>
    </section>
  );
}
