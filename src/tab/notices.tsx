import { useState } from 'react';
import type { Failure } from '#vocabulary';
import { Icon } from './design/icon.tsx';
import { Invited } from './network/network-notices.tsx';
import { useSession, useSnapshot } from './use-session.ts';

const notKept: Failure = {
  type: 'not-durable',
  message: 'Nothing outlives this tab: the browser gives no lasting storage here.',
  remedy: 'Leave private browsing, or free some disk space, to keep questions, standing and the model.',
};

const spent: Failure = {
  type: 'connections-spent',
  message: 'This tab has used up nearly all the connections that a browser gives a page.',
  remedy:
    'It reaches new peers through the relay only, which is slow. Reload the page when it suits you; nothing is lost.',
};

/** What the person should know, each with what to do about it. */
export function Notices() {
  const session = useSession();
  const notices = useSnapshot((snapshot) => snapshot.notices);
  const durable = useSnapshot((snapshot) => snapshot.storage.durable);
  const starting = useSnapshot((snapshot) => snapshot.self.role === 'starting');
  const [seen, setSeen] = useState(false);
  const isInvited = useSnapshot((snapshot) => snapshot.network.invited !== undefined);
  const isSpent = useSnapshot((snapshot) => snapshot.network.budget?.level === 'spent');
  const [spentSeen, setSpentSeen] = useState(false);
  const showNotKept = !durable && !seen && !starting;
  const showSpent = isSpent && !spentSeen;
  if (notices.length === 0 && !showNotKept && !isInvited && !showSpent) return null;
  return (
    <section className="notices" aria-label="Notices">
      {showNotKept && <NoticeLine failure={notKept} mild onDismiss={() => setSeen(true)} />}
      {isInvited && <Invited />}
      {showSpent && <NoticeLine failure={spent} mild onDismiss={() => setSpentSeen(true)} />}
      {notices.map(({ id, failure }) => (
        <NoticeLine key={id} failure={failure} onDismiss={() => session.dismissNotice(id)} />
      ))}
    </section>
  );
}

interface NoticeLineProps {
  readonly failure: Failure;
  readonly onDismiss: () => void;
  readonly mild?: boolean;
}

function NoticeLine({ failure, onDismiss, mild = false }: NoticeLineProps) {
  return (
    <div className={mild ? 'notice notice-mild' : 'notice'} role={mild ? 'status' : 'alert'}>
      <p>
        <strong>{failure.message}</strong> {failure.remedy}
      </p>
      <button type="button" className="button button-quiet button-square" onClick={onDismiss}>
        <Icon name="close" />
        <span className="aloud">Dismiss this notice</span>
      </button>
    </div>
  );
}
