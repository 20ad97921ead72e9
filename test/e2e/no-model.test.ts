import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isReady, openPeerTab, waitForSnapshot } from '../browser/peer-tabs.ts';
import { READY_MS, ROUND_MS, type Stage, lastRound, openStage, typeQuestion, waitForEnd } from './stage.ts';

const unlimited = { isSharing: true, uploadBytesPerSecond: undefined, maxUploads: 8 };

describe('a tab that cannot obtain a model', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage();
  }, 60_000);
  afterAll(() => stage.close());

  test(
    'says so and what to do, and may ask but not answer; it gets the model once a peer gives it',
    async () => {
      const [bert, carl] = await stage.openPeers(['bert', 'carl']);
      for (const peer of [bert, carl]) await peer.setUploads({ ...unlimited, isSharing: false });
      // Storage of its own, and every source of the model out of reach.
      const context = await stage.browser.newContext();
      await context.route('**/models/**', (route) => route.abort());
      await context.route('https://**', (route) => route.abort());
      const anna = await openPeerTab(context, { url: stage.server.url, name: 'anna', threads: 1 });
      const without = await waitForSnapshot(anna, 'failed model', (one) => one.model.status === 'failed', READY_MS);
      const remedy = without.model.status === 'failed' ? (without.model.error.remedy ?? '') : '';
      expect(remedy).not.toBe('');
      await anna.page.getByRole('tab', { name: 'Peers' }).click();
      expect(await anna.page.locator('body').innerText()).toContain(remedy);

      const before = await waitForSnapshot(
        anna,
        'answering peers',
        (one) => one.swarm.peers.filter((peer) => peer.advert?.modelId !== '' && peer.kind === 'direct').length === 2,
        30_000,
      );
      await typeQuestion(anna, 'Name a fruit.');
      const round = lastRound(await waitForEnd(anna));
      expect(round?.phase).toBe('settled');
      expect(round?.provisional.state).toBe('none');
      expect(round?.answers.map((answer) => answer.peer).toSorted()).toEqual(
        before.swarm.peers.map((peer) => peer.id).toSorted(),
      );

      // Nobody asks a peer that has nothing to answer with.
      await waitForSnapshot(bert, 'peers at rest', (one) => isReady(one, 1) && one.serving === undefined, 30_000);
      await bert.ask('Name a tree.');
      const asked = lastRound(await waitForEnd(bert));
      expect(asked?.participants.map((one) => one.peer)).not.toContain(before.self.peer);

      for (const peer of [bert, carl]) await peer.setUploads(unlimited);
      await anna.retryModel();
      const after = await waitForSnapshot(anna, 'model from peers', (one) => one.model.status === 'ready', READY_MS);
      const { takenBytes, serverBytes } = after.network.transfers.now;
      expect(takenBytes).toBeGreaterThan(0);
      expect(serverBytes).toBe(0);
    },
    2 * READY_MS + 2 * ROUND_MS,
  );
});
