import { useId } from 'react';
import { cleanName } from '#swarm';
import { Disclosure } from '../design/disclosure.tsx';
import { countOf } from '../design/figure.ts';
import { ModelCard } from '../models/model-card.tsx';
import { nameOfModel } from '../models/model-name.ts';
import { RoomCard } from '../network/room-card.tsx';
import { useSnapshot } from '../use-session.ts';
import { Contribution } from './contribution.tsx';
import { JoinSteps } from './join-steps.tsx';
import { OpenPeer } from './open-peer.tsx';
import { PeerCard } from './peer-card.tsx';
import { SelfName } from './self-name.tsx';
import { Standing } from './standing.tsx';
import './peers-panel.css';

/** Below this no answer finds a judge without an interest in it. */
const ENOUGH_PEERS = 2;

/** This peer and all it is connected to. */
export function PeersPanel() {
  const heading = useId();
  const self = useSnapshot((snapshot) => snapshot.self.peer);
  return (
    <section className="panel" aria-labelledby={heading}>
      <h2 id={heading} className="panel-title">
        Peers
      </h2>
      <section className="panel-section">
        <h3 className="section-title">This peer</h3>
        <SelfName />
        <ModelCard />
        <JoinSteps />
      </section>
      <RoomCard />
      <Contribution />
      <Others />
      <section className="panel-section">
        <h3 className="section-title">What it has earned</h3>
        <Standing peer={self} />
      </section>
    </section>
  );
}

function Others() {
  const peers = useSnapshot((snapshot) => snapshot.swarm.peers);
  const known = useSnapshot((snapshot) => snapshot.swarm.known.length);
  return (
    <section className="panel-section">
      <h3 className="section-title">{titleOf(peers.length, known)}</h3>
      {known > 0 && (
        <p className="small soft">
          {countOf(known, 'more peer')} {known === 1 ? 'is' : 'are'} known here without a connection. In a large room a
          tab keeps a few connections, and makes one when it needs somebody else.
        </p>
      )}
      {peers.length + known < ENOUGH_PEERS && <TooFew count={peers.length} />}
      {known > 0 && (
        <Disclosure summary="Who they say they are">
          <KnownPeers />
        </Disclosure>
      )}
      <ul role="list" className="peer-cards">
        {peers.map((peer) => (
          <PeerCard key={peer.id} peer={peer} />
        ))}
      </ul>
      <OpenPeer />
    </section>
  );
}

/** More than a person reads; the count says how many there are. */
const LISTED_AT_MOST = 40;

/** Known by the gossip of others: names and models are their own claims. */
function KnownPeers() {
  const known = useSnapshot((snapshot) => snapshot.swarm.known);
  return (
    <ul role="list" className="facts fine">
      {known.slice(0, LISTED_AT_MOST).map(({ id, advert }) => (
        <li key={id}>
          <bdi>{cleanName(advert.name)}</bdi> <span className="fixed soft">{id}</span>{' '}
          <span className="soft">{nameOfModel(advert.modelId)}</span>
        </li>
      ))}
      {known.length > LISTED_AT_MOST && <li className="soft">and {known.length - LISTED_AT_MOST} more</li>}
    </ul>
  );
}

function titleOf(connected: number, known: number): string {
  if (connected === 0) return known === 0 ? 'Nobody else here' : 'Not connected to anybody yet';
  return `${countOf(connected, 'peer')} ${known === 0 ? 'here' : 'connected'}`;
}

function TooFew({ count }: { readonly count: number }) {
  return (
    <p className="small soft">
      {count === 0
        ? 'Alone, your own model answers and nobody checks it. Open two more peers, or send this page’s address to somebody.'
        : 'Two peers can answer, but neither may judge a pair that holds its own answer. One more makes a ranking.'}
    </p>
  );
}
