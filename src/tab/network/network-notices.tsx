import { cleanName } from '#swarm';
import { useSession, useSnapshot } from '../use-session.ts';

/** An invitation that waits for the person's word: entering would leave the round that runs. */
export function Invited() {
  const session = useSession();
  const name = useSnapshot((snapshot) => snapshot.network.invited?.name);
  if (name === undefined) return null;
  return (
    <div className="notice notice-mild" role="alert">
      <p>
        <strong>
          Enter the private room “<bdi>{cleanName(name)}</bdi>”?
        </strong>{' '}
        The question that runs would be stopped, and those that wait dropped.
      </p>
      <button type="button" className="button button-main" onClick={() => session.answerInvitation(true)}>
        Enter
      </button>
      <button type="button" className="button" onClick={() => session.answerInvitation(false)}>
        Stay here
      </button>
    </div>
  );
}
