import { type Random, randomInteger } from '#vocabulary';

const beasts = ['gryphon', 'heron', 'stag', 'otter', 'falcon', 'lynx', 'boar', 'swan', 'hare', 'wolf', 'raven', 'bear'];

/** A name for one more peer in this browser: `heron-417`. */
export function drawPersona(random: Random): string {
  return `${beasts[randomInteger(random, beasts.length)] ?? 'peer'}-${100 + randomInteger(random, 900)}`;
}

/** The page's address as that peer, in the same room; whatever else stood in it stays. */
export function addressOf(persona: string, here: string, invitation = ''): string {
  const address = new URL(here);
  address.searchParams.set('peer', persona);
  address.hash = invitation;
  return address.href;
}
