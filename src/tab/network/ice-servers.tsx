import { type FormEvent, useId, useState } from 'react';
import { parseIceAddress } from '#swarm';
import { countOf } from '../design/figure.ts';
import type { IceServerSetting } from '../session.ts';
import { MAX_OWN_ICE_SERVERS } from '../session/network-defaults.ts';
import { useSession } from '../use-session.ts';

interface IceServersProps {
  readonly servers: readonly IceServerSetting[];
  readonly handedOut: readonly string[];
}

const NOTHING_TYPED: IceServerSetting = { url: '', username: '', credential: '' };

/** STUN and TURN: own servers, and those the relay hands out. */
export function IceServers({ servers, handedOut }: IceServersProps) {
  const session = useSession();
  return (
    <section className="sheet-part">
      <h3 className="section-title">Help for direct connections</h3>
      <p className="small soft">
        Tabs on one machine or network need none of it. Across the internet a STUN server tells a tab the address under
        which others see it; that server learns this address. A TURN server passes on what two networks will not let
        through directly; it carries all traffic, encrypted, and is paid for by whoever runs it.
      </p>
      <ul role="list" className="network-list small" aria-label="Servers in use">
        {handedOut.map((url) => (
          <li key={url} className="network-entry">
            <span className="network-entry-words">
              <span className="network-name">{url}</span> <span className="soft">handed out by the relay</span>
            </span>
          </li>
        ))}
        {servers.map((server) => (
          <li key={server.url} className="network-entry">
            <span className="network-entry-words">
              <span className="network-name">{server.url}</span>{' '}
              <span className="soft">added by you{server.username !== '' && <>, as {server.username}</>}</span>
            </span>
            <button
              type="button"
              className="button button-quiet"
              onClick={() => session.setIceServers(servers.filter((one) => one !== server))}
            >
              Remove<span className="aloud"> {server.url}</span>
            </button>
          </li>
        ))}
        {handedOut.length + servers.length === 0 && (
          <li className="network-entry soft">None: the relay hands out none, and you added none.</li>
        )}
      </ul>
      {servers.length < MAX_OWN_ICE_SERVERS ? (
        <AddServer servers={servers} />
      ) : (
        <p className="small soft">{countOf(MAX_OWN_ICE_SERVERS, 'own server')} are as many as a browser uses well.</p>
      )}
    </section>
  );
}

function AddServer({ servers }: { readonly servers: readonly IceServerSetting[] }) {
  const session = useSession();
  const id = useId();
  const [typed, setTyped] = useState(NOTHING_TYPED);
  const [trouble, setTrouble] = useState<string>();
  const isTurn = /^\s*turns?:/iu.test(typed.url);
  const edit = (change: Partial<IceServerSetting>): void => {
    setTyped({ ...typed, ...change });
    setTrouble(undefined);
  };
  const add = (event: FormEvent): void => {
    event.preventDefault();
    const read = parseIceAddress(typed.url, typed.username, typed.credential);
    if (!read.ok) return setTrouble(`${read.error.message} ${read.error.remedy ?? ''}`);
    const { url, username = '', credential = '' } = read.value;
    session.setIceServers([...servers.filter((one) => one.url !== url), { url, username, credential }]);
    setTyped(NOTHING_TYPED);
  };
  return (
    <form className="network-form" onSubmit={add}>
      <label htmlFor={id} className="small">
        Another STUN or TURN server
      </label>
      <input
        id={id}
        className="field"
        autoComplete="off"
        spellCheck={false}
        placeholder="stun:stun.example:3478"
        aria-invalid={trouble !== undefined}
        aria-describedby={`${id}-trouble`}
        value={typed.url}
        onChange={({ target }) => edit({ url: target.value })}
      />
      {isTurn && (
        <div className="network-fields">
          <label>
            User name
            <input
              className="field"
              autoComplete="off"
              spellCheck={false}
              value={typed.username}
              onChange={({ target }) => edit({ username: target.value })}
            />
          </label>
          <label>
            Password, kept in this browser
            <input
              className="field"
              type="password"
              autoComplete="off"
              value={typed.credential}
              onChange={({ target }) => edit({ credential: target.value })}
            />
          </label>
        </div>
      )}
      <button type="submit" className="button" disabled={typed.url.trim() === ''}>
        Add
      </button>
      <p id={`${id}-trouble`} className="small network-trouble" role="alert">
        {trouble}
      </p>
    </form>
  );
}
