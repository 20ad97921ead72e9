import { memo } from 'react';
import type { RoundView } from '#round';
import { Icon } from '../design/icon.tsx';
import { useSession } from '../use-session.ts';
import { Answer, OtherAnswers } from './answer.tsx';
import { Participants } from './participants.tsx';
import { isRunning } from './round-summary.ts';
import { RoundSteps } from './round-steps.tsx';
import { VerdictLine } from './verdict-line.tsx';
import './round-entry.css';

/** A question longer than this is set like text, not like a title. */
const LONG_CHARS = 160;

interface RoundEntryProps {
  readonly round: RoundView;
  readonly selected: boolean;
  /** Shows this round in the ranking panel. */
  readonly onSelect: (roundId: string) => void;
}

/** One question with all that became of it. */
export const RoundEntry = memo(function RoundEntry({ round, selected, onSelect }: RoundEntryProps) {
  const session = useSession();
  const running = isRunning(round);
  return (
    <article className="round" data-round={round.id}>
      <h3
        className={round.question.length > LONG_CHARS ? 'round-question round-question-long' : 'round-question'}
        dir="auto"
      >
        {round.question}
      </h3>
      <div className="round-standing">{running ? <RoundSteps round={round} /> : <VerdictLine round={round} />}</div>
      <Answer round={round} />
      {running && <Participants participants={round.participants} live />}
      <OtherAnswers round={round} />
      {!running && (
        <div className="row">
          {round.ranking.length > 0 && (
            <button
              type="button"
              className="button"
              aria-pressed={selected}
              aria-label="Show ranking and votes of this question"
              onClick={() => onSelect(round.id)}
            >
              <Icon name="rank" />
              Ranking and votes
            </button>
          )}
          <button type="button" className="button button-quiet" onClick={() => session.forgetRound(round.id)}>
            Forget
            <span className="aloud"> this question</span>
          </button>
        </div>
      )}
    </article>
  );
});
