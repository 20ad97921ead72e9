import type { PeerId } from '#vocabulary';
import { MAX_PARTICIPANTS } from '#round';
import { cleanName } from '#swarm';
import type { SessionSnapshot } from './session.ts';

/** The end of a peer id: its beginning is the same for every Ed25519 key. */
export function shortId(id: string): string {
  return id.slice(-6);
}

/**
 * `You`, the name a peer gave itself, or the end of its id. Names are claims: one that somebody else bears too, this
 * peer or the word `You` among them, is followed by the end of the id.
 */
export function nameOf(snapshot: SessionSnapshot, peer: PeerId): string {
  if (peer === snapshot.self.peer) return 'You';
  const claimed = snapshot.swarm.peers.find((candidate) => candidate.id === peer)?.advert?.name ?? '';
  const name = cleanName(claimed);
  if (name === '') return shortId(peer);
  const likeness = likenessOf(name);
  const taken =
    likeness === 'you' ||
    likeness === likenessOf(cleanName(snapshot.self.name)) ||
    snapshot.swarm.peers.some(
      ({ id, advert }) => id !== peer && likenessOf(cleanName(advert?.name ?? '')) === likeness,
    );
  return taken ? `${name} ${shortId(peer)}` : name;
}

/** Equal for names a hasty reader takes for the same. */
function likenessOf(name: string): string {
  return name.normalize('NFKC').toLowerCase();
}

/** Peers a question would travel to: reachable, of this version, with a model, contributing, as many as a round admits. */
export function countReaders(snapshot: SessionSnapshot): number {
  const ready = snapshot.swarm.peers.filter(
    ({ advert, incompatible }) => incompatible === undefined && advert?.contributing === true && advert.modelId !== '',
  );
  return Math.min(ready.length, MAX_PARTICIPANTS - 1);
}
