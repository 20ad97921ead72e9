import type { ReactNode } from 'react';
import type { SwarmPeer } from '#swarm';
import { Disclosure } from '../design/disclosure.tsx';
import { formatRate } from '../design/figure.ts';
import { formatAgo, formatRoundTrip } from '../design/duration.ts';
import { useNow } from '../design/use-now.ts';
import { nameOfModel } from '../models/model-name.ts';
import { boundReason, describeEnds, describePath, nameOfPath, whyNotDirect } from '../network/path-words.ts';
import { PeerTag } from '../peer-tag.tsx';
import { Standing } from './standing.tsx';

/** Another peer: how it is reached and why so, what it says it runs, what it has earned here. */
export function PeerCard({ peer }: { readonly peer: SwarmPeer }) {
  const why = peer.incompatible === undefined ? whyNotDirect(peer) : undefined;
  return (
    <li className="peer-card">
      <p className="row">
        <PeerTag peer={peer.id} withId sizePx={24} />
        <span className={toneOf(peer)}>
          {nameOfPath(peer)}
          {peer.roundTripMs !== undefined && <span className="figures">{formatRoundTrip(peer.roundTripMs)}</span>}
        </span>
      </p>
      <p className={peer.incompatible === undefined ? 'fine soft figures' : 'fine peer-trouble'}>
        {describePeer(peer)}
      </p>
      {why !== undefined && <p className="fine peer-trouble">{why}</p>}
      <Disclosure summary="Connection and standing">
        <Connection peer={peer} />
        <Standing peer={peer.id} />
      </Disclosure>
    </li>
  );
}

function toneOf({ kind }: SwarmPeer): string {
  if (kind === 'relayed') return 'badge badge-best';
  return kind === 'direct' ? 'badge badge-good' : 'badge';
}

/** What a researcher wants to know. */
function Connection({ peer }: { readonly peer: SwarmPeer }) {
  const nowMs = useNow(true);
  const { id, roundTripMs, connectedAtMs, advert } = peer;
  const ends = describeEnds(peer);
  return (
    <dl className="facts fine">
      <Fact name="Way">{describePath(peer)}</Fact>
      {ends !== undefined && <Fact name="Ends">{ends}</Fact>}
      <Fact name="Round trip">{roundTripMs === undefined ? 'not measured yet' : formatRoundTrip(roundTripMs)}</Fact>
      <Fact name="Connected">{formatAgo(connectedAtMs, nowMs)}</Fact>
      {advert !== undefined && <Fact name="Engine">{advert.engine === '' ? 'none' : advert.engine}</Fact>}
      <Fact name="Id">
        <span className="fixed">{id}</span>
      </Fact>
    </dl>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** What it can do, or why it takes part in nothing. */
function describePeer({ advert, incompatible }: SwarmPeer): string {
  if (incompatible !== undefined) return boundReason(`Takes no part: ${incompatible}`);
  if (advert === undefined) return 'Has not introduced itself yet.';
  const model = nameOfModel(advert.modelId);
  if (model === '') return 'Has no model ready: it asks, but does not answer.';
  const rate = advert.decodeTokensPerSecond;
  const speed = Number.isFinite(rate) && rate > 0 ? ` · ${formatRate(rate)} tokens/s` : '';
  return `${model}${speed}${advert.contributing ? '' : ' · does not answer for others now'}`;
}
