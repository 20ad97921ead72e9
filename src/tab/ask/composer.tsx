import { type KeyboardEvent, type Ref, useId, useState } from 'react';
import { MAX_QUESTION_LENGTH } from '#round';
import { countOf } from '../design/figure.ts';
import { Icon } from '../design/icon.tsx';
import { countReaders } from '../peer-name.ts';
import type { SessionSnapshot } from '../session.ts';
import { useSession, useSnapshot } from '../use-session.ts';
import { isRunning } from './round-summary.ts';
import './composer.css';

interface ComposerProps {
  readonly draft: string;
  readonly onDraft: (draft: string) => void;
  readonly box: Ref<HTMLTextAreaElement>;
}

/** Where a question is written: who will read it is said before it is sent. */
export function Composer({ draft, onDraft, box }: ComposerProps) {
  const session = useSession();
  const running = useSnapshot((snapshot) => snapshot.rounds.some(isRunning));
  const obstacle = useSnapshot(obstacleOf);
  const exposure = useSnapshot(describeExposure);
  const hint = useId();
  const [refused, setRefused] = useState(false);

  const send = (): void => {
    if (obstacle !== undefined || draft.trim() === '') return setRefused(obstacle !== undefined);
    session.ask(draft.trim());
    onDraft('');
    setRefused(false);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    // While an input method composes, Enter chooses a word.
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  };

  return (
    <div className="composer">
      <Queue />
      <div className="composer-box">
        <textarea
          ref={box}
          className="composer-text"
          aria-label="Your question"
          aria-describedby={hint}
          placeholder="Ask the swarm…"
          rows={2}
          maxLength={MAX_QUESTION_LENGTH}
          dir="auto"
          value={draft}
          onChange={(event) => {
            // Once a question: while it is written there is time to connect to peers.
            if (draft === '') session.expectQuestion();
            onDraft(event.target.value);
          }}
          onKeyDown={onKeyDown}
        />
        <div className="composer-buttons">
          {running && (
            <button type="button" className="button button-alarm" onClick={() => session.stop()}>
              <Icon name="stop" />
              Stop
            </button>
          )}
          <button
            type="button"
            className="button button-main"
            disabled={obstacle !== undefined || draft.trim() === ''}
            onClick={send}
          >
            <Icon name="send" />
            {running ? 'Queue' : 'Ask'}
          </button>
        </div>
      </div>
      <p id={hint} className="composer-hint" role={refused ? 'alert' : undefined}>
        {obstacle ?? exposure}
        {obstacle === undefined && (
          <span className="composer-keys"> Enter sends, Shift + Enter starts a new line.</span>
        )}
      </p>
    </div>
  );
}

function Queue() {
  const session = useSession();
  const queue = useSnapshot((snapshot) => snapshot.queue);
  if (queue.length === 0) return null;
  return (
    <ol role="list" className="composer-queue" aria-label="Questions waiting">
      {queue.map(({ id, question }) => (
        <li key={id} className="composer-queued">
          <span className="badge">next</span>
          <span className="composer-queued-text">{question}</span>
          <button type="button" className="button button-quiet button-square" onClick={() => session.unqueue(id)}>
            <Icon name="close" />
            <span className="aloud">Remove this question from the queue</span>
          </button>
        </li>
      ))}
    </ol>
  );
}

/** Why nothing can be asked just now, and what would change that; undefined when it can. */
export function obstacleOf(snapshot: SessionSnapshot): string | undefined {
  if (snapshot.self.role === 'starting') return 'One moment: this tab is starting.';
  if (snapshot.model.status === 'ready' || countReaders(snapshot) > 0) return undefined;
  return snapshot.model.status === 'failed'
    ? 'Nobody can answer: this tab has no model and no other peer is here. See Peers for what to do.'
    : 'You can ask as soon as the model is loaded or another peer is here.';
}

/** Who will read the question. */
export function describeExposure(snapshot: SessionSnapshot): string {
  const readers = countReaders(snapshot);
  return readers === 0
    ? 'Only your own model will read this: no other peer is here.'
    : `Up to ${countOf(readers, 'peer')} will read this question.`;
}
