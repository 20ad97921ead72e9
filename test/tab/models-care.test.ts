/** Looking after the models that are kept, over a scripted store. */
import { describe, expect, test } from 'vitest';
import { defaultModel, packGguf } from '#inference';
import { type ModelId, err, failure, ok } from '#vocabulary';
import { scriptedModel } from './scripted-shelf.ts';
import { createFakes, start } from './scripted-session.ts';

const own = scriptedModel('own-1', { name: 'Mine' });

async function open() {
  const fakes = createFakes();
  fakes.shelf.put(own, { origin: 'own' });
  const session = await start(fakes);
  await fakes.clock.advance(1);
  const settle = (): Promise<void> => fakes.clock.advance(1);
  return { ...fakes, session, settle, models: () => session.getSnapshot().models };
}

const file = (name: string) => ({ name, file: new Blob(['GGUF']) });

describe('R35: work on models', () => {
  test('an import shows how far it is and what it came to, and the model is among the others', async () => {
    const { session, settle, shelf, models } = await open();
    const imported = scriptedModel('own-2', { name: 'Brought' });
    const { promise, resolve } = Promise.withResolvers<void>();
    shelf.script({
      async importFiles(files, { onProgress }) {
        onProgress({ phase: 'verifying', receivedBytes: 1, totalBytes: files.length });
        await promise;
        shelf.put(imported, { origin: 'own' });
        return ok(imported);
      },
    });
    session.importModelFiles([file('folder/a.gguf'), file('folder/b.gguf')]);
    await settle();
    expect(models().task).toEqual({
      kind: 'import',
      name: '2 files',
      status: 'running',
      progress: { phase: 'verifying', receivedBytes: 1, totalBytes: 2 },
    });
    // One at a time.
    session.checkModel(own.id);
    resolve();
    await settle();
    expect(models().task).toMatchObject({
      status: 'done',
      outcome: 'Brought is on this machine now.',
      modelId: 'own-2',
    });
    expect(models().options.find(({ id }) => id === imported.id)).toMatchObject({ place: 'here', isOwn: true });
    session.endModelTask();
    expect(models().task).toBeUndefined();
  });

  test('what is no model is refused with the reason, from file and address', async () => {
    const { session, settle, shelf, models } = await open();
    const refusal = err(failure('not-a-model', 'It is a picture.', 'Choose a GGUF file.'));
    shelf.script({ importFiles: async () => refusal, importUrls: async () => refusal });
    session.importModelFiles([file('cat.png')]);
    await settle();
    expect(models().task).toMatchObject({ name: 'cat.png', status: 'failed', error: { message: 'It is a picture.' } });
    session.importModelUrls(['https://models.example/path/cat.png']);
    await settle();
    expect(models().task).toMatchObject({ name: 'cat.png', status: 'failed' });
    session.importModelFiles([]);
    await settle();
    expect(models().task).toMatchObject({ name: 'cat.png' });
  });

  test('is stopped by the person, and leaves nothing in view', async () => {
    const { session, settle, shelf, models } = await open();
    shelf.script({
      importUrls: (_, { signal }) =>
        new Promise((resolve) => signal?.addEventListener('abort', () => resolve(err(failure('aborted', 'Stopped.'))))),
    });
    session.importModelUrls(['https://models.example/a.gguf']);
    await settle();
    expect(models().task?.status).toBe('running');
    session.endModelTask();
    await settle();
    expect(models().task).toBeUndefined();
  });

  test('a check says what is damaged, a repair mends it', async () => {
    const { session, settle, shelf, models } = await open();
    session.checkModel(own.id);
    await settle();
    expect(models().task).toMatchObject({ status: 'done', isGood: true, outcome: 'Every byte of Mine is right.' });
    shelf.script({
      check: async () =>
        ok({
          isWhole: false,
          conditions: new Map([
            ['a', 'right'],
            ['b', 'damaged'],
            ['c', 'missing'],
          ]),
        }),
      repair: async () => ok(packGguf(new Blob())),
    });
    session.checkModel(own.id);
    await settle();
    expect(models().task).toMatchObject({ isGood: false, outcome: '2 of 3 files of Mine are damaged or missing.' });
    session.repairModel(own.id);
    await settle();
    expect(models().task).toMatchObject({ kind: 'repair', isGood: true, outcome: 'Mine is whole.' });
    shelf.script({
      repair: async () => {
        throw new Error('The disk is gone.');
      },
    });
    session.repairModel(own.id);
    await settle();
    expect(models().task).toMatchObject({ status: 'failed', error: { message: 'It did not work: The disk is gone.' } });
  });

  test('what is pinned says so; what is removed is gone, but never what is at work', async () => {
    const { session, settle, shelf, models } = await open();
    const ids = (): readonly ModelId[] => models().options.flatMap(({ id, place }) => (place === 'here' ? [id] : []));
    session.pinModel(own.id, true);
    await settle();
    expect(models().options.find(({ id }) => id === own.id)?.isPinned).toBe(true);
    shelf.put(defaultModel, { isInUse: true });
    session.surveyModels();
    await settle();
    session.removeModel(defaultModel.id);
    await settle();
    expect(models().task).toMatchObject({ status: 'failed', error: { type: 'in-use' } });
    expect(ids()).toEqual([defaultModel.id, own.id]);
    session.removeModel(own.id);
    await settle();
    expect(models().task).toMatchObject({ status: 'done', outcome: 'Mine was removed.' });
    expect(ids()).toEqual([defaultModel.id]);
  });

  test('a store that cannot be read is a notice', async () => {
    const { session, settle, shelf } = await open();
    shelf.script({
      kept: async () => {
        throw new Error('The disk is gone.');
      },
    });
    session.surveyModels();
    await settle();
    expect(session.getSnapshot().notices.map((notice) => notice.failure.type)).toEqual(['models-unread']);
  });
});

test('R36: an import without room goes on when room was made', async () => {
  const { session, settle, shelf, models } = await open();
  let hasRoom = false;
  shelf.script({
    importFiles: async () => (hasRoom ? ok(own) : err(failure('quota', 'No room.'))),
    planRoom: async (bytes) => ok({ freedBytes: bytes, removed: [] }),
    makeRoom: async (bytes) => {
      hasRoom = true;
      return ok({ freedBytes: bytes, removed: [] });
    },
  });
  session.importModelFiles([file('a.gguf')]);
  await settle();
  expect(models().room).toMatchObject({ neededBytes: 4 });
  session.freeRoom();
  await settle();
  expect(models().room).toBeUndefined();
  expect(models().task).toMatchObject({ kind: 'import', status: 'done' });
});
