import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Session, SharingPolicy } from '#tab';
import { type PeerTab, waitForSnapshot } from '../browser/peer-tabs.ts';
import { PATIENCE_MS, READY_MS, ROUND_MS, type Stage, lastRound, openStage, waitForEnd } from './stage.ts';

const nothing: SharingPolicy = { maxDuty: 0, onBattery: { rule: 'always' }, whenHidden: true, schedule: undefined };

function setSharing(tab: PeerTab, policy: SharingPolicy): Promise<void> {
  return tab.page.evaluate(
    (wanted) => (globalThis as unknown as { readonly peerage: Session }).peerage.setSharing(wanted),
    policy,
  );
}

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
}, 60_000);
afterAll(() => stage.close());

test(
  'R40, R42: a tab shows what it worked for others, not for itself, and lends no more once its person says so',
  async () => {
    const [asker, helper] = await stage.openPeers(['anna', 'bert']);
    await asker.ask('Name three colours of the rainbow.');
    expect(lastRound(await waitForEnd(asker))?.answers).toHaveLength(2);
    const { sharing } = await waitForSnapshot(
      helper,
      'end of its part',
      (one) => one.serving === undefined,
      PATIENCE_MS,
    );
    expect(sharing.serves).toBe(true);
    expect(sharing.duty).toBeGreaterThan(0);
    expect(sharing.duty).toBeLessThan(0.5);
    expect(sharing.tokensPerSecond).toBeGreaterThan(1);
    expect((await asker.snapshot()).sharing.duty).toBe(0);

    await setSharing(helper, nothing);
    const rests = await waitForSnapshot(helper, 'rest', (one) => !one.sharing.serves, PATIENCE_MS);
    expect(rests).toMatchObject({ contributing: true, sharing: { reason: { type: 'cap' } } });
    await waitForSnapshot(
      asker,
      'advert that it rests',
      (one) => one.swarm.peers.every((peer) => peer.advert?.contributing === false),
      PATIENCE_MS,
    );
    // Kept over a reload.
    await helper.page.reload();
    await waitForSnapshot(
      helper,
      'rest after a reload',
      (one) => one.self.role === 'leader' && !one.sharing.serves,
      READY_MS,
    );
  },
  READY_MS + ROUND_MS,
);
