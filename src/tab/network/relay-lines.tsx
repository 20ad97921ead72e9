import { hostOfRelay } from '../session/relay-text.ts';
import { useSnapshot } from '../use-session.ts';
import { describeRelay } from './relay-words.ts';

/** Which relay is in use and which stand by. A single one that works needs no list. */
export function RelayLines() {
  const relays = useSnapshot((snapshot) => snapshot.swarm.relays);
  if (relays.length < 2 && relays[0]?.status !== 'failed') return null;
  return (
    <ul role="list" className="relay-lines" aria-label="Relays">
      {relays.map((relay) => (
        <li key={relay.address} className={`relay-line relay-line-${relay.status}`} title={relay.address}>
          <span className="relay-host">{hostOfRelay(relay.address)}</span> {describeRelay(relay)}
        </li>
      ))}
    </ul>
  );
}
