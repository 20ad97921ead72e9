import { type FormEvent, useId, useState } from 'react';
import { cleanName } from '#swarm';
import { isRunning } from '../ask/round-summary.ts';
import { formatAgo } from '../design/duration.ts';
import { Icon } from '../design/icon.tsx';
import type { SheetProps } from '../design/open-sheet.tsx';
import { Sheet } from '../design/sheet.tsx';
import { useNow } from '../design/use-now.ts';
import type { KeptRoom } from '../session.ts';
import { useSession, useSnapshot } from '../use-session.ts';
import { Invitation } from './invitation.tsx';
import { LeaveRound } from './leave-round.tsx';
import './network.css';

const NAME_MAX_CHARS = 32;

/** Rooms: the one this peer is in and how to let others in, a new one, those it was in before. */
export function RoomsView({ onClose }: SheetProps) {
  const session = useSession();
  const room = useSnapshot((snapshot) => snapshot.swarm.room);
  const rooms = useSnapshot((snapshot) => snapshot.network.rooms);
  const invitation = useSnapshot((snapshot) => snapshot.network.invitation);
  const isAsking = useSnapshot((snapshot) => snapshot.rounds.some(isRunning) || snapshot.queue.length > 0);
  /** What was chosen and would leave the round that runs. */
  const [wanted, setWanted] = useState<{ readonly go: () => void }>();
  const move = (go: () => void): void => {
    if (isAsking) setWanted({ go });
    else go();
  };

  return (
    <Sheet title="Rooms" onClose={onClose} isNarrow>
      {wanted !== undefined && (
        <LeaveRound
          onAnswer={(isAccepted) => {
            setWanted(undefined);
            if (isAccepted) wanted.go();
          }}
        />
      )}
      <section className="sheet-part">
        <p className="network-line">
          <span className="soft">You are in</span>
          <strong>{invitation === undefined ? 'the public room' : <bdi>{nameOfRoom(rooms, room.name)}</bdi>}</strong>
        </p>
        {invitation === undefined ? (
          <p className="small soft">
            Everybody who opens this page is in it. In a private room only those are who got its link or code; others
            find neither the room nor what is asked there.
          </p>
        ) : (
          <>
            <Invitation fragment={invitation} />
            <p className="row">
              <button type="button" className="button" onClick={() => move(() => session.enterRoom(undefined))}>
                Go to the public room
              </button>
            </p>
          </>
        )}
      </section>
      <NewRoom onCreate={(name) => move(() => session.createRoom(name))} />
      <Remembered
        rooms={rooms}
        onEnter={(id) => move(() => session.enterRoom(id))}
        onForget={(kept) => (kept.isCurrent ? move(() => session.forgetRoom(kept.id)) : session.forgetRoom(kept.id))}
      />
    </Sheet>
  );
}

/** The list knows before the swarm has arrived there. */
function nameOfRoom(rooms: readonly KeptRoom[], fallback: string): string {
  return cleanName(rooms.find(({ isCurrent }) => isCurrent)?.name ?? fallback);
}

function NewRoom({ onCreate }: { readonly onCreate: (name: string) => void }) {
  const field = useId();
  const [name, setName] = useState('');
  const create = (event: FormEvent): void => {
    event.preventDefault();
    onCreate(name);
    setName('');
  };
  return (
    <section className="sheet-part">
      <h3 className="section-title">New private room</h3>
      <form className="network-form" onSubmit={create}>
        <label htmlFor={field} className="small">
          Its name, which those you invite will see
        </label>
        <input
          id={field}
          className="field"
          autoComplete="off"
          maxLength={NAME_MAX_CHARS}
          placeholder="Reading circle"
          value={name}
          onChange={({ target }) => setName(target.value)}
        />
        <button type="submit" className="button button-main" disabled={cleanName(name) === ''}>
          Create and enter
        </button>
      </form>
      <p className="small soft">
        It is made here and kept nowhere else: the room exists while somebody with its invitation is in it.
      </p>
    </section>
  );
}

interface RememberedProps {
  readonly rooms: readonly KeptRoom[];
  readonly onEnter: (id: string) => void;
  readonly onForget: (room: KeptRoom) => void;
}

function Remembered({ rooms, onEnter, onForget }: RememberedProps) {
  const nowMs = useNow(false);
  if (rooms.length === 0) return null;
  return (
    <section className="sheet-part">
      <h3 className="section-title">Rooms you were in</h3>
      <ul role="list" className="network-list">
        {rooms.map((room) => (
          <li key={room.id} className="network-entry">
            <span className="network-entry-words">
              <bdi className="network-name">{cleanName(room.name)}</bdi>{' '}
              <span className="fine soft">
                {room.isCurrent ? 'you are in it' : `last entered ${formatAgo(room.lastUsedMs, nowMs)}`}
              </span>
            </span>
            <span className="row">
              {!room.isCurrent && (
                <button type="button" className="button" onClick={() => onEnter(room.id)}>
                  Enter<span className="aloud"> {cleanName(room.name)}</span>
                </button>
              )}
              <button type="button" className="button button-quiet" onClick={() => onForget(room)}>
                {room.isCurrent ? 'Leave and forget' : 'Forget'}
                <span className="aloud"> {cleanName(room.name)}</span>
              </button>
            </span>
          </li>
        ))}
      </ul>
      <p className="fine soft">
        <Icon name="link" className="network-inline" />
        Forgetting removes the key to the room from this browser. You need its invitation to come back.
      </p>
    </section>
  );
}
