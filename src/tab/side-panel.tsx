import { type KeyboardEvent, type ReactNode, useId, useRef } from 'react';

export type Side = 'ranking' | 'peers';
const sides: readonly { readonly side: Side; readonly word: string }[] = [
  { side: 'ranking', word: 'Ranking' },
  { side: 'peers', word: 'Peers' },
];

interface SidePanelProps {
  readonly side: Side;
  readonly onSide: (side: Side) => void;
  readonly children: ReactNode;
}

/** Ranking or peers beside the chat, chosen by tabs (ARIA Authoring Practices: arrow keys move and choose). */
export function SidePanel({ side, onSide, children }: SidePanelProps) {
  const id = useId();
  const tabs = useRef<HTMLDivElement>(null);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
    event.preventDefault();
    const other = side === 'ranking' ? 'peers' : 'ranking';
    onSide(other);
    tabs.current?.querySelector<HTMLElement>(`[data-side=${other}]`)?.focus();
  };
  return (
    <aside className="side" aria-label="Ranking and peers">
      <div ref={tabs} role="tablist" aria-label="Beside the conversation" className="side-tabs">
        {sides.map((entry) => (
          <button
            key={entry.side}
            type="button"
            role="tab"
            id={`${id}-${entry.side}`}
            data-side={entry.side}
            aria-selected={entry.side === side}
            aria-controls={`${id}-panel`}
            tabIndex={entry.side === side ? 0 : -1}
            onClick={() => onSide(entry.side)}
            onKeyDown={onKeyDown}
          >
            {entry.word}
          </button>
        ))}
      </div>
      <div id={`${id}-panel`} role="tabpanel" aria-labelledby={`${id}-${side}`} className="side-body" tabIndex={0}>
        {children}
      </div>
    </aside>
  );
}
