import { countOf } from '../design/figure.ts';
import { PeerTag } from '../peer-tag.tsx';
import { useSnapshot } from '../use-session.ts';
import './welcome.css';

const examples = [
  'Why is the sky blue?',
  'How do bees find their way home?',
  'Explain a rainbow to a five-year-old.',
] as const;

/** A full hall is counted, not listed. */
const LISTED_AT_MOST = 6;

/** What a newcomer sees before the first question. */
export function Welcome({ onPick }: { readonly onPick: (question: string) => void }) {
  return (
    <div className="welcome">
      <p className="welcome-lead">Ask once. Every open tab answers, and they judge each other.</p>
      <p className="soft">
        Small language models in the browsers of peers each write an answer, compare the others’ answers, and sign their
        votes. You see the winner, how sure that is, and every vote behind it.
      </p>
      <Present />
      <div className="welcome-part">
        <h3 className="section-title">Try one</h3>
        <ul role="list" className="welcome-examples">
          {examples.map((question) => (
            <li key={question}>
              <button type="button" className="button" onClick={() => onPick(question)}>
                {question}
              </button>
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}

function Present() {
  const peers = useSnapshot((snapshot) => snapshot.swarm.peers);
  const self = useSnapshot((snapshot) => snapshot.self.peer);
  const listed = peers.slice(0, LISTED_AT_MOST);
  return (
    <div className="welcome-part">
      <h3 className="section-title">Here now</h3>
      <ul role="list" className="welcome-present">
        {[self, ...listed.map(({ id }) => id)].map((peer) => (
          <li key={peer}>
            <PeerTag peer={peer} sizePx={28} />
          </li>
        ))}
        {peers.length > listed.length && <li className="soft">and {countOf(peers.length - listed.length, 'other')}</li>}
        {peers.length === 0 && <li className="soft">and nobody else yet. Open another peer under Peers.</li>}
      </ul>
    </div>
  );
}
