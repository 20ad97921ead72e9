import type { PeerId } from '#vocabulary';
import { Shield } from './design/shield.tsx';
import { nameOf, shortId } from './peer-name.ts';
import { useSnapshot } from './use-session.ts';
import './peer-tag.css';

interface PeerTagProps {
  readonly peer: PeerId;
  readonly withId?: boolean;
  readonly sizePx?: number;
}

/** Who: shield and name, and the end of the id where names alone could be mistaken. */
export function PeerTag({ peer, withId = false, sizePx = 20 }: PeerTagProps) {
  const name = useSnapshot((snapshot) => nameOf(snapshot, peer));
  const id = shortId(peer);
  return (
    <span className="peer-tag" title={peer}>
      <Shield peer={peer} sizePx={sizePx} />
      <bdi className={name === id ? 'peer-tag-name fixed' : 'peer-tag-name'}>{name}</bdi>
      {withId && !name.endsWith(id) && <span className="peer-tag-id fixed">{id}</span>}
    </span>
  );
}
