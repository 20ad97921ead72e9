import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SessionSnapshot } from '#tab';
import { type PeerTab, attachPeerTab, openPeerTab, waitForSnapshot } from '../browser/peer-tabs.ts';
import { PATIENCE_MS, READY_MS, type Stage, openStage } from './stage.ts';

const isIn =
  (room: string, others: number) =>
  ({ swarm }: SessionSnapshot): boolean =>
    swarm.room.name === room && swarm.join.step === 'joined' && swarm.peers.length === others;

describe('a private room', () => {
  let stage: Stage;
  let anna: PeerTab;
  let stranger: PeerTab;
  let link: string;

  const openLink = async (name: string, invitation: string): Promise<PeerTab> => {
    const address = new URL(stage.server.url);
    address.searchParams.set('peer', name);
    address.hash = new URL(invitation).hash;
    const page = await stage.context.newPage();
    await page.goto(address.href);
    return attachPeerTab(page, name);
  };

  beforeAll(async () => {
    stage = await openStage();
    const { context, server } = stage;
    anna = await openPeerTab(context, { url: server.url, name: 'anna', threads: 1 });
    stranger = await openPeerTab(context, { url: server.url, name: 'stranger', threads: 1 });
    await waitForSnapshot(anna, 'public room', isIn('public', 1), READY_MS);
  }, READY_MS);
  afterAll(() => stage.close());

  test('is made on the page, and left by who was met in public', async () => {
    const { page } = anna;
    await page.getByRole('tab', { name: 'Peers' }).click();
    await page.getByRole('button', { name: 'Make a private room' }).click();
    await page.getByLabel('Its name, which those you invite will see').fill('Reading circle');
    await page.getByRole('button', { name: 'Create and enter' }).click();
    await waitForSnapshot(anna, 'own room', isIn('Reading circle', 0), PATIENCE_MS);
    await waitForSnapshot(stranger, 'empty public room', isIn('public', 0), PATIENCE_MS);
    link = await page.getByLabel('Invitation', { exact: true }).inputValue();
    expect(new URL(link).hash).toMatch(/^#room=[\w-]+$/u);
    await page.keyboard.press('Escape');
  });

  test('is entered by its link, which the address bar does not keep, and found again after a reload', async () => {
    const bo = await openLink('bo', link);
    await waitForSnapshot(bo, 'invited peer', isIn('Reading circle', 1), PATIENCE_MS);
    await waitForSnapshot(anna, 'guest', isIn('Reading circle', 1), PATIENCE_MS);
    expect(new URL(bo.page.url()).hash).toBe('');
    expect((await stranger.snapshot()).swarm.peers).toEqual([]);
    await bo.page.reload();
    const back = await attachPeerTab(bo.page, 'bo');
    await waitForSnapshot(back, 'peer that comes back', isIn('Reading circle', 1), PATIENCE_MS);
    await bo.page.close();
  });

  test('is not found with a link that is a little different, and a damaged one is told of', async () => {
    const cut = await openLink('cut', link.slice(0, -2));
    const { notices } = await waitForSnapshot(cut, 'notice', (one) => one.notices.length > 0, READY_MS);
    expect(notices.map(({ failure }) => failure.type)).toContain('not-an-invitation');
    await waitForSnapshot(cut, 'public room', isIn('public', 1), PATIENCE_MS);
    await cut.page.close();
  });

  test('is left for the public one, where the same peers are met again', async () => {
    const { page } = anna;
    await page.getByRole('button', { name: 'Invite, or change the room' }).click();
    await page.getByRole('button', { name: 'Go to the public room' }).click();
    await waitForSnapshot(anna, 'public room', isIn('public', 1), PATIENCE_MS);
    await waitForSnapshot(stranger, 'peer that comes back', isIn('public', 1), PATIENCE_MS);
  });
});
