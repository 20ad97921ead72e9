import { useId, useRef, useState } from 'react';
import { Icon } from '../design/icon.tsx';
import { QrCode } from './qr-code.tsx';

/** The invitation to the room: as a link to send, as a code to show. */
export function Invitation({ fragment }: { readonly fragment: string }) {
  const field = useId();
  const input = useRef<HTMLInputElement>(null);
  const [copied, setCopied] = useState<'yes' | 'no'>();
  const link = linkTo(fragment);

  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(link);
      setCopied('yes');
    } catch {
      // Pages without https have no clipboard, and a person may forbid it: what is marked can be copied by hand.
      input.current?.select();
      setCopied('no');
    }
  };
  const share = async (): Promise<void> => {
    try {
      await navigator.share({ title: 'Peerage', text: 'Join my room on Peerage', url: link });
    } catch {
      // Closed without choosing anybody; there is nothing to tell.
    }
  };

  return (
    <div className="invitation">
      <div className="invitation-words">
        <label htmlFor={field} className="small">
          Invitation
        </label>
        <input
          ref={input}
          id={field}
          className="field fixed invitation-link"
          readOnly
          value={link}
          onFocus={({ target }) => target.select()}
        />
        <p className="row">
          <button type="button" className="button button-main" onClick={() => void copy()}>
            <Icon name={copied === 'yes' ? 'check' : 'copy'} />
            Copy the link
          </button>
          {'share' in navigator && (
            <button type="button" className="button" onClick={() => void share()}>
              <Icon name="share" />
              Share…
            </button>
          )}
        </p>
        <p className="fine soft" role="status">
          {copied === 'yes' && 'Copied. '}
          {copied === 'no' && 'The browser did not allow it: copy the marked link by hand. '}
          Whoever has the link can enter, and pass it on. It cannot be taken back: to shut somebody out, make a new
          room.
        </p>
      </div>
      <QrCode text={link} />
    </div>
  );
}

/** The page itself, without what else stands in its address. */
function linkTo(fragment: string): string {
  return `${location.origin}${location.pathname}#${fragment}`;
}
