import { useId, useMemo, useState } from 'react';
import type { AnswerView, RankingRow, RoundView } from '#round';
import { formatDuration } from '../design/duration.ts';
import { countOf, formatShare, formatSigned } from '../design/figure.ts';
import { Icon } from '../design/icon.tsx';
import { Prose } from '../design/prose.tsx';
import { shortId } from '../peer-name.ts';
import { PeerTag } from '../peer-tag.tsx';
import { type Axis, axisOver } from './axis.ts';
import { AxisFigures, StrengthPlot } from './strength-plot.tsx';
import { nameOfModel } from '../models/model-name.ts';
import './ranking-list.css';

/** Every answer with its strength, best first; each opens to its text. */
export function RankingList({ round }: { readonly round: RoundView }) {
  const { ranking } = round;
  const axis = useMemo(() => axisOver(ranking.flatMap(({ low, high, strength }) => [low, high, strength])), [ranking]);
  return (
    <div className="ranking-list">
      <div className="ranking-head fine faint" aria-hidden="true">
        <span>Answer of</span>
        <span>
          Strength (95 %)
          <AxisFigures axis={axis} />
        </span>
        <span>Best with</span>
      </div>
      <ol role="list">
        {ranking.map((row, index) => (
          <Row key={row.peer} round={round} row={row} place={index + 1} axis={axis} />
        ))}
      </ol>
    </div>
  );
}

interface RowProps {
  readonly round: RoundView;
  readonly row: RankingRow;
  readonly place: number;
  readonly axis: Axis;
}

function Row({ round, row, place, axis }: RowProps) {
  const [open, setOpen] = useState(false);
  const body = useId();
  const answer = round.answers.find(({ peer }) => peer === row.peer);
  const best = place === 1;
  return (
    <li className={best ? 'ranking-row ranking-row-best' : 'ranking-row'}>
      <button
        type="button"
        className="ranking-button"
        aria-expanded={open}
        aria-controls={body}
        onClick={() => setOpen(!open)}
      >
        <span className="ranking-who">
          <span className="ranking-place figures">{place}</span>
          <PeerTag peer={row.peer} />
        </span>
        <span className="ranking-plot">
          <StrengthPlot row={row} axis={axis} best={best} />
        </span>
        <span className="ranking-best figures">
          <span className="aloud">
            strength {formatSigned(row.strength)}, from {formatSigned(row.low)} to {formatSigned(row.high)}, best
            with{' '}
          </span>
          {formatShare(row.pBest)}
          <Icon name="turn" className="disclosure-mark-inner ranking-turn" />
        </span>
      </button>
      <div id={body} hidden={!open}>
        {open && <Detail row={row} answer={answer} round={round} />}
      </div>
    </li>
  );
}

interface DetailProps {
  readonly row: RankingRow;
  readonly answer: AnswerView | undefined;
  readonly round: RoundView;
}

function Detail({ row, answer, round }: DetailProps) {
  const compared = round.votes.filter(({ a, b }) => a === row.peer || b === row.peer);
  const won = compared.reduce((sum, vote) => sum + (vote.a === row.peer ? vote.outcome : 1 - vote.outcome), 0);
  return (
    <div className="ranking-detail">
      <p className="fine soft figures">
        Strength {formatSigned(row.strength)} ({formatSigned(row.low)} to {formatSigned(row.high)}) · preferred{' '}
        {won.toFixed(1)} of {countOf(compared.length, 'time')}
      </p>
      {answer === undefined ? (
        <p className="soft">Its text is not here.</p>
      ) : (
        <>
          {answer.screenedBy.length > 0 && (
            <p className="row fine">
              <span className="badge badge-alarm">No genuine answer</span> said{' '}
              {answer.screenedBy.map((judge) => (
                <PeerTag key={judge} peer={judge} sizePx={16} />
              ))}
            </p>
          )}
          <Prose text={answer.text} />
          <p className="fine faint figures">
            {nameOfModel(answer.model)} · {countOf(answer.tokens, 'token')} in {formatDuration(answer.ms)} · sealed as{' '}
            <span className="fixed" title={answer.commit}>
              {shortId(answer.commit)}
            </span>
          </p>
        </>
      )}
    </div>
  );
}
