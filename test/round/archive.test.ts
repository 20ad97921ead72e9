import 'fake-indexeddb/auto';
import { describe, expect, test } from 'vitest';
import { type RoundView, createMemoryArchive, openRoundArchive } from '#round';
import { asRoundId } from '#vocabulary';
import { ANSWERS, createRoundSim } from './round-sim.ts';

async function viewsOf(): Promise<{ readonly running: RoundView; readonly settled: RoundView }> {
  const sim = await createRoundSim({ answers: ANSWERS });
  sim.peer(0).node.ask('Which?');
  await sim.reach('judging');
  const running = sim.peer(0).node.asked() as RoundView;
  return { running, settled: await sim.finished() };
}

const archives = [
  ['in IndexedDB', () => openRoundArchive(`archive-${Math.random()}`)],
  ['in memory', async () => createMemoryArchive()],
] as const;

describe.each(archives)('an archive %s', (_, open) => {
  test('R20: gives back a settled round as it was', async () => {
    const archive = await open();
    const { settled } = await viewsOf();
    expect(await archive.put(settled)).toEqual({ ok: true, value: undefined });
    expect(await archive.all()).toEqual([settled]);
  });

  test('R20: gives a round that was running as interrupted, with all that had arrived', async () => {
    const archive = await open();
    const { running } = await viewsOf();
    await archive.put(running);
    const [found] = await archive.all();
    expect(found).toMatchObject({ phase: 'interrupted', awaiting: undefined, note: { type: 'interrupted' } });
    expect(found?.answers).toEqual(running.answers);
    expect(found?.answers).toHaveLength(5);
  });

  test('R20: keeps one view a round, the oldest question first, and forgets on request', async () => {
    const archive = await open();
    const { running, settled } = await viewsOf();
    const older = { ...settled, id: asRoundId('ff'.repeat(16)), askedAtMs: settled.askedAtMs - 1 };
    for (const view of [running, settled, older]) await archive.put(view);
    expect((await archive.all()).map((view) => [view.id, view.phase])).toEqual([
      [older.id, 'settled'],
      [settled.id, 'settled'],
    ]);
    await archive.remove(older.id);
    expect(await archive.all()).toHaveLength(1);
  });
});
