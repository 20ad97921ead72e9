import { OpenSheet } from '../design/open-sheet.tsx';

const load = async () => (await import('./models-view.tsx')).ModelsView;

/** Opens the view of all models. */
export function OpenModels() {
  return (
    <OpenSheet icon="shelf" trouble="The models could not be shown." load={load}>
      Choose or keep models
    </OpenSheet>
  );
}
