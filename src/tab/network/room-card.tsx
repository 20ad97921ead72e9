import { cleanName } from '#swarm';
import { OpenSheet } from '../design/open-sheet.tsx';
import { useSnapshot } from '../use-session.ts';

const load = async () => (await import('./rooms-view.tsx')).RoomsView;

/** The room this peer is in: who else may be there, and the way to others. */
export function RoomCard() {
  const room = useSnapshot((snapshot) => snapshot.swarm.room);
  return (
    <section className="panel-section">
      <h3 className="section-title">Room</h3>
      <p className="row">
        <bdi className="model-name">{room.isPrivate ? cleanName(room.name) : 'Public room'}</bdi>
        {room.isPrivate && <span className="badge badge-good">private</span>}
      </p>
      <p className="fine soft">
        {room.isPrivate
          ? 'Only people with its invitation find this room and read what is asked in it.'
          : 'Everybody who opens this page is here, and may read what is asked.'}
      </p>
      <OpenSheet icon="room" trouble="The rooms could not be shown." load={load}>
        {room.isPrivate ? 'Invite, or change the room' : 'Make a private room'}
      </OpenSheet>
    </section>
  );
}
