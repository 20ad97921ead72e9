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

/** `You`, the name a peer gave itself, or the end of its id. Names are claims: the short id always stands near. */
export function nameOf(snapshot: SessionSnapshot, peer: PeerId): string {
  if (peer === snapshot.self.peer) return 'You';
  const advert = snapshot.swarm.peers.find((candidate) => candidate.id === peer)?.advert;
  const name = advert === undefined ? '' : cleanName(advert.name);
  return name === '' ? shortId(peer) : name;
}

/** Peers that would answer: reachable, of this version, with a model, contributing. */
export function countReaders(snapshot: SessionSnapshot): number {
  return snapshot.swarm.peers.filter(
    ({ advert, incompatible }) => incompatible === undefined && advert?.contributing === true && advert.modelId !== '',
  ).length;
}
