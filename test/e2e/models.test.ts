import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SessionSnapshot } from '#tab';
import { type PeerTab, attachPeerTab, waitForSnapshot } from '../browser/peer-tabs.ts';
import { writeTinyGguf } from '../inference/tiny-gguf.ts';
import {
  PATIENCE_MS,
  READY_MS,
  ROUND_MS,
  type Stage,
  lastRound,
  openStage,
  typeQuestion,
  waitForEnd,
} from './stage.ts';

const isReady = ({ model, models }: SessionSnapshot): boolean =>
  model.status === 'ready' && models.usage !== undefined && models.coming === undefined;
const loadedModel = ({ model }: SessionSnapshot): string => (model.status === 'ready' ? model.facts.modelId : '');

describe('a person’s own model', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage();
  }, 60_000);
  afterAll(() => stage.close());

  const openModels = async ({ page }: PeerTab): Promise<void> => {
    await page.getByRole('tab', { name: 'Peers' }).click();
    await page.getByRole('button', { name: 'Choose or keep models' }).click();
    await page.getByRole('dialog').waitFor();
  };

  test(
    'R30-R35: is brought by a file, answers, is still chosen after a reload, and can be removed when another works',
    async () => {
      const page = await stage.context.newPage();
      await page.goto(stage.server.url);
      const tab = await attachPeerTab(page, 'main');
      const first = loadedModel(await waitForSnapshot(tab, 'ready model', isReady, READY_MS));
      expect(first).not.toBe('');

      // From a window onto the peer: files travel to the tab that leads.
      const window = await stage.context.newPage();
      await window.goto(stage.server.url);
      const follower = await attachPeerTab(window, 'window');
      await waitForSnapshot(follower, 'follower', (one) => one.self.role === 'follower', PATIENCE_MS);
      await openModels(follower);
      const buffer = Buffer.from(await writeTinyGguf({ seed: 'own' }).arrayBuffer());
      await window.getByLabel('Files of a model').setInputFiles({ name: 'mine.gguf', mimeType: '', buffer });
      await window.getByRole('button', { name: 'Use it' }).click({ timeout: PATIENCE_MS });
      const chosen = await waitForSnapshot(
        tab,
        'own model',
        (one) => isReady(one) && loadedModel(one).startsWith('own-'),
        READY_MS,
      );
      expect(chosen.models.options.find(({ id }) => id === loadedModel(chosen))).toMatchObject({
        isOwn: true,
        place: 'here',
      });
      expect(chosen.judging.hasWeight).toBe(false);

      await window.close();
      await typeQuestion(tab, 'Say hello.');
      const round = lastRound(await waitForEnd(tab));
      expect(round?.provisional.text).not.toBe('');
      expect(round?.answers[0]?.model ?? loadedModel(chosen)).toBe(loadedModel(chosen));

      await page.reload();
      const again = await attachPeerTab(page, 'main');
      const reloaded = await waitForSnapshot(again, 'own model again', isReady, READY_MS);
      expect(loadedModel(reloaded)).toBe(loadedModel(chosen));
      expect(reloaded.models.chosen.byPerson).toBe(true);

      await openModels(again);
      await page.getByRole('button', { name: /^Use SmolLM2/ }).click();
      await waitForSnapshot(again, 'first model', (one) => isReady(one) && loadedModel(one) === first, READY_MS);
      await page.getByRole('button', { name: /^Remove tiny/ }).click({ timeout: PATIENCE_MS });
      await waitForSnapshot(
        again,
        'removal',
        ({ models }) => models.task?.status === 'done' && !models.options.some(({ isOwn }) => isOwn),
        PATIENCE_MS,
      );
    },
    2 * READY_MS + ROUND_MS,
  );
});
