import { formatBytes, formatSpeed } from '../design/figure.ts';
import { OpenSheet } from '../design/open-sheet.tsx';
import { Switch } from '../design/switch.tsx';
import { useSession, useSnapshot } from '../use-session.ts';

const load = async () => (await import('./network-sheet.tsx')).NetworkSheet;

/** Handing stored models to others: the switch, what it did, and the way to limits and everything else of the network. */
export function Giving() {
  const session = useSession();
  const limits = useSnapshot((snapshot) => snapshot.network.settings.uploads);
  const transfers = useSnapshot((snapshot) => snapshot.network.transfers);
  const speed = transfers.now.uploads.reduce((sum, { bytesPerSecond }) => sum + bytesPerSecond, 0);
  return (
    <div className="giving">
      <Switch on={limits.isSharing} onChange={(isSharing) => session.setUploads({ ...limits, isSharing })}>
        Hand models to others
      </Switch>
      <p className="fine soft">
        {limits.isSharing
          ? 'Others get the model that is stored here from your browser instead of the internet, over your line. Files you brought yourself stay here.'
          : 'Nobody gets files from this browser. It still takes from others what it needs.'}
      </p>
      <p className="fine soft figures">
        {transfers.now.uploads.length > 0 && `Sending ${formatSpeed(speed)} now. `}
        Given today {formatBytes(transfers.today.givenBytes)}, in all {formatBytes(transfers.total.givenBytes)}.
      </p>
      <OpenSheet icon="network" trouble="The network could not be shown." load={load}>
        Limits, transfers and network
      </OpenSheet>
    </div>
  );
}
