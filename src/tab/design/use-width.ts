import { useSyncExternalStore } from 'react';

/** Narrow shows one of chat, ranking and peers; medium the chat beside one of the others; wide all three. */
export type Width = 'narrow' | 'medium' | 'wide';

const medium = matchMedia('(min-width: 60rem)');
const wide = matchMedia('(min-width: 96rem)');

function subscribe(listener: () => void): () => void {
  medium.addEventListener('change', listener);
  wide.addEventListener('change', listener);
  return () => {
    medium.removeEventListener('change', listener);
    wide.removeEventListener('change', listener);
  };
}

export function useWidth(): Width {
  return useSyncExternalStore(subscribe, () => (wide.matches ? 'wide' : medium.matches ? 'medium' : 'narrow'));
}
