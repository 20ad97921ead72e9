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

/** Who takes part and how far each has come. */
export function Participants({ participants }: { readonly participants: readonly ParticipantView[] }) {
  const [all, setAll] = useState(false);
  if (participants.length === 0) return null;
  const listed = all || participants.length <= LISTED_AT_ONCE;
  return (
    <section className="participants" aria-label="Participants">
      {!listed && <p className="small soft">{countStates(participants)}</p>}
      {listed && (
        <ul role="list" className="participants-list">
          {participants.map((participant) => (
            <Participant key={participant.peer} participant={participant} />
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

function Participant({ participant }: { readonly participant: ParticipantView }) {
  const { peer, state, progress, reason } = participant;
  const word = stateWords[state];
  const working = progress !== undefined && (state === 'answering' || state === 'judging');
  return (
    <li className={fallenOut.has(state) ? 'participant participant-out' : 'participant'}>
      <PeerTag peer={peer} />
      <span className="participant-state" title={reason}>
        {reason === undefined ? word : `${word}: ${reason}`}
      </span>
      <span className="participant-progress">
        {working && <Meter share={progress} label={`${word}, share done`} />}
      </span>
    </li>
  );
}

function countStates(participants: readonly ParticipantView[]): string {
  const counts = new Map<ParticipantState, number>();
  for (const { state } of participants) counts.set(state, (counts.get(state) ?? 0) + 1);
  const parts = [...counts].map(([state, count]) => `${count} ${stateWords[state]}`);
  return `${countOf(participants.length, 'peer')}: ${parts.join(', ')}`;
}
