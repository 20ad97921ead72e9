import { type MouseEvent, useState } from 'react';
import { systemRandom } from '#vocabulary';
import { Icon } from '../design/icon.tsx';
import { useSnapshot } from '../use-session.ts';
import { addressOf, drawPersona } from './persona.ts';

/** Opens one more peer. A window of its own: browsers slow down tabs that are hidden behind others. */
export function OpenPeer() {
  const [persona, setPersona] = useState(() => drawPersona(systemRandom));
  const invitation = useSnapshot((snapshot) => snapshot.network.invitation);
  const address = addressOf(persona, location.href, invitation);
  const open = (event: MouseEvent): void => {
    setPersona(drawPersona(systemRandom));
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    // `noopener` also lets the browser give it a process of its own.
    window.open(address, '_blank', 'noopener,popup,width=560,height=860');
  };
  return (
    <a className="button" href={address} target="_blank" rel="noopener" onClick={open}>
      <Icon name="window" />
      Open another peer in a new window
    </a>
  );
}
