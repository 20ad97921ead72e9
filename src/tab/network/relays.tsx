import { type FormEvent, useEffect, useId, useRef, useState } from 'react';
import type { RelayView } from '#swarm';
import type { NetworkView } from '../session.ts';
import { hostOfRelay } from '../session/relay-text.ts';
import { useSession } from '../use-session.ts';
import { describeRelay } from './relay-words.ts';

interface RelaysProps {
  readonly network: NetworkView;
  /** As the swarm uses them. */
  readonly relays: readonly RelayView[];
}

interface Row {
  readonly address: string;
  readonly origin: 'home' | 'own' | 'named';
  readonly state: string;
}

const origins: Readonly<Record<Row['origin'], string>> = {
  home: 'the server of this page, always tried first',
  own: 'added by you',
  named: 'named by a relay',
};

/** Relays: where they come from, how they stand; adding and removing own ones. */
export function Relays({ network, relays }: RelaysProps) {
  const session = useSession();
  return (
    <section className="sheet-part">
      <h3 className="section-title">Relays</h3>
      <p className="small soft">
        A relay tells tabs of each other and helps them connect; while no direct connection comes about it also passes
        on their messages, which it cannot read. One is enough. With more, this tab stays findable when one fails, and
        meets people who use another.
      </p>
      <ul role="list" className="network-list">
        {rowsOf(network, relays).map(({ address, origin, state }) => (
          <li key={address} className="network-entry">
            <span className="network-entry-words small">
              <span className="network-name">{hostOfRelay(address)}</span>{' '}
              <span className="soft">
                {origins[origin]} · {state}
              </span>
              <br />
              <span className="fine fixed soft">{address}</span>
            </span>
            {origin === 'own' && (
              <button type="button" className="button button-quiet" onClick={() => session.removeRelay(address)}>
                Remove<span className="aloud"> {hostOfRelay(address)}</span>
              </button>
            )}
          </li>
        ))}
      </ul>
      <AddRelay network={network} />
    </section>
  );
}

function rowsOf({ homeRelay, settings }: NetworkView, relays: readonly RelayView[]): readonly Row[] {
  const stateOf = (address: string): string => {
    const view = relays.find((relay) => relay.address === address);
    return view === undefined ? 'not tried yet' : describeRelay(view);
  };
  const own = [homeRelay, ...settings.relays].filter((address) => address !== '');
  const named = relays.map(({ address }) => address).filter((address) => !own.includes(address));
  return [...own, ...named].map((address, index) => ({
    address,
    state: stateOf(address),
    origin: index >= own.length ? 'named' : address === homeRelay ? 'home' : 'own',
  }));
}

function AddRelay({ network: { relayQuery, settings } }: { readonly network: NetworkView }) {
  const session = useSession();
  const field = useId();
  const [address, setAddress] = useState('');
  const isAsking = relayQuery?.status === 'asking';
  const error = relayQuery?.status === 'failed' ? relayQuery.error : undefined;
  // What was refused stays to be mended; what was taken is cleared away.
  const count = settings.relays.length;
  const countBefore = useRef(count);
  useEffect(() => {
    if (count > countBefore.current) setAddress('');
    countBefore.current = count;
  }, [count]);
  const add = (event: FormEvent): void => {
    event.preventDefault();
    if (address.trim() !== '' && !isAsking) session.addRelay(address.trim());
  };
  return (
    <form className="network-form" onSubmit={add}>
      <label htmlFor={field} className="small">
        Another relay: the address of its page, or its multiaddr
      </label>
      <input
        id={field}
        className="field"
        inputMode="url"
        autoComplete="off"
        spellCheck={false}
        placeholder="https://relay.example:4000"
        aria-invalid={error !== undefined}
        aria-describedby={`${field}-trouble`}
        value={address}
        onChange={({ target }) => setAddress(target.value)}
      />
      <button type="submit" className="button" disabled={isAsking || address.trim() === ''}>
        {isAsking ? 'Asking…' : 'Add'}
      </button>
      <p id={`${field}-trouble`} className="small network-trouble" role="status">
        {error !== undefined && `${error.message} ${error.remedy ?? ''}`}
      </p>
    </form>
  );
}
