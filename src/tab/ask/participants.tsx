import { useState } from 'react';
import type { ParticipantState, ParticipantView } from '#round';
import { countOf } from '../design/figure.ts';
import { Meter } from '../design/meter.tsx';
import { PeerTag } from '../peer-tag.tsx';
import { stateWords } from './round-summary.ts';
import './participants.css';

/** More than this many are counted by state first and listed on request. */
const LISTED_AT_ONCE = 12;
const fallenOut: ReadonlySet<ParticipantState> = new Set(['declined', 'late', 'gone', 'disputed']);

interface ParticipantsProps {
  readonly participants: readonly ParticipantView[];
  /** Whether they are still at work. */
  readonly live: boolean;
}

/** Who takes part and how far each has come. */
export function Participants({ participants, live }: ParticipantsProps) {
  const [all, setAll] = useState(false);
  if (participants.length === 0) return null;
  const listed = all || participants.length <= LISTED_AT_ONCE;
  return (
    <section className="participants" aria-label="Participants">
      {!listed && <p className="small soft">{countStates(participants)}</p>}
      {listed && (
        <ul role="list" className="participants-list">
          {participants.map((participant) => (
            <Participant key={participant.peer} participant={participant} live={live} />
          ))}
        </ul>
      )}
      {participants.length > LISTED_AT_ONCE && (
        <button type="button" className="button button-quiet" onClick={() => setAll(!all)}>
          {all ? 'Show fewer' : `Show all ${participants.length}`}
        </button>
      )}
    </section>
  );
}

function Participant({ participant, live }: { readonly participant: ParticipantView; readonly live: boolean }) {
  const { peer, state, progress, reason } = participant;
  const word = stateWords[state];
  const working = live && progress !== undefined && (state === 'answering' || state === 'judging');
  return (
    <li className={fallenOut.has(state) ? 'participant participant-out' : 'participant'}>
      <PeerTag peer={peer} />
      <span className="participant-state">{reason === undefined ? word : `${word}: ${reason}`}</span>
      {live && (
        <span className="participant-progress">
          {working && <Meter share={progress} label={`${word}, share done`} />}
        </span>
      )}
    </li>
  );
}

function countStates(participants: readonly ParticipantView[]): string {
  const counts = new Map<ParticipantState, number>();
  for (const { state } of participants) counts.set(state, (counts.get(state) ?? 0) + 1);
  const parts = [...counts].map(([state, count]) => `${stateWords[state]} ${count}`);
  return `${countOf(participants.length, 'peer')}: ${parts.join(', ')}`;
}
