import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RoundView } from '#round';
import { type PeerTab, attachPeerTab, waitForSnapshot } from '../browser/peer-tabs.ts';
import {
  PATIENCE_MS,
  READY_MS,
  ROUND_MS,
  type Stage,
  lastRound,
  openStage,
  typeQuestion,
  waitForEnd,
  waitForRound,
} from './stage.ts';

describe('three tabs and a relay', () => {
  let stage: Stage;
  let tabs: readonly [PeerTab, PeerTab, PeerTab];
  let round: RoundView;

  beforeAll(async () => {
    stage = await openStage();
    tabs = await stage.openPeers(['anna', 'bert', 'carl']);
  }, READY_MS + 60_000);
  afterAll(() => stage.close());

  test('reach each other directly', async () => {
    for (const tab of tabs) {
      const { swarm } = await tab.snapshot();
      expect(swarm.join.step).toBe('joined');
      expect(swarm.peers.map((peer) => peer.kind)).toEqual(['direct', 'direct']);
    }
  });

  test(
    'answer a question together, and all compute the same order',
    async () => {
      const [anna] = tabs;
      await typeQuestion(anna, 'What is the capital of France?');
      const streaming = await waitForRound(anna, 'provisional answer', (one) => one.provisional.text !== '');
      expect(lastRound(streaming)?.answers).toEqual([]);
      const settled = await waitForEnd(anna);
      round = lastRound(settled) as RoundView;
      expect(round.phase).toBe('settled');
      expect(round.note).toBeUndefined();
      const ids = await Promise.all(tabs.map(async (tab) => (await tab.snapshot()).self.peer));
      expect(round.answers.map((answer) => answer.peer).toSorted()).toEqual(ids.toSorted());
      for (const answer of round.answers) expect(answer.text).toMatch(/\p{L}/u);
      expect(round.verdict?.agreedBy.toSorted()).toEqual(ids.toSorted());
      expect(round.verdict?.disputedBy).toEqual([]);
      // With three answers each judge compares the one pair that is not its own.
      expect(round.votes).toHaveLength(3);
      for (const vote of round.votes) {
        expect([vote.a, vote.b]).not.toContain(vote.judge);
        expect(vote.contributions.length).toBeGreaterThan(0);
      }
      expect(round.ranking.reduce((sum, row) => sum + row.pBest, 0)).toBeCloseTo(1, 1);
      // Not only signed: every tab shows the order it computed for itself.
      for (const tab of tabs.slice(1)) {
        const { lastServed } = await waitForSnapshot(
          tab,
          'served round',
          (one) => one.lastServed?.id === round.id,
          PATIENCE_MS,
        );
        expect(lastServed?.ranking.map((row) => row.peer)).toEqual(round.ranking.map((row) => row.peer));
        expect(lastServed?.votes).toHaveLength(3);
      }
      for (const row of round.ranking) {
        expect(row.low).toBeLessThan(row.strength);
        expect(row.high).toBeGreaterThan(row.strength);
      }
    },
    ROUND_MS,
  );

  test('the page shows the verdict and the ranking', async () => {
    const [anna] = tabs;
    const text = await anna.page.locator('main').innerText();
    expect(text).toContain('What is the capital of France?');
    const winner = round.answers.find((answer) => answer.peer === round.verdict?.winner)?.text ?? '';
    const firstWords = /[\p{L} ]{3,20}/u.exec(winner)?.[0].trim() ?? winner;
    expect(text).toContain(firstWords);
  });

  test('every peer has learned of the standing of the others and keeps it over a reload', async () => {
    for (const tab of tabs) {
      const known = (await waitForSnapshot(tab, 'standings', (one) => one.standings.length >= 2, PATIENCE_MS))
        .standings;
      for (const standing of known) expect(standing.changes.length).toBeGreaterThan(0);
    }
    const [anna] = tabs;
    const before = (await anna.snapshot()).standings;
    await anna.page.reload();
    const again = await attachPeerTab(anna.page, 'anna');
    const after = await waitForSnapshot(
      again,
      'kept standing',
      (one) => one.standings.length === before.length,
      PATIENCE_MS,
    );
    expect(after.standings.map((one) => one.peer)).toEqual(before.map((one) => one.peer));
    expect(after.standings.map((one) => one.judge.evidence > 0)).toEqual(before.map((one) => one.judge.evidence > 0));
    expect(lastRound(after)?.verdict?.winner).toBe(round.verdict?.winner);
    expect(lastRound(after)?.ranking).toEqual(round.ranking);
  });
});
