import { useEffect, useId, useRef } from 'react';
import { Icon } from '../design/icon.tsx';
import { useSession, useSnapshot } from '../use-session.ts';
import { BringModel } from './bring-model.tsx';
import { DeviceSummary } from './device-summary.tsx';
import { ModelLists } from './model-lists.tsx';
import { ModelNow } from './model-now.tsx';
import { StoreSummary } from './store-summary.tsx';
import './models-view.css';

/** All models: which one runs, which are here, which could be, and what they take. */
export function ModelsView({ onClose }: { readonly onClose: () => void }) {
  const session = useSession();
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  const models = useSnapshot((snapshot) => snapshot.models);

  useEffect(() => {
    if (dialog.current?.open === false) dialog.current.showModal();
    session.surveyModels();
  }, [session]);
  // The browser then gives the focus back to what opened it, and tells `onClose`.
  const close = (): void => dialog.current?.close();

  return (
    <dialog
      ref={dialog}
      className="models"
      aria-labelledby={heading}
      onClose={onClose}
      // A press beside it: the dialog itself has no area of its own.
      onPointerDown={(event) => event.target === event.currentTarget && close()}
    >
      <div className="models-sheet">
        <header className="models-head">
          <h2 id={heading} className="models-title">
            Models
          </h2>
          <button type="button" className="button button-quiet button-square" onClick={close}>
            <Icon name="close" />
            <span className="aloud">Close the models</span>
          </button>
        </header>
        <div className="models-body" tabIndex={0} role="group" aria-labelledby={heading}>
          <ModelNow models={models} />
          <ModelLists models={models} />
          <BringModel isBusy={models.task?.status === 'running'} />
          <StoreSummary usage={models.usage} />
          <DeviceSummary device={models.device} />
        </div>
      </div>
    </dialog>
  );
}
