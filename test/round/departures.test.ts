import { describe, expect, test } from 'vitest';
import type { RoundPhase } from '#round';
import { ACCEPT_MS, CONFIRM_MS, EXCHANGE_MS, PATIENCE_MS, SILENCE_MS } from '../../src/round/deadline.ts';
import { ANSWERS, createRoundSim, type RoundSim } from './round-sim.ts';
import type { Tamper } from './tampering-swarm.ts';

/** The most that one vanished peer may cost in each phase. */
const DEADLINES: readonly (readonly [RoundPhase, number])[] = [
  ['inviting', ACCEPT_MS],
  ['answering', SILENCE_MS],
  ['revealing', EXCHANGE_MS],
  ['judging', SILENCE_MS],
  ['opening', EXCHANGE_MS],
  ['confirming', CONFIRM_MS],
];
/** Reports come once a second and time moves in small steps. */
const MARGIN_MS = 1_500;

async function durationOf(sim: RoundSim): Promise<number> {
  const view = await sim.finished();
  return (view.phases.at(-1)?.startedAtMs ?? Number.NaN) - view.askedAtMs;
}

async function undisturbed(): Promise<number> {
  const sim = await createRoundSim({ answers: ANSWERS });
  sim.peer(0).node.ask('Which?');
  return durationOf(sim);
}

/** Every peer but these works for nobody, and a new question of the second peer finds all of them ready. */
async function expectFree(sim: RoundSim, lost: readonly number[]): Promise<void> {
  const others = sim.peers.filter((_, index) => !lost.includes(index));
  for (const peer of others) expect(peer.node.served()).toBeUndefined();
  const asker = sim.peers.findIndex((_, index) => !lost.includes(index) && index > 0);
  sim.peer(asker).node.ask('And now?');
  const view = await sim.finished(asker);
  expect(view.phase).toBe('settled');
  expect(view.answers).toHaveLength(others.length);
}

describe.each(DEADLINES)('a participant killed while %s', (phase, deadlineMs) => {
  test('R3: costs at most one deadline when nobody notices', async () => {
    const sim = await createRoundSim({ answers: ANSWERS });
    sim.peer(0).node.ask('Which?');
    await sim.reach(phase);
    sim.network.kill(sim.peer(2).id);
    expect(await durationOf(sim)).toBeLessThanOrEqual((await undisturbed()) + deadlineMs + MARGIN_MS);
    const view = await sim.finished();
    expect(view.phase).toBe('settled');
    const lost = view.participants.find((one) => one.peer === 'peer2');
    expect(lost?.state).toBe(phase === 'inviting' ? 'late' : 'gone');
    expect(lost?.reason).toBeTruthy();
    const others = view.participants.filter((one) => one.peer !== 'peer2');
    expect(others.map((one) => one.state)).toEqual(['confirmed', 'confirmed', 'confirmed', 'confirmed']);
    expect(view.verdict?.winner).toBe('peer3');
  });

  test('R3: costs next to nothing when the swarm notices, and is shown as gone', async () => {
    const sim = await createRoundSim({ answers: ANSWERS, goneAfterMs: 500 });
    sim.peer(0).node.ask('Which?');
    await sim.reach(phase);
    sim.network.kill(sim.peer(2).id);
    expect(await durationOf(sim)).toBeLessThanOrEqual((await undisturbed()) + 500 + MARGIN_MS);
    const view = await sim.finished();
    expect(view.participants.find((one) => one.peer === 'peer2')).toMatchObject({ state: 'gone', reason: 'It left.' });
    expect(view.phase).toBe('settled');
    await expectFree(sim, [2]);
  });

  test('R3: two at once cost no more than one', async () => {
    const sim = await createRoundSim({ answers: ANSWERS });
    sim.peer(0).node.ask('Which?');
    await sim.reach(phase);
    sim.network.kill(sim.peer(2).id);
    sim.network.kill(sim.peer(4).id);
    expect(await durationOf(sim)).toBeLessThanOrEqual((await undisturbed()) + deadlineMs + MARGIN_MS);
    expect((await sim.finished()).phase).toBe('settled');
  });
});

