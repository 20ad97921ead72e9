import type { SwarmPeer } from '#swarm';
import { Disclosure } from '../design/disclosure.tsx';
import { formatRate } from '../design/figure.ts';
import { formatRoundTrip } from '../design/duration.ts';
import { nameOfModel } from '../models/model-name.ts';
import { PeerTag } from '../peer-tag.tsx';
import { Standing } from './standing.tsx';

/** Another peer: how it is reached, what it says it runs, what it has earned here. */
export function PeerCard({ peer }: { readonly peer: SwarmPeer }) {
  return (
    <li className="peer-card">
      <p className="row">
        <PeerTag peer={peer.id} withId sizePx={24} />
        <span className={peer.kind === 'direct' ? 'badge badge-good' : 'badge'} title={reachOf(peer)}>
          {peer.kind}
          {peer.roundTripMs !== undefined && <span className="figures">{formatRoundTrip(peer.roundTripMs)}</span>}
        </span>
      </p>
      <p className="fine soft figures">{describePeer(peer)}</p>
      <Disclosure summary="Standing">
        <Standing peer={peer.id} />
      </Disclosure>
    </li>
  );
}

function reachOf(peer: SwarmPeer): string {
  return peer.kind === 'direct' ? 'Tab to tab, no server in between' : 'Through the relay: slower, still encrypted';
}

/** What it can do, or why it takes part in nothing. */
function describePeer({ advert, incompatible }: SwarmPeer): string {
  if (incompatible !== undefined) return `Takes no part: ${incompatible}`;
  if (advert === undefined) return 'Has not introduced itself yet.';
  const model = nameOfModel(advert.modelId);
  if (model === '') return 'Has no model ready: it asks, but does not answer.';
  const rate = advert.decodeTokensPerSecond;
  const speed = Number.isFinite(rate) && rate > 0 ? ` · ${formatRate(rate)} tokens/s` : '';
  return `${model}${speed}${advert.contributing ? '' : ' · does not answer for others now'}`;
}
