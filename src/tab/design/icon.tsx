const paths = {
  turn: 'M6 4l4 4-4 4',
  send: 'M8 13V3M4 7l4-4 4 4',
  stop: 'M4.500 4.500h7v7h-7z',
  close: 'M4 4l8 8M12 4l-8 8',
  check: 'M3 8.500l3.500 3.500L13 4.500',
  window: 'M2.500 3.500h11v9h-11zM2.500 6.500h11',
  file: 'M4 2h5l3 3v9H4zM9 2v3h3',
  again: 'M13 8a5 5 0 1 1-1.600-3.700M13 2.500v3h-3',
  sun: 'M8 5.200a2.800 2.800 0 1 1 0 5.600 2.800 2.800 0 0 1 0-5.600zM8 1.500v1M8 13.500v1M1.500 8h1M13.500 8h1M3.400 3.400l.7.7M11.900 11.900l.7.7M12.600 3.400l-.7.7M4.100 11.900l-.7.7',
  moon: 'M13 9.500A5.500 5.500 0 0 1 6.500 3a5.500 5.500 0 1 0 6.500 6.500z',
  screen: 'M2 3h12v8H2zM6 14h4M8 11v3',
  chat: 'M2.500 3h11v8h-6l-3 2.500V11h-2z',
  rank: 'M3 13V8M8 13V3M13 13v-3',
  peers:
    'M4 5a1.500 1.500 0 1 0 0 .01M12 5a1.500 1.500 0 1 0 0 .01M8 12a1.500 1.500 0 1 0 0 .01M5 5h5M4.800 6.500L7 10.300M11.200 6.500L9 10.300',
  shelf:
    'M2.500 2.500v11M13.500 2.500v11M2.500 8h11M2.500 13.500h11M5 8V4.500M7.500 8V4M10.500 8l-1-4M5 13.500V10M8 13.500v-3',
  room: 'M3.500 13.500v-11h9v11M1.500 13.500h13M9.800 8v.01',
  link: 'M6.800 9.200a2.500 2.500 0 0 0 3.600 0l2.400-2.400a2.500 2.500 0 0 0-3.600-3.600l-.8.8M9.200 6.800a2.500 2.500 0 0 0-3.600 0L3.200 9.200a2.500 2.500 0 0 0 3.600 3.600l.8-.8',
  copy: 'M5.500 5.500h8v8h-8zM10.500 5.500v-3h-8v8h3',
  share: 'M8 9.500v-7M5 5l3-3 3 3M4 7.500H2.500v6h11v-6H12',
  network: 'M8 5.500V8M3.500 10.500V8h9v2.500M6 2.500h4v3H6zM1.500 10.500h4v3h-4zM10.500 10.500h4v3h-4z',
  pen: 'M3 13l.7-3L10.500 3.200l2.300 2.300L6 12.300z',
} as const;

export type IconName = keyof typeof paths;

/** Line drawing in the colour of the text; always beside words or under a label. */
export function Icon({ name, className }: { readonly name: IconName; readonly className?: string }) {
  return (
    <svg className={className} width="16" height="16" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path
        d={paths[name]}
        fill={name === 'stop' ? 'currentColor' : 'none'}
        stroke="currentColor"
        strokeWidth="1.5"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
