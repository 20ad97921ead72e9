import { useLayoutEffect, useRef, useState } from 'react';
import type { RoundView } from '#round';
import { nameOf } from '../peer-name.ts';
import type { SessionSnapshot } from '../session.ts';
import { useSnapshot } from '../use-session.ts';
import { Composer } from './composer.tsx';
import { RoundEntry } from './round-entry.tsx';
import { describeConfidence, isRunning, winningRow } from './round-summary.ts';
import { Welcome } from './welcome.tsx';
import './chat.css';

/** Farther than this from where the page would stand by itself, somebody scrolled, and it stays. */
const FOLLOW_WITHIN_PX = 80;

interface ChatProps {
  readonly selectedRoundId: string | undefined;
  readonly onSelect: (roundId: string) => void;
}

/** The conversation with the swarm and the box to ask in. */
export function Chat({ selectedRoundId, onSelect }: ChatProps) {
  const rounds = useSnapshot((snapshot) => snapshot.rounds);
  const announcement = useSnapshot(announcementOf);
  const [draft, setDraft] = useState('');
  const box = useRef<HTMLTextAreaElement>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const following = useRef(true);
  const newest = rounds.at(-1)?.id;

  useLayoutEffect(() => {
    following.current = true;
  }, [newest]);
  useLayoutEffect(() => {
    const view = scroller.current;
    if (view !== null && following.current) view.scrollTop = restingPlace(view);
  }, [rounds]);

  const pick = (question: string): void => {
    setDraft(question);
    box.current?.focus();
  };

  return (
    <>
      <div
        ref={scroller}
        className="chat-scroll"
        role="region"
        aria-label="Conversation"
        tabIndex={0}
        onScroll={({ currentTarget: view }) => {
          following.current = Math.abs(view.scrollTop - restingPlace(view)) < FOLLOW_WITHIN_PX;
        }}
      >
        <div className="chat-column">
          {rounds.length === 0 && <Welcome onPick={pick} />}
          {rounds.map((round) => (
            <RoundEntry key={round.id} round={round} selected={round.id === selectedRoundId} onSelect={onSelect} />
          ))}
        </div>
      </div>
      <div className="chat-composer">
        <Composer draft={draft} onDraft={setDraft} box={box} />
      </div>
      <p className="aloud" role="status">
        {announcement}
      </p>
    </>
  );
}

/** The newest question at the top or its end at the bottom, whichever comes first: text being read never moves. */
function restingPlace(view: HTMLElement): number {
  const newest = view.querySelector<HTMLElement>('article:last-of-type');
  const end = view.scrollHeight - view.clientHeight;
  return newest === null ? 0 : Math.min(end, newest.offsetTop - view.offsetTop);
}

/** One sentence at each turn of the newest round; the streaming text itself is not read aloud piece by piece. */
function announcementOf(snapshot: SessionSnapshot): string {
  const round: RoundView | undefined = snapshot.rounds.at(-1);
  if (round === undefined) return '';
  if (isRunning(round)) {
    return round.provisional.state === 'done' ? 'Provisional answer ready. The swarm is comparing answers.' : '';
  }
  const row = winningRow(round);
  if (row === undefined) return round.note?.message ?? 'The question ended without a verdict.';
  return `Verdict: ${nameOf(snapshot, row.peer)}, ${describeConfidence(row)}.`;
}
