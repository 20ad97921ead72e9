import { type KeyboardEvent, useState } from 'react';
import { Icon } from '../design/icon.tsx';
import { Shield } from '../design/shield.tsx';
import { cleanName } from '#swarm';
import { shortId } from '../peer-name.ts';
import { useSession, useSnapshot } from '../use-session.ts';

const NAME_MAX_CHARS = 32;

/** The field takes the place of the button that was pressed, so the focus goes along. */
const takeFocus = (field: HTMLInputElement | null): void => field?.focus();

/** Who this peer is, and the name it goes by. */
export function SelfName() {
  const session = useSession();
  const self = useSnapshot((snapshot) => snapshot.self);
  const [draft, setDraft] = useState<string>();
  const name = cleanName(self.name);

  const keep = (): void => {
    if (draft !== undefined) session.rename(cleanName(draft));
    setDraft(undefined);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Enter') keep();
    if (event.key === 'Escape') setDraft(undefined);
  };

  return (
    <div className="self">
      <Shield peer={self.peer} sizePx={40} />
      <div className="self-words">
        {draft === undefined ? (
          <p className="row">
            <bdi className="self-name">{name === '' ? 'No name yet' : name}</bdi>
            <button type="button" className="button button-quiet button-square" onClick={() => setDraft(name)}>
              <Icon name="pen" />
              <span className="aloud">Change your name</span>
            </button>
          </p>
        ) : (
          <p className="row">
            <input
              className="self-input"
              aria-label="Your name, seen by other peers"
              maxLength={NAME_MAX_CHARS}
              ref={takeFocus}
              value={draft}
              onChange={(event) => setDraft(event.target.value)}
              onKeyDown={onKeyDown}
            />
            <button type="button" className="button" onClick={keep}>
              Keep
            </button>
          </p>
        )}
        <p className="fine faint">
          id{' '}
          <span className="fixed" title={self.peer}>
            {shortId(self.peer)}
          </span>
          {self.persona !== undefined && ` · opened as “${cleanName(self.persona)}”`}
          {self.role === 'follower' && ' · another tab runs this peer, this one shows it'}
        </p>
      </div>
    </div>
  );
}
