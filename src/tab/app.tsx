import { useState } from 'react';
import { Chat } from './ask/chat.tsx';
import { PeersPanel } from './contribute/peers-panel.tsx';
import { Icon, type IconName } from './design/icon.tsx';
import { useWidth } from './design/use-width.ts';
import { Masthead } from './masthead.tsx';
import { Notices } from './notices.tsx';
import { RankingPanel } from './observatory/ranking-panel.tsx';
import { type Side, SidePanel } from './side-panel.tsx';
import { useSnapshot } from './use-session.ts';
import './app.css';

type View = 'chat' | Side;
const views: readonly { readonly view: View; readonly word: string; readonly icon: IconName }[] = [
  { view: 'chat', word: 'Chat', icon: 'chat' },
  { view: 'ranking', word: 'Ranking', icon: 'rank' },
  { view: 'peers', word: 'Peers', icon: 'peers' },
];

/** The whole page. The chat is always there, so that nothing half-written is lost when the window changes. */
export function App() {
  const width = useWidth();
  const [view, setView] = useState<View>('chat');
  const [side, setSide] = useState<Side>();
  const [chosen, setChosen] = useState<string>();
  const asked = useSnapshot(({ rounds }) => rounds.length > 0);
  // Somebody else's question until there is one of this peer's own.
  const round = useSnapshot(
    ({ rounds, serving, lastServed }) =>
      rounds.find(({ id }) => id === chosen) ?? rounds.at(-1) ?? serving ?? lastServed,
  );
  const narrow = width === 'narrow';
  // Before the first question there is nothing to rank.
  const shownSide = side ?? (asked ? 'ranking' : 'peers');

  const show = (next: Side): void => {
    setView(next);
    setSide(next);
  };
  const selectRound = (roundId: string): void => {
    setChosen(roundId);
    show('ranking');
  };

  return (
    <div className={`app app-${width}`}>
      <Masthead onPeers={() => show('peers')} />
      <Notices />
      <main className="app-chat" hidden={narrow && view !== 'chat'} aria-labelledby="chat-title">
        <h2 id="chat-title" className="aloud">
          Chat
        </h2>
        <Chat selectedRoundId={round?.id} onSelect={selectRound} />
      </main>
      {width === 'medium' && (
        <SidePanel side={shownSide} onSide={setSide}>
          {shownSide === 'ranking' ? <RankingPanel round={round} /> : <PeersPanel />}
        </SidePanel>
      )}
      {(width === 'wide' || (narrow && view === 'ranking')) && (
        <aside className="side side-body" aria-label="Ranking" tabIndex={0}>
          <RankingPanel round={round} />
        </aside>
      )}
      {(width === 'wide' || (narrow && view === 'peers')) && (
        <aside className="side side-body" aria-label="Peers" tabIndex={0}>
          <PeersPanel />
        </aside>
      )}
      {narrow && <Views view={view} onView={setView} />}
    </div>
  );
}

function Views({ view, onView }: { readonly view: View; readonly onView: (view: View) => void }) {
  return (
    <nav className="views" aria-label="Views">
      {views.map((entry) => (
        <button
          key={entry.view}
          type="button"
          aria-current={entry.view === view ? 'page' : undefined}
          onClick={() => onView(entry.view)}
        >
          <Icon name={entry.icon} />
          {entry.word}
        </button>
      ))}
    </nav>
  );
}
