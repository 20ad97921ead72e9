import { type Failure, type ModelId, type Result, err, failure, ok } from '#vocabulary';
import type { KeptModel, ModelError, ModelManifest, ModelShelf } from '#inference';
import { countOf } from '../design/figure.ts';
import type { ChosenFile, ModelCommands } from '../models-view.ts';
import type { RoomLack } from './models-room.ts';
import type { ModelTasks, TaskOutcome } from './models-tasks.ts';

export interface CareParts {
  readonly shelf: ModelShelf;
  readonly tasks: ModelTasks;
  /** A model that is here, or of which something is. */
  find(id: ModelId): KeptModel | undefined;
  /** Reads anew what is here. */
  refresh(): Promise<void>;
  onLack(lack: RoomLack): void;
  notify(problem: Failure): void;
}

export type CareCommands = Pick<
  ModelCommands,
  'pinModel' | 'removeModel' | 'checkModel' | 'repairModel' | 'importModelFiles' | 'importModelUrls'
>;

/** Looking after the models that are kept, and bringing new ones. */
export function createModelCare({ shelf, tasks, find, refresh, onLack, notify }: CareParts): CareCommands {
  /** Whoever hears that a model is here can choose it at once. */
  const listed = async (
    importing: Promise<Result<ModelManifest, ModelError>>,
  ): Promise<Result<TaskOutcome, Failure>> => {
    const imported = await importing;
    await refresh();
    return outcomeOfImport(imported);
  };
  const importFiles = async (files: readonly ChosenFile[]): Promise<void> => {
    const [first] = files;
    if (first === undefined) return;
    const name = files.length === 1 ? first.name : countOf(files.length, 'file');
    const named = files.map(({ name: path, file }) => ({ name: path, blob: file }));
    const result = await tasks.run({ kind: 'import', name }, (task) => listed(shelf.importFiles(named, task)));
    const neededBytes = files.reduce((sum, { file }) => sum + file.size, 0);
    if (!result.ok && result.error.type === 'quota') onLack({ neededBytes, goOn: () => void importFiles(files) });
  };

  return {
    async pinModel(id, isPinned) {
      const pinned = await shelf.pin(id, isPinned);
      if (!pinned.ok) notify(pinned.error);
      await refresh();
    },
    removeModel(id) {
      const model = find(id);
      if (model === undefined) return;
      const { name } = model.manifest;
      const remove = async (): Promise<Result<TaskOutcome, Failure>> => {
        if (model.isInUse) return err(inUse(name));
        await shelf.remove(model.manifest);
        return ok({ outcome: `${name} was removed.`, isGood: true });
      };
      void tasks.run({ kind: 'remove', name, modelId: id }, remove).then(refresh);
    },
    checkModel(id) {
      const manifest = find(id)?.manifest;
      if (manifest === undefined) return;
      void tasks.run({ kind: 'check', name: manifest.name, modelId: id }, async (task) => {
        const checked = await shelf.check(manifest, task);
        if (!checked.ok) return checked;
        const { isWhole, conditions } = checked.value;
        const wrong = [...conditions.values()].filter((condition) => condition !== 'right').length;
        const outcome = isWhole
          ? `Every byte of ${manifest.name} is right.`
          : `${wrong} of ${countOf(conditions.size, 'file')} of ${manifest.name} ${wrong === 1 ? 'is' : 'are'} damaged or missing.`;
        return ok({ outcome, isGood: isWhole });
      });
    },
    repairModel(id) {
      const manifest = find(id)?.manifest;
      if (manifest === undefined) return;
      void tasks
        .run({ kind: 'repair', name: manifest.name, modelId: id }, async (task) => {
          const repaired = await shelf.repair(manifest, task);
          return repaired.ok ? ok({ outcome: `${manifest.name} is whole.`, isGood: true }) : repaired;
        })
        .then(refresh);
    },
    importModelFiles: (files) => void importFiles(files),
    importModelUrls(urls) {
      const [first = ''] = urls;
      const name = urls.length > 1 ? countOf(urls.length, 'file') : (first.split('/').at(-1) ?? first);
      void tasks.run({ kind: 'import', name }, (task) => listed(shelf.importUrls(urls, task)));
    },
  };
}

function outcomeOfImport(imported: Result<ModelManifest, ModelError>): Result<TaskOutcome, Failure> {
  if (!imported.ok) return imported;
  const { id, name } = imported.value;
  return ok({ outcome: `${name} is on this machine now.`, isGood: true, modelId: id });
}

function inUse(name: string): Failure {
  return failure('in-use', `${name} is at work.`, 'Choose another model first, and close other tabs that use it.');
}