test('R2: when all who could judge leave while another is waited for, the round ends', async () => {
  const withheld: Tamper = (message) => (message.t === 'reveal' ? [] : [message]);
  const answers = [undefined, ...ANSWERS.slice(1)];
  const sim = await createRoundSim({ answers, goneAfterMs: 500, tampers: { 4: withheld } });
  sim.peer(0).node.ask('Which?');
  await sim.until(() => sim.peer(0).node.asked()?.answers.length === 3, 200_000, 1);
  for (const index of [1, 2, 3]) sim.network.kill(sim.peer(index).id);
  const view = await sim.finished();
  expect(view).toMatchObject({ phase: 'settled', note: { type: 'no-ballots' } });
  expect(view.answers).toHaveLength(3);
  expect(sim.peer(4).node.served()).toBeUndefined();
});

describe.each(DEADLINES)('an asker killed while %s', (phase) => {
  test('R9: frees everybody within their patience when nobody notices', async () => {
    const sim = await createRoundSim({ answers: ANSWERS });
    sim.peer(0).node.ask('Which?');
    await sim.reach(phase);
    sim.network.kill(sim.peer(0).id);
    await sim.clock.advance(Math.max(...Object.values(PATIENCE_MS)) + MARGIN_MS);
    for (const peer of sim.peers.slice(1)) {
      expect(peer.node.served()).toBeUndefined();
      for (const view of peer.ended) expect(view.note?.message).toBe('The asker fell silent.');
    }
    // The others still hold the dead asker for a peer, which costs them one unanswered invitation.
    await expectFree(sim, [0]);
  });

  test('R9: frees everybody at once when the swarm notices', async () => {
    const sim = await createRoundSim({ answers: ANSWERS, goneAfterMs: 500 });
    sim.peer(0).node.ask('Which?');
    await sim.reach(phase);
    sim.network.kill(sim.peer(0).id);
    await sim.clock.advance(600);
    await expectFree(sim, [0]);
  });
});

describe('stop', () => {
  test.each(DEADLINES)('R19: while %s frees everybody', async (phase) => {
    const sim = await createRoundSim({ answers: ANSWERS });
    sim.peer(0).node.ask('Which?');
    await sim.reach(phase);
    sim.peer(0).node.stop();
    expect(sim.peer(0).node.asked()?.phase).toBe('stopped');
    await sim.clock.advance(200);
    await expectFree(sim, []);
    expect(sim.peer(0).ended.map((view) => view.phase)).toContain('stopped');
  });

  test('R16: before a peer has stated anything leaves nothing in its ledger', async () => {
    const sim = await createRoundSim({ answers: ANSWERS });
    sim.peer(0).node.ask('Which?');
    await sim.until(() => sim.peer(1).node.served() !== undefined, 5_000, 1);
    sim.peer(0).node.stop();
    await sim.clock.advance(1_000);
    expect(sim.peer(1).ended).toHaveLength(1);
    expect(sim.peer(1).records.size).toBe(0);
  });

  test('R19: leaves what was written, and a new question at once is not disturbed by it', async () => {
    const sim = await createRoundSim({ answers: ANSWERS });
    const { node } = sim.peer(0);
    node.ask('First?');
    await sim.until(() => node.asked()?.provisional.text === 'worth 1', 5_000, 1);
    node.stop();
    const stopped = node.asked();
    node.ask('Second?');
    await sim.clock.advance(20);
    expect(stopped?.provisional.text).toBe('worth 1');
    expect(sim.peer(0).ended[0]).toMatchObject({ question: 'First?', provisional: { state: 'done', text: 'worth 1' } });
    expect(node.asked()?.provisional.state).toBe('waiting');
    const view = await sim.finished();
    expect(view.verdict?.agreedBy).toHaveLength(5);
  });
});
