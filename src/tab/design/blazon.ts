/** How a peer is drawn: a shield whose field, ordinary and tinctures follow from its id alone. */
export interface Blazon {
  readonly colour: Colour;
  readonly metal: Metal;
  readonly ordinary: Ordinary;
  /** Metal on the field with the ordinary in colour, or the reverse (heraldry never lays colour on colour). */
  readonly metalField: boolean;
}

const colours = ['#a8261f', '#1d4f96', '#1b6a43', '#6a2f7b', '#262a2e', '#a4520f', '#1f7a8c'] as const;
const metals = ['#e3b43c', '#f3f3ee'] as const;
export const ordinaries = [
  'pale',
  'fess',
  'bend',
  'bend-sinister',
  'chevron',
  'cross',
  'saltire',
  'chief',
  'bordure',
  'roundel',
  'lozenge',
  'per-pale',
  'per-fess',
  'quarterly',
  'bars',
  'pall',
] as const;

export type Colour = (typeof colours)[number];
export type Metal = (typeof metals)[number];
export type Ordinary = (typeof ordinaries)[number];

/** The same on every machine. 448 shields: a help for the eye, never an identity. */
export function blazonOf(peer: string): Blazon {
  const hash = hashText(peer);
  return {
    colour: colours[hash % colours.length] as Colour,
    metal: metals[Math.floor(hash / 7) % metals.length] as Metal,
    ordinary: ordinaries[Math.floor(hash / 14) % ordinaries.length] as Ordinary,
    metalField: Math.floor(hash / 224) % 2 === 1,
  };
}

/** FNV-1a, 32 bits (Fowler, Noll, Vo), finished with the mixer of MurmurHash3 so that close ids look unlike. */
function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
