import type { PeerId } from '#vocabulary';
import type { SessionSnapshot } from './session.ts';

const NAME_MAX_CHARS = 32;
// Control characters, bidirectional overrides, zero-width characters: what could make one name pass for another.
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cn}]/gu;

/** The end of a peer id: its beginning is the same for every Ed25519 key. */
export function shortId(id: string): string {
  return id.slice(-6);
}

/** A name somebody gave themselves, made safe to stand in a line of text. Empty when nothing legible is left. */
export function cleanName(name: string): string {
  return [
    ...name
      .slice(0, NAME_MAX_CHARS * 8)
      .normalize('NFC')
      .replace(unprintable, '')
      .replace(/\s+/gu, ' ')
      .trim(),
  ]
    .slice(0, NAME_MAX_CHARS)
    .join('');
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

/** Peers that would answer: reachable, of this version, with a model, contributing. */
export function countReaders(snapshot: SessionSnapshot): number {
  return snapshot.swarm.peers.filter(
    ({ advert, incompatible }) => incompatible === undefined && advert?.contributing === true && advert.modelId !== '',
  ).length;
}
