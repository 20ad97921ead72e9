import { useId } from 'react';
import { type Ordinary, blazonOf } from './blazon.ts';

const outline = 'M2 2h20v11c0 6-4 10.5-10 13C6 23.500 2 19 2 13z';

const shapes: Readonly<Record<Ordinary, string>> = {
  pale: 'M9 0h6v28H9z',
  fess: 'M0 9.500h24v6.500H0z',
  bend: 'M-2 1 3-4l26 27-5 5z',
  'bend-sinister': 'M26 1 21-4-5 23l5 5z',
  chevron: 'M12 7l12 11v7L12 14 0 25v-7z',
  cross: 'M9.500 0h5v9.500H24v5h-9.500V28h-5V14.500H0v-5h9.500z',
  saltire: 'M-2 2l4-4 10 11L22-2l4 4-10.500 11L26 25l-4 4-10-12L2 29l-4-4 10.500-12z',
  chief: 'M0 0h24v9H0z',
  bordure: 'M0 0h24v28H0zM6 6v7c0 4.200 2.300 7 6 8.800 3.700-1.800 6-4.600 6-8.800V6z',
  roundel: 'M12 6.500a5.500 5.500 0 1 1 0 11 5.500 5.500 0 0 1 0-11z',
  lozenge: 'M12 4l6.500 8.500L12 21l-6.500-8.500z',
  'per-pale': 'M12 0h12v28H12z',
  'per-fess': 'M0 13h24v15H0z',
  quarterly: 'M12 0h12v13H12zM0 13h12v15H0z',
  bars: 'M0 6h24v4H0zM0 14h24v4H0z',
  pall: 'M-1 1l4-3 9 10 9-10 4 3-10.500 12V28h-5V13z',
};

/** A peer's shield. Always stands beside a name or an id, so it is silent to a screen reader. */
export function Shield({ peer, sizePx = 22 }: { readonly peer: string; readonly sizePx?: number }) {
  const clip = useId();
  const { colour, metal, ordinary, metalField } = blazonOf(peer);
  const [field, charge] = metalField ? [metal, colour] : [colour, metal];
  return (
    <svg width={sizePx * (24 / 28)} height={sizePx} viewBox="0 0 24 28" aria-hidden="true" focusable="false">
      <clipPath id={clip}>
        <path d={outline} />
      </clipPath>
      <g clipPath={`url(#${clip})`}>
        <path d="M0 0h24v28H0z" fill={field} />
        <path d={shapes[ordinary]} fill={charge} fillRule="evenodd" />
      </g>
      <path d={outline} fill="none" stroke="currentColor" strokeOpacity="0.55" strokeWidth="1.3" />
    </svg>
  );
}
