import { cleanName } from '#swarm';
import { Icon } from './design/icon.tsx';
import { countOf } from './design/figure.ts';
import { isRunning } from './ask/round-summary.ts';
import { nameOf } from './peer-name.ts';
import type { SessionSnapshot } from './session.ts';
import { ThemeButton } from './theme-button.tsx';
import { useSnapshot } from './use-session.ts';

/** Name of the product, state of this peer, colours. */
export function Masthead({ onPeers }: { readonly onPeers: () => void }) {
  const standing = useSnapshot(describeStanding);
  const tone = useSnapshot(toneOf);
  const follower = useSnapshot((snapshot) => snapshot.self.role === 'follower');
  return (
    <header className="masthead">
      <h1 className="masthead-name">
        <svg width="22" height="26" viewBox="0 0 24 28" aria-hidden="true" focusable="false">
          <path d="M2 2h20v11c0 6-4 10.500-10 13C6 23.500 2 19 2 13z" fill="var(--accent)" />
          <path d="M2 17.500 12 9l10 8.500V13 8.500L12 .8 2 8.500z" fill="var(--best-mark)" />
        </svg>
        Peerage
      </h1>
      <button type="button" className="masthead-state" onClick={onPeers}>
        <span className={`masthead-lamp masthead-lamp-${tone}`} />
        {standing}
        <span className="aloud">. Show peers</span>
      </button>
      {follower && (
        <span className="masthead-follower" title="One tab of a browser runs the peer; the others are windows onto it.">
          <Icon name="window" />
          Another tab runs this peer
        </span>
      )}
      <ThemeButton />
    </header>
  );
}

function toneOf({ self, swarm, model }: SessionSnapshot): 'good' | 'busy' | 'bad' {
  if (swarm.join.step === 'retrying' || model.status === 'failed') return 'bad';
  return self.role === 'starting' || swarm.join.step !== 'joined' || model.status !== 'ready' ? 'busy' : 'good';
}

/** The most pressing fact in a few words. */
function describeStanding(snapshot: SessionSnapshot): string {
  const { self, swarm, model, serving } = snapshot;
  if (self.role === 'starting') return 'Starting…';
  const peers = swarm.peers.length === 0 ? 'no other peer' : countOf(swarm.peers.length, 'peer');
  if (swarm.join.step === 'retrying') return swarm.peers.length === 0 ? 'Relay not reached' : `Relay lost · ${peers}`;
  if (swarm.join.step !== 'joined') return 'Joining…';
  if (model.status === 'failed') return `No model · ${peers}`;
  if (model.status === 'downloading' && model.progress.totalBytes > 0) {
    const percent = Math.floor((model.progress.receivedBytes / model.progress.totalBytes) * 100);
    return `Model ${percent} % · ${peers}`;
  }
  if (serving !== undefined && isRunning(serving)) return `Working for ${nameOf(snapshot, serving.asker)}`;
  // Isolated, so that a name written from right to left moves nothing beside it.
  const place = swarm.room.isPrivate ? `\u2068${cleanName(swarm.room.name)}\u2069` : 'Joined';
  return model.status === 'ready' ? `${place} · ${peers}` : `Loading model · ${peers}`;
}
