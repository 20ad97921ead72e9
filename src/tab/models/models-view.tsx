import { useEffect } from 'react';
import type { SheetProps } from '../design/open-sheet.tsx';
import { Sheet } from '../design/sheet.tsx';
import { useSession, useSnapshot } from '../use-session.ts';
import { BringModel } from './bring-model.tsx';
import { DeviceSummary } from './device-summary.tsx';
import { ModelLists } from './model-lists.tsx';
import { ModelNow } from './model-now.tsx';
import { StoreSummary } from './store-summary.tsx';
import './models-view.css';

/** All models: which one runs, which are here, which could be, and what they take. */
export function ModelsView({ onClose }: SheetProps) {
  const session = useSession();
  const models = useSnapshot((snapshot) => snapshot.models);
  useEffect(() => session.surveyModels(), [session]);

  return (
    <Sheet title="Models" onClose={onClose}>
      <ModelNow models={models} />
      <ModelLists models={models} />
      <BringModel isBusy={models.task?.status === 'running'} />
      <StoreSummary usage={models.usage} />
      <DeviceSummary device={models.device} />
    </Sheet>
  );
}
