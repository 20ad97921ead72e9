import { type ReactNode, useId, useState } from 'react';
import { Icon } from './icon.tsx';

interface DisclosureProps {
  readonly summary: ReactNode;
  readonly children: ReactNode;
  readonly startsOpen?: boolean;
  readonly className?: string;
}

/** A heading that opens what belongs to it. What is closed is not built: thirty-five answers stay cheap. */
export function Disclosure({ summary, children, startsOpen = false, className }: DisclosureProps) {
  const [open, setOpen] = useState(startsOpen);
  const body = useId();
  return (
    <div className={className}>
      <button
        type="button"
        className="disclosure-head"
        aria-expanded={open}
        aria-controls={body}
        onClick={() => setOpen(!open)}
      >
        <Icon name="turn" className="disclosure-mark" />
        {summary}
      </button>
      <div id={body} hidden={!open}>
        {open && children}
      </div>
    </div>
  );
}
