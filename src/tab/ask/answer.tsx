import type { AnswerView, RoundView } from '#round';
import { Disclosure } from '../design/disclosure.tsx';
import { countOf, formatShare } from '../design/figure.ts';
import { formatDuration } from '../design/duration.ts';
import { Prose } from '../design/prose.tsx';
import { PeerTag } from '../peer-tag.tsx';
import { isRunning, otherAnswersOf, provenanceOf, shownAnswerOf } from './round-summary.ts';
import { nameOfModel } from '../models/model-name.ts';
import './answer.css';

/** The answer as it stands: the provisional one while it streams, the winner once there is one. */
export function Answer({ round }: { readonly round: RoundView }) {
  const shown = shownAnswerOf(round);
  const running = isRunning(round);
  const streaming = running && round.provisional.state === 'streaming';
  return (
    <div className={running ? 'answer answer-running' : 'answer'} aria-busy={streaming}>
      {running && <p className="answer-standing">Provisional: your own model’s answer, not yet compared</p>}
      {shown.text === '' ? <Nothing round={round} /> : <Prose text={shown.text} />}
      {!streaming && shown.text !== '' && (
        <p className="answer-provenance figures">{provenanceOf(round).join(' · ')}</p>
      )}
    </div>
  );
}

function Nothing({ round }: { readonly round: RoundView }) {
  const words: Readonly<Record<string, string>> = {
    none: 'This tab has no model ready, so the first answer comes from the swarm.',
    waiting: 'Your model reads the question…',
    failed: 'Your own model could not answer. The swarm may still.',
  };
  const text = isRunning(round) ? words[round.provisional.state] : 'There is no answer.';
  return <p className="soft">{text ?? ''}</p>;
}

/** The answers that did not win, each one click away. */
export function OtherAnswers({ round }: { readonly round: RoundView }) {
  const others = otherAnswersOf(round);
  if (others.length === 0) return null;
  return (
    <Disclosure summary={`${countOf(others.length, 'other answer')}`} className="answer-others">
      <ul role="list" className="answer-others-list">
        {others.map((answer) => (
          <OtherAnswer key={answer.peer} round={round} answer={answer} />
        ))}
      </ul>
    </Disclosure>
  );
}

function OtherAnswer({ round, answer }: { readonly round: RoundView; readonly answer: AnswerView }) {
  const row = round.ranking.find(({ peer }) => peer === answer.peer);
  return (
    <li className="answer-other">
      <p className="row small">
        <PeerTag peer={answer.peer} />
        {row !== undefined && <span className="soft figures">best with {formatShare(row.pBest)}</span>}
        {answer.screenedBy.length > 0 && (
          <span className="badge badge-alarm">screened out by {countOf(answer.screenedBy.length, 'judge')}</span>
        )}
      </p>
      <Prose text={answer.text} />
      <p className="answer-provenance figures">
        {nameOfModel(answer.model)} · {countOf(answer.tokens, 'token')} in {formatDuration(answer.ms)}
      </p>
    </li>
  );
}
