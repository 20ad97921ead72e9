import type { SheetProps } from '../design/open-sheet.tsx';
import { Sheet } from '../design/sheet.tsx';
import { useSnapshot } from '../use-session.ts';
import { IceServers } from './ice-servers.tsx';
import { Relays } from './relays.tsx';
import { Transfers } from './transfers.tsx';
import { UploadLimits } from './upload-limits.tsx';
import './network.css';

/** Everything of the network that a person may see and set. */
export function NetworkSheet({ onClose }: SheetProps) {
  const network = useSnapshot((snapshot) => snapshot.network);
  const relays = useSnapshot((snapshot) => snapshot.swarm.relays);
  const { settings, budget } = network;
  return (
    <Sheet title="Network" onClose={onClose}>
      <Transfers transfers={network.transfers} />
      <UploadLimits limits={settings.uploads} />
      <Relays network={network} relays={relays} />
      <IceServers servers={settings.iceServers} handedOut={network.handedOut} />
      {budget !== undefined && (
        <section className="sheet-part">
          <h3 className="section-title">Connections</h3>
          <p className="small soft figures">
            {budget.existing} of about {budget.most} connections that a browser gives a page are used.{' '}
            {budget.level === 'ample'
              ? 'That is plenty.'
              : 'To spare them, new peers are reached through the relay more often, which is slow. Reloading the page frees all of them.'}
          </p>
        </section>
      )}
    </Sheet>
  );
}
