import { readFile, readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { BrowserContext } from 'playwright-core';
import type { EngineKind } from '#inference';
import type { Session, SessionSnapshot } from '#tab';
import type { Failure } from '#vocabulary';
import { type PeerTab, waitForSnapshot } from '../browser/peer-tabs.ts';

/** Where tabs find the files; nothing of the product is there. */
const PLACE = '/own-model/';
const PATIENCE_MS = 120_000;

export interface OwnModel {
  /** Brings the model into the browser, chooses it in this tab, and waits until it is loaded. */
  choose(tab: PeerTab, engine: EngineKind | undefined): Promise<void>;
}

export async function isFolder(path: string): Promise<boolean> {
  return (await stat(path)).isDirectory();
}

/** A folder's files as a person would pick them in the page. */
export async function offerOwnModel(context: BrowserContext, folder: string): Promise<OwnModel> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isFile()).map(({ name }) => name);
  await context.route(`**${PLACE}*`, async (route) => {
    const name = decodeURIComponent(basename(new URL(route.request().url()).pathname));
    const body = await readFile(join(folder, name));
    return route.fulfill({ body, headers: { 'Cross-Origin-Resource-Policy': 'same-origin' } });
  });
  return {
    async choose(tab, engine) {
      await tab.page.evaluate(
        async ([place, wanted]) => {
          const files = wanted.map(async (name) => ({
            name,
            file: await (await fetch(place + encodeURIComponent(name))).blob(),
          }));
          const { peerage } = globalThis as unknown as { readonly peerage: Session };
          peerage.importModelFiles(await Promise.all(files));
        },
        [PLACE, names] as const,
      );
      const imported = await waitForSnapshot(
        tab,
        'own model',
        ({ models: { task } }) => task?.kind === 'import' && task.status !== 'running',
        PATIENCE_MS,
      );
      const { task } = imported.models;
      if (task?.status !== 'done' || task.modelId === undefined)
        throw new Error(task?.status === 'failed' ? task.error.message : `${folder} holds no model.`);
      const id = task.modelId;
      await tab.page.evaluate(
        ([modelId, kind]) =>
          (globalThis as unknown as { readonly peerage: Session }).peerage.chooseModel(modelId, kind),
        [id, engine] as const,
      );
      const loaded = await waitForSnapshot(
        tab,
        'loaded model',
        ({ model, models }) =>
          problemOf(model) !== undefined ||
          problemOf(models.coming) !== undefined ||
          (model.status === 'ready' && model.facts.modelId === id),
        PATIENCE_MS,
      );
      const problem = problemOf(loaded.models.coming) ?? problemOf(loaded.model);
      if (problem !== undefined) throw new Error(`${problem.message} ${problem.remedy ?? ''}`);
    },
  };
}

function problemOf(step: SessionSnapshot['model'] | SessionSnapshot['models']['coming']): Failure | undefined {
  return step?.status === 'failed' ? step.error : undefined;
}
