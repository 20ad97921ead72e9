import { type ComponentType, type ReactNode, useState } from 'react';
import { Icon, type IconName } from './icon.tsx';

export interface SheetProps {
  readonly onClose: () => void;
}

interface OpenSheetProps {
  readonly icon: IconName;
  /** What the person reads when its code cannot be fetched. */
  readonly trouble: string;
  readonly load: () => Promise<ComponentType<SheetProps>>;
  readonly children: ReactNode;
}

/** A button that opens a view over the page, whose code is fetched then. */
export function OpenSheet({ icon, trouble, load, children }: OpenSheetProps) {
  const [Shown, setShown] = useState<ComponentType<SheetProps>>();
  const [state, setState] = useState<'closed' | 'opening' | 'open' | 'failed'>('closed');

  const open = async (): Promise<void> => {
    setState('opening');
    try {
      const loaded = await load();
      setShown(() => loaded);
      setState('open');
    } catch {
      setState('failed');
    }
  };

  return (
    <>
      <p className="row">
        <button type="button" className="button" aria-haspopup="dialog" onClick={() => void open()}>
          <Icon name={icon} />
          {state === 'opening' ? 'Opening…' : children}
        </button>
      </p>
      {state === 'failed' && (
        <p className="callout callout-alarm" role="alert">
          <strong>{trouble}</strong> Check the connection and try again.
        </p>
      )}
      {state === 'open' && Shown !== undefined && <Shown onClose={() => setState('closed')} />}
    </>
  );
}
