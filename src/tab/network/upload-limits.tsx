import { useId } from 'react';
import type { ContentLimits } from '#swarm';
import { formatBytes, formatSpeed } from '../design/figure.ts';
import { formatDuration } from '../design/duration.ts';
import { Switch } from '../design/switch.tsx';
import { useSession, useSnapshot } from '../use-session.ts';

const speeds = [500_000, 1_000_000, 2_000_000, 5_000_000, undefined] as const;
const counts = [1, 2, 4, 8] as const;
/** What the cost of a speed is told with where nothing is stored here yet. */
const USUAL_MODEL_BYTES = 100e6;

/** How much of what is stored here goes to others, and what that costs. */
export function UploadLimits({ limits }: { readonly limits: ContentLimits }) {
  const session = useSession();
  const change = (next: Partial<ContentLimits>): void => session.setUploads({ ...limits, ...next });
  return (
    <section className="sheet-part">
      <h3 className="section-title">Giving to others</h3>
      <Switch on={limits.isSharing} onChange={(isSharing) => change({ isSharing })}>
        Hand models to others
      </Switch>
      {limits.isSharing ? (
        <>
          <Speed limits={limits} onChange={change} />
          <AtOnce limits={limits} onChange={change} />
        </>
      ) : (
        <p className="small soft">
          Nothing leaves this browser but questions, answers and votes. Other tabs fetch models from the internet, or
          from tabs that give. Switch it off on a line that is paid by volume.
        </p>
      )}
    </section>
  );
}

interface LimitProps {
  readonly limits: ContentLimits;
  readonly onChange: (change: Partial<ContentLimits>) => void;
}

function Speed({ limits: { uploadBytesPerSecond: chosen }, onChange }: LimitProps) {
  const name = useId();
  const sizeBytes = useSnapshot(({ network }) => network.transfers.now.offered[0]?.sizeBytes) ?? USUAL_MODEL_BYTES;
  const offered = speeds.includes(chosen as (typeof speeds)[number])
    ? speeds
    : [chosen, ...speeds].toSorted((a, b) => (a ?? Infinity) - (b ?? Infinity));
  return (
    <fieldset className="choices">
      <legend className="small">Speed, at most, to all of them together</legend>
      <div className="choices-row">
        {offered.map((speed) => (
          <label key={speed ?? 'unlimited'} className="choice">
            <input
              type="radio"
              name={name}
              checked={speed === chosen}
              onChange={() => onChange({ uploadBytesPerSecond: speed })}
            />
            {speed === undefined ? 'no limit' : formatSpeed(speed).replace('.0 ', ' ')}
          </label>
        ))}
      </div>
      <p className="fine soft figures">
        {chosen === undefined
          ? 'As fast as your line is. Calls and other pages on it may become slow meanwhile.'
          : `Handing on ${formatBytes(sizeBytes)} takes ${formatDuration((sizeBytes / chosen) * 1_000)} at that speed. A call with video needs about 400 kB/s beside it.`}
      </p>
    </fieldset>
  );
}

function AtOnce({ limits: { maxUploads: chosen }, onChange }: LimitProps) {
  const name = useId();
  const offered = counts.includes(chosen as (typeof counts)[number])
    ? counts
    : [...counts, chosen].toSorted((a, b) => a - b);
  return (
    <fieldset className="choices">
      <legend className="small">Pieces on their way at the same time</legend>
      <div className="choices-row">
        {offered.map((count) => (
          <label key={count} className="choice">
            <input
              type="radio"
              name={name}
              checked={count === chosen}
              onChange={() => onChange({ maxUploads: count })}
            />
            {count}
          </label>
        ))}
      </div>
      <p className="fine soft">
        More serve several peers at once, each of them slower; every piece takes up to 1 MB of memory meanwhile.
      </p>
    </fieldset>
  );
}
