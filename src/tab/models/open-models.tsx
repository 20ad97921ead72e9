import { type ComponentType, useState } from 'react';
import { Icon } from '../design/icon.tsx';

interface PartProps {
  readonly onClose: () => void;
}

/** Opens the view of all models, whose code is fetched then. */
export function OpenModels() {
  const [View, setView] = useState<ComponentType<PartProps>>();
  const [state, setState] = useState<'closed' | 'opening' | 'open' | 'failed'>('closed');

  const open = async (): Promise<void> => {
    setState('opening');
    try {
      const { ModelsView } = await import('./models-view.tsx');
      setView(() => ModelsView);
      setState('open');
    } catch {
      setState('failed');
    }
  };

  return (
    <>
      <p className="row">
        <button type="button" className="button" aria-haspopup="dialog" onClick={() => void open()}>
          <Icon name="shelf" />
          {state === 'opening' ? 'Opening…' : 'Choose or keep models'}
        </button>
      </p>
      {state === 'failed' && (
        <p className="callout callout-alarm" role="alert">
          <strong>The models could not be shown.</strong> Check the connection and try again.
        </p>
      )}
      {state === 'open' && View !== undefined && <View onClose={() => setState('closed')} />}
    </>
  );
}
