import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { attachPeerTab, waitForSnapshot } from '../browser/peer-tabs.ts';
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

describe('tabs without ?peer= are one peer', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage();
  }, 60_000);
  afterAll(() => stage.close());

  test(
    'one leads, another follows and asks through it, and takes over when it closes',
    async () => {
      const first = await stage.context.newPage();
      await first.goto(stage.server.url);
      const leader = await attachPeerTab(first, 'first');
      const led = await waitForSnapshot(
        leader,
        'leading peer',
        (one) => one.self.role === 'leader' && one.model.status === 'ready',
        READY_MS,
      );

      const second = await stage.context.newPage();
      await second.goto(stage.server.url);
      const follower = await attachPeerTab(second, 'second');
      const followed = await waitForSnapshot(follower, 'follower', (one) => one.self.role === 'follower', PATIENCE_MS);
      expect(followed.self.peer).toBe(led.self.peer);
      expect(followed.model.status).toBe('ready');

      await typeQuestion(follower, 'Say hello.');
      const alone = lastRound(await waitForEnd(follower));
      expect(alone?.note?.type).toBe('alone');
      expect(alone?.provisional.text).not.toBe('');
      expect(lastRound(await leader.snapshot())?.id).toBe(alone?.id);

      await first.close();
      const heir = await waitForSnapshot(
        follower,
        'take-over',
        (one) => one.self.role === 'leader' && one.model.status === 'ready',
        READY_MS,
      );
      expect(heir.self.peer).toBe(led.self.peer);
      expect(lastRound(heir)?.id).toBe(alone?.id);
    },
    READY_MS + ROUND_MS,
  );
});
