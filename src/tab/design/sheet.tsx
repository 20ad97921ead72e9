import { type ReactNode, useEffect, useId, useRef } from 'react';
import { Icon } from './icon.tsx';
import type { SheetProps } from './open-sheet.tsx';
import './sheet.css';

interface SheetViewProps extends SheetProps {
  readonly title: string;
  readonly children: ReactNode;
  readonly isNarrow?: boolean;
}

/** A view over the page: as high as it needs to be, the whole window on a phone. */
export function Sheet({ title, onClose, children, isNarrow = false }: SheetViewProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    if (dialog.current?.open === false) dialog.current.showModal();
  }, []);
  // The browser then gives the focus back to what opened it, and tells `onClose`.
  const close = (): void => dialog.current?.close();

  return (
    <dialog
      ref={dialog}
      className={isNarrow ? 'sheet sheet-narrow' : 'sheet'}
      aria-labelledby={heading}
      onClose={onClose}
      // A press beside it: the dialog itself has no area of its own.
      onPointerDown={(event) => event.target === event.currentTarget && close()}
    >
      <div className="sheet-page">
        <header className="sheet-head">
          <h2 id={heading} className="sheet-title">
            {title}
          </h2>
          <button type="button" className="button button-quiet button-square" onClick={close}>
            <Icon name="close" />
            <span className="aloud">Close {title}</span>
          </button>
        </header>
        <div className="sheet-body" tabIndex={0} role="group" aria-labelledby={heading}>
          {children}
        </div>
      </div>
    </dialog>
  );
}
