import type { RefusalCode } from './wire.ts';

/** One of two tabs will not have the other. */
export interface Refusal {
  readonly code: RefusalCode;
  readonly by: 'self' | 'peer';
}

/** Goes on from "This peer ...". Our own words: what a stranger writes is not put before people. */
export function wordsOfRefusal({ code, by }: Refusal): string {
  switch (code) {
    case 'wrong-room':
      return by === 'self' ? 'is not in this room: it could not prove it' : 'says that this tab is not in its room';
    case 'other-version':
      return 'speaks another version';
    case 'full':
      return 'has as many connections as it can keep';
    case 'unknown':
      return 'refuses this tab for a reason that only a later version knows';
  }
}
