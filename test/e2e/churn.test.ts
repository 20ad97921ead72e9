import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { attachPeerTab, isReady, waitForSnapshot } from '../browser/peer-tabs.ts';
import {
  PATIENCE_MS,
  READY_MS,
  ROUND_MS,
  type Stage,
  lastRound,
  openStage,
  waitForEnd,
  waitForRound,
} from './stage.ts';

const QUESTION = 'Name three colours of the rainbow.';
const LIMIT = READY_MS + ROUND_MS;

describe('a round survives what happens to tabs', () => {
  let stage: Stage;
  beforeEach(async () => {
    stage = await openStage();
  }, 60_000);
  afterEach(() => stage.close());

  test(
    'a tab that closes while it answers is shown as gone, and the others finish',
    async () => {
      const [asker, second, third, fourth] = await stage.openPeers(['anna', 'bert', 'carl', 'dora']);
      const lost = (await fourth.snapshot()).self.peer;
      await asker.ask(QUESTION);
      await waitForRound(asker, 'answering', (round) => round.phase === 'answering');
      await fourth.page.close();
      const round = lastRound(await waitForEnd(asker));
      expect(round?.phase).toBe('settled');
      expect(round?.participants.find((one) => one.peer === lost)?.state).toBe('gone');
      expect(round?.answers).toHaveLength(3);
      expect(round?.verdict?.agreedBy).toHaveLength(3);
      for (const tab of [second, third]) {
        const after = await waitForSnapshot(
          tab,
          'absence of the lost peer',
          (one) => !one.swarm.peers.some((peer) => peer.id === lost),
          PATIENCE_MS,
        );
        expect(after.serving).toBeUndefined();
      }
    },
    LIMIT,
  );

  test(
    'a tab that closes while it judges costs its votes, not its answer',
    async () => {
      const [asker, , , fourth] = await stage.openPeers(['anna', 'bert', 'carl', 'dora']);
      const lost = (await fourth.snapshot()).self.peer;
      await asker.ask(QUESTION);
      await waitForRound(asker, 'judging', (round) => round.phase === 'judging');
      await fourth.page.close();
      const round = lastRound(await waitForEnd(asker));
      expect(round?.phase).toBe('settled');
      expect(round?.answers.map((answer) => answer.peer)).toContain(lost);
      expect(round?.votes.map((vote) => vote.judge)).not.toContain(lost);
      expect(round?.ranking).toHaveLength(4);
    },
    LIMIT,
  );

  test(
    'the relay may go in the middle of a round: direct connections carry on',
    async () => {
      const [asker] = await stage.openPeers(['anna', 'bert', 'carl']);
      await asker.ask(QUESTION);
      await waitForRound(asker, 'answering', (round) => round.phase === 'answering');
      await stage.server.stop();
      const settled = await waitForEnd(asker);
      expect(lastRound(settled)?.phase).toBe('settled');
      expect(lastRound(settled)?.verdict?.agreedBy).toHaveLength(3);
      expect(settled.swarm.join.step).not.toBe('joined');
    },
    LIMIT,
  );

  test(
    'the asker reloads: what had arrived is shown as interrupted, and the others are free again',
    async () => {
      const [asker, second] = await stage.openPeers(['anna', 'bert', 'carl']);
      await asker.ask(QUESTION);
      await waitForRound(asker, 'judging', (round) => round.phase === 'judging');
      await asker.page.reload();
      const again = await attachPeerTab(asker.page, 'anna');
      const after = await waitForSnapshot(
        again,
        'interrupted round',
        (one) => lastRound(one)?.phase === 'interrupted',
        PATIENCE_MS,
      );
      expect(lastRound(after)?.question).toBe(QUESTION);
      expect(lastRound(after)?.answers).toHaveLength(3);
      await waitForSnapshot(second, 'end of the served round', (one) => one.serving === undefined, PATIENCE_MS);
      // And everything is there for the next question.
      await waitForSnapshot(again, 'ready peer', (one) => isReady(one, 2), READY_MS);
    },
    LIMIT,
  );
});
